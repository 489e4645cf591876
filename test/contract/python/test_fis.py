"""FIS: templates, a dry run, faults that act on tasks, the safety lever."""

import unittest

from support import CLUSTER, REGION, SERVICE, ContractTest, client

ecs = client("ecs")
fis = client("fis")

ROLE = "arn:aws:iam::000000000000:role/fis-experiments"
NO_STOP = [{"source": "none"}]
TASKS = {
    "resourceType": "aws:ecs:task",
    "selectionMode": "COUNT(1)",
    "parameters": {"cluster": CLUSTER, "service": SERVICE},
}
KILL = {"actionId": "aws:ecs:stop-task", "targets": {"Tasks": "tasks"}}
WAIT = {"actionId": "aws:fis:wait", "parameters": {"duration": "PT1M"}}


def running_tasks():
    return set(ecs.list_tasks(cluster=CLUSTER, serviceName=SERVICE)["taskArns"])


class FisTest(ContractTest):
    def template(self, **changes):
        request = {
            "description": "one task less",
            "roleArn": ROLE,
            "stopConditions": NO_STOP,
            "targets": {"tasks": TASKS},
            "actions": {"kill": KILL},
            **changes,
        }
        template = fis.create_experiment_template(**request)["experimentTemplate"]
        self.addCleanup(fis.delete_experiment_template, id=template["id"])
        return template

    def start(self, template, mode="run-all", **more):
        options = {"actionsMode": mode}
        return fis.start_experiment(experimentTemplateId=template["id"], experimentOptions=options, **more)["experiment"]

    def state(self, experiment):
        return fis.get_experiment(id=experiment["id"])["experiment"]["state"]["status"]

    def ended(self, experiment):
        over = {"completed", "stopped", "failed", "cancelled"}
        self.eventually(lambda: self.state(experiment) in over)
        return fis.get_experiment(id=experiment["id"])["experiment"]


class Templates(FisTest):
    def test_lifecycle(self):
        template = self.template(tags={"team": "shop"}, experimentOptions={"emptyTargetResolutionMode": "skip"})
        self.assertRegex(template["id"], r"^EXT")
        self.assertEqual(template["experimentOptions"]["accountTargeting"], "single-account")
        self.assertEqual(template["targets"], {"tasks": TASKS})
        updated = fis.update_experiment_template(
            id=template["id"],
            description="another",
            stopConditions=[
                {"source": "aws:cloudwatch:alarm", "value": f"arn:aws:cloudwatch:{REGION}:000000000000:alarm:errors"}
            ],
            targets={"tasks": {**TASKS, "selectionMode": "ALL", "filters": [{"path": "LaunchType", "values": ["FARGATE"]}]}},
            actions={"first": WAIT, "kill": {**KILL, "description": "kill", "startAfter": ["first"]}},
            experimentOptions={"emptyTargetResolutionMode": "fail"},
            logConfiguration={"logSchemaVersion": 2, "s3Configuration": {"bucketName": "fis-logs", "prefix": "dev"}},
            experimentReportConfiguration={"outputs": {"s3Configuration": {"bucketName": "fis-reports"}}},
        )["experimentTemplate"]
        self.assertEqual(updated["description"], "another")
        self.assertEqual(updated["roleArn"], ROLE)
        self.assertEqual(updated["experimentReportConfiguration"]["preExperimentDuration"], "PT20M")
        found = fis.get_experiment_template(id=template["id"])["experimentTemplate"]
        self.assertEqual(found, updated)
        self.assertGreaterEqual(found["lastUpdateTime"], found["creationTime"])
        self.assertEqual(
            fis.list_target_account_configurations(experimentTemplateId=template["id"], maxResults=5)[
                "targetAccountConfigurations"
            ],
            [],
        )

    def test_pages(self):
        ids = {self.template()["id"] for _ in range(3)}
        pages = fis.get_paginator("list_experiment_templates").paginate(PaginationConfig={"PageSize": 1})
        listed = [template["id"] for page in pages for template in page["experimentTemplates"]]
        self.assertTrue(ids <= set(listed))
        self.assertEqual(len(listed), len(set(listed)))

    def test_by_arn_and_tag(self):
        task = sorted(running_tasks())[0]
        by_arn = {"resourceType": "aws:ecs:task", "selectionMode": "PERCENT(100)", "resourceArns": [task]}
        by_tag = {"resourceType": "aws:ecs:cluster", "selectionMode": "ALL", "resourceTags": {"a": "b"}}
        template = self.template(
            targets={"tasks": by_arn, "clusters": by_tag},
            experimentOptions={"accountTargeting": "single-account", "emptyTargetResolutionMode": "skip"},
            logConfiguration={
                "logSchemaVersion": 2,
                "cloudWatchLogsConfiguration": {
                    "logGroupArn": f"arn:aws:logs:{REGION}:000000000000:log-group:/fis:*"
                },
            },
            experimentReportConfiguration={
                "dataSources": {"cloudWatchDashboards": [{"dashboardIdentifier": "arn:aws:cloudwatch::0:dashboard/a"}]},
                "preExperimentDuration": "PT5M",
                "postExperimentDuration": "PT5M",
            },
        )
        experiment = self.ended(self.start(template, "skip-all"))
        targets = fis.list_experiment_resolved_targets(experimentId=experiment["id"])["resolvedTargets"]
        self.assertEqual([target["targetInformation"]["arn"] for target in targets], [task])

    def test_refusals(self):
        create = fis.create_experiment_template
        base = {"description": "no", "roleArn": ROLE, "stopConditions": NO_STOP, "targets": {"tasks": TASKS}}
        message = self.refused(
            "ValidationException", create, **base, actions={"kill": {**KILL, "targets": {"Clusters": "tasks"}}}
        )
        self.assertEqual(message, 'Unexpected target "Clusters" found in action "kill".')
        self.refused("ValidationException", create, **base, actions={"x": {"actionId": "aws:fis:NOT-AN-ACTION"}})
        self.refused("ValidationException", create, **base, actions={"w": {**WAIT, "parameters": {"duration": "PT1S"}}})
        self.refused("ValidationException", create, **base, actions={"w": {**WAIT, "startAfter": ["nobody"]}})
        self.refused("ResourceNotFoundException", fis.get_experiment_template, id="EXTnone")
        many = {f"w{number}": WAIT for number in range(21)}
        self.refused("ServiceQuotaExceededException", create, **base, actions=many)

    def test_client_token(self):
        template = self.template()
        token = template["id"]
        first = self.start(template, "skip-all", clientToken=token)
        again = self.start(template, "skip-all", clientToken=token)
        self.assertEqual(first["id"], again["id"])
        self.refused(
            "ConflictException", fis.start_experiment, experimentTemplateId=template["id"], clientToken=token
        )


class Experiments(FisTest):
    def test_dry_run_shows_targets_and_harms_nothing(self):
        before = running_tasks()
        template = self.template()
        experiment = self.start(template, "skip-all", tags={"run": "1"})
        self.assertEqual(experiment["experimentOptions"]["actionsMode"], "skip-all")
        experiment = self.ended(experiment)
        self.assertEqual(experiment["state"]["status"], "completed")
        self.assertEqual(experiment["actions"]["kill"]["state"]["status"], "skipped")
        targets = fis.list_experiment_resolved_targets(experimentId=experiment["id"], targetName="tasks", maxResults=10)
        self.assertEqual([target["resourceType"] for target in targets["resolvedTargets"]], ["aws:ecs:task"])
        self.assertIn(targets["resolvedTargets"][0]["targetInformation"]["arn"], before)
        self.assertEqual(running_tasks(), before)
        listed = fis.list_experiments(experimentTemplateId=template["id"], maxResults=10)["experiments"]
        self.assertEqual([each["id"] for each in listed], [experiment["id"]])
        accounts = fis.list_experiment_target_account_configurations(experimentId=experiment["id"])
        self.assertEqual(accounts["targetAccountConfigurations"], [])

    def test_kills_a_task_which_its_service_replaces(self):
        self.eventually(lambda: len(running_tasks()) >= 2)
        experiment = self.ended(self.start(self.template()))
        self.assertEqual(experiment["state"]["status"], "completed")
        self.assertEqual(experiment["actions"]["kill"]["state"]["status"], "completed")
        [target] = fis.list_experiment_resolved_targets(experimentId=experiment["id"])["resolvedTargets"]
        killed = target["targetInformation"]["arn"]
        self.eventually(lambda: killed not in running_tasks() and len(running_tasks()) >= 2)
        [task] = ecs.describe_tasks(cluster=CLUSTER, tasks=[killed])["tasks"]
        self.assertIn(experiment["id"], task["stoppedReason"])

    def test_stop(self):
        template = self.template(actions={"wait": {**WAIT, "parameters": {"duration": "PT12H"}}})
        experiment = self.start(template)
        self.eventually(lambda: self.state(experiment) == "running")
        stopping = fis.stop_experiment(id=experiment["id"])["experiment"]
        self.assertEqual(stopping["state"]["status"], "stopping")
        ended = self.ended(experiment)
        self.assertEqual(ended["state"]["status"], "stopped")
        self.assertEqual(ended["actions"]["wait"]["state"]["status"], "stopped")
        self.refused("ValidationException", fis.stop_experiment, id=experiment["id"])

    def test_nothing_to_hit(self):
        nobody = {"resourceType": "aws:ecs:task", "selectionMode": "ALL", "resourceTags": {"nobody": "has this"}}
        failed = self.ended(self.start(self.template(targets={"tasks": nobody})))
        self.assertEqual(failed["state"]["status"], "failed")
        self.assertEqual(failed["state"]["error"]["code"], "InvalidTarget")
        skipping = self.template(targets={"tasks": nobody}, experimentOptions={"emptyTargetResolutionMode": "skip"})
        empty = self.ended(self.start(skipping))
        self.assertEqual(empty["state"]["status"], "completed")
        self.assertEqual(empty["actions"]["kill"]["state"]["status"], "skipped")


class SafetyLever(FisTest):
    def test_stops_and_cancels(self):
        lever = fis.get_safety_lever(id="default")["safetyLever"]
        self.assertEqual(lever["state"]["status"], "disengaged")
        template = self.template(actions={"wait": {**WAIT, "parameters": {"duration": "PT12H"}}})
        running = self.start(template)
        self.eventually(lambda: self.state(running) == "running")
        fis.update_safety_lever_state(id="default", state={"status": "engaged", "reason": "freeze"})
        try:
            self.eventually(lambda: fis.get_safety_lever(id="default")["safetyLever"]["state"]["status"] == "engaged")
            self.assertEqual(self.state(running), "stopped")
            self.assertEqual(self.start(template)["state"]["status"], "cancelled")
        finally:
            lever = fis.update_safety_lever_state(id="default", state={"status": "disengaged", "reason": "over"})
        self.assertEqual(lever["safetyLever"]["state"], {"status": "disengaged", "reason": "over"})
        with self.assertRaises(fis.exceptions.ResourceNotFoundException):
            fis.get_safety_lever(id="other")


class Tags(FisTest):
    def test_of_template_and_experiment(self):
        template = self.template(tags={"team": "shop"})
        for arn in [template["arn"], self.start(template, "skip-all", tags={"team": "shop"})["arn"]]:
            fis.tag_resource(resourceArn=arn, tags={"run": "1", "team": "other"})
            self.assertEqual(fis.list_tags_for_resource(resourceArn=arn)["tags"], {"team": "other", "run": "1"})
            fis.untag_resource(resourceArn=arn, tagKeys=["team", "run"])
            self.assertEqual(fis.list_tags_for_resource(resourceArn=arn)["tags"], {})


class Catalogue(unittest.TestCase):
    def test_actions(self):
        pages = fis.get_paginator("list_actions").paginate(PaginationConfig={"PageSize": 5})
        ids = [action["id"] for page in pages for action in page["actions"]]
        self.assertIn("aws:ecs:stop-task", ids)
        action = fis.get_action(id="aws:ecs:task-cpu-stress")["action"]
        self.assertEqual(action["targets"], {"Tasks": {"resourceType": "aws:ecs:task"}})
        self.assertTrue(action["parameters"]["duration"]["required"])
        self.assertFalse(action["parameters"]["percent"]["required"])
        with self.assertRaises(fis.exceptions.ResourceNotFoundException):
            fis.get_action(id="aws:fis:nothing")

    def test_resource_types(self):
        types = fis.list_target_resource_types(maxResults=100)["targetResourceTypes"]
        self.assertIn("aws:ecs:task", [each["resourceType"] for each in types])
        parameters = fis.get_target_resource_type(resourceType="aws:ecs:task")["targetResourceType"]["parameters"]
        self.assertEqual(sorted(parameters), ["cluster", "service"])
