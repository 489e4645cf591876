"""Deployments with PAUSE hooks, blue-green, canary and linear: continued to their end, rolled back by a hook, and stopped."""

import unittest

from support import CLUSTER, NEXT_IMAGE, PATIENCE, SERVICE, ContractTest, client, registry

ecs = client("ecs")
elbv2 = client("elbv2")
ACCOUNT = client("sts").get_caller_identity()["Account"]
TEST_STAGE = "POST_TEST_TRAFFIC_SHIFT"
SHIFT_STAGE = "PRE_PRODUCTION_TRAFFIC_SHIFT"
PRODUCTION_STAGE = "POST_PRODUCTION_TRAFFIC_SHIFT"
RUNNING = ["PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]


def service():
    return ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]


def with_image(definition_arn, image):
    """Registers a copy with another image, by what a client may send back of what it got."""
    live = ecs.describe_task_definition(taskDefinition=definition_arn)["taskDefinition"]
    sendable = set(ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members)
    copy = {name: value for name, value in live.items() if name in sendable}
    copy["containerDefinitions"][0]["image"] = f"{registry(ACCOUNT)}/{image}"
    return ecs.register_task_definition(**copy)["taskDefinition"]["taskDefinitionArn"]


def pause(*stages):
    return {
        "targetType": "PAUSE",
        "lifecycleStages": list(stages),
        "timeoutConfiguration": {"timeoutInMinutes": 60, "action": "ROLLBACK"},
    }


class DeploymentTest(ContractTest):
    def setUp(self):
        self.before = service()
        advanced = self.before["loadBalancers"][0]["advancedConfiguration"]
        self.production_rule = advanced["productionListenerRule"]
        self.test_rule = advanced["testListenerRule"]
        self.live_group = self.full_weight(self.production_rule)

    def tearDown(self):
        for brief in ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE, status=RUNNING)["serviceDeployments"]:
            ecs.stop_service_deployment(serviceDeploymentArn=brief["serviceDeploymentArn"], stopType="ROLLBACK")
        self.eventually(
            lambda: not ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE, status=RUNNING)["serviceDeployments"]
        )

    def full_weight(self, rule_arn):
        """The one target group of the rule that all its traffic goes to; None while it is split."""
        action = elbv2.describe_rules(RuleArns=[rule_arn])["Rules"][0]["Actions"][0]
        heavy = [group["TargetGroupArn"] for group in action["ForwardConfig"]["TargetGroups"] if group["Weight"] > 0]
        return heavy[0] if len(heavy) == 1 else None

    def start(self, *stages, strategy="BLUE_GREEN", **configuration):
        definition = with_image(self.before["taskDefinition"], NEXT_IMAGE)
        ecs.update_service(
            cluster=CLUSTER,
            service=SERVICE,
            taskDefinition=definition,
            deploymentConfiguration={
                "strategy": strategy,
                "bakeTimeInMinutes": 1,
                "lifecycleHooks": [pause(*stages)] if stages else [],
                **configuration,
            },
        )
        brief = ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE, maxResults=1)["serviceDeployments"][0]
        return definition, brief["serviceDeploymentArn"]

    def describe(self, arn):
        return ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"][0]

    def weights(self, group_arn):
        """What the production rule gives to the group and to the other one."""
        action = elbv2.describe_rules(RuleArns=[self.production_rule])["Rules"][0]["Actions"][0]
        groups = action["ForwardConfig"]["TargetGroups"]
        mine = [group["Weight"] for group in groups if group["TargetGroupArn"] == group_arn]
        return mine + [group["Weight"] for group in groups if group["TargetGroupArn"] != group_arn]

    def paused_at(self, arn, stage):
        """The id of the hook that waits for an answer at the stage."""

        def probe():
            deployment = self.describe(arn)
            self.assertIn(deployment["status"], ["PENDING", "IN_PROGRESS"])
            waiting = [hook for hook in deployment.get("lifecycleHookDetails", []) if hook["status"] == "AWAITING_ACTION"]
            return deployment.get("lifecycleStage") == stage and waiting and waiting[0]

        hook = self.eventually(probe)
        self.assertEqual(hook["targetType"], "PAUSE")
        return hook["hookId"]

    def ends_as(self, arn, status):
        return self.eventually(lambda: (d := self.describe(arn))["status"] == status and d)



class BlueGreen(DeploymentTest):
    def test_continued_to_its_end(self):
        definition, arn = self.start(TEST_STAGE, PRODUCTION_STAGE)
        hook = self.paused_at(arn, TEST_STAGE)
        self.assertEqual(self.full_weight(self.production_rule), self.live_group)
        green = self.full_weight(self.test_rule)
        self.assertNotEqual(green, self.live_group)
        with self.assertRaises(ecs.exceptions.ClientError):
            ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId="no-such-hook", action="CONTINUE")
        answer = ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook, action="CONTINUE")
        self.assertEqual(answer["serviceDeploymentArn"], arn)
        hook = self.paused_at(arn, PRODUCTION_STAGE)
        self.assertEqual(self.full_weight(self.production_rule), green)
        ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook)
        ended = self.ends_as(arn, "SUCCESSFUL")
        self.assertIn("finishedAt", ended)
        self.assertEqual(ended["targetServiceRevision"]["requestedProductionTrafficWeight"], 100.0)
        ecs.get_waiter("services_stable").wait(cluster=CLUSTER, services=[SERVICE], WaiterConfig=PATIENCE)
        self.assertEqual(service()["taskDefinition"], definition)
        self.assertEqual(self.full_weight(self.production_rule), green)
        revisions = ecs.describe_service_revisions(
            serviceRevisionArns=[ended["targetServiceRevision"]["arn"], *(r["arn"] for r in ended["sourceServiceRevisions"])]
        )
        self.assertEqual(revisions["failures"], [])
        self.assertEqual(
            [revision["taskDefinition"] for revision in revisions["serviceRevisions"]],
            [definition, self.before["taskDefinition"]],
        )

    def test_rolled_back_by_its_hook(self):
        _, arn = self.start(TEST_STAGE)
        hook = self.paused_at(arn, TEST_STAGE)
        ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook, action="ROLLBACK")
        ended = self.ends_as(arn, "ROLLBACK_SUCCESSFUL")
        self.assertIn("rollback", ended)
        self.assertEqual(self.full_weight(self.production_rule), self.live_group)
        self.assertEqual(service()["taskDefinition"], self.before["taskDefinition"])

    def test_stopped(self):
        _, arn = self.start(PRODUCTION_STAGE)
        self.paused_at(arn, PRODUCTION_STAGE)
        self.assertNotEqual(self.full_weight(self.production_rule), self.live_group)
        answer = ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
        self.assertEqual(answer["serviceDeploymentArn"], arn)
        self.ends_as(arn, "ROLLBACK_SUCCESSFUL")
        self.assertEqual(self.full_weight(self.production_rule), self.live_group)
        with self.assertRaises(ecs.exceptions.ClientError):
            ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")

    def test_pages_and_unknown_arns(self):
        found, token = [], {}
        while True:
            page = ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE, maxResults=1, **token)
            self.assertLessEqual(len(page["serviceDeployments"]), 1)
            found += [brief["serviceDeploymentArn"] for brief in page["serviceDeployments"]]
            if "nextToken" not in page:
                break
            token = {"nextToken": page["nextToken"]}
        everything = ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE)["serviceDeployments"]
        self.assertEqual(found, [brief["serviceDeploymentArn"] for brief in everything])
        unknown = found[0][:-4] + "none"
        failures = ecs.describe_service_deployments(serviceDeploymentArns=[unknown])["failures"]
        self.assertEqual([failure["reason"] for failure in failures], ["MISSING"])
        with self.assertRaises(ecs.exceptions.ServiceDeploymentNotFoundException):
            ecs.stop_service_deployment(serviceDeploymentArn=unknown)


class Stepwise(DeploymentTest):
    """The pause before a shift comes at each of them, with an id of its own; the weights tell which it is."""

    def continued(self, arn, times):
        """Answers so many pauses before a shift; returns what was requested of the new revision, and was on the rule, at each."""
        self.paused_at(arn, SHIFT_STAGE)
        green = self.full_weight(self.test_rule)
        seen = []
        for _ in range(times):
            hook = self.paused_at(arn, SHIFT_STAGE)
            target = self.describe(arn)["targetServiceRevision"]
            self.assertEqual(target["requestedTestTrafficWeight"], 100.0)
            seen.append((target["requestedProductionTrafficWeight"], self.weights(green)))
            ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook)
        return seen

    def test_canary(self):
        _, arn = self.start(
            SHIFT_STAGE, strategy="CANARY", canaryConfiguration={"canaryPercent": 2.5, "canaryBakeTimeInMinutes": 0}
        )
        self.assertEqual(self.continued(arn, 2), [(0.0, [0, 100]), (2.5, [25, 975])])
        ended = self.ends_as(arn, "SUCCESSFUL")
        self.assertEqual(
            ended["deploymentConfiguration"]["canaryConfiguration"], {"canaryPercent": 2.5, "canaryBakeTimeInMinutes": 0}
        )
        self.assertEqual(len({hook["hookId"] for hook in ended["lifecycleHookDetails"]}), 2)
        self.assertEqual(self.weights(self.live_group), [0, 100])

    def test_linear_rolled_back_at_a_step(self):
        _, arn = self.start(SHIFT_STAGE, strategy="LINEAR", linearConfiguration={"stepPercent": 40, "stepBakeTimeInMinutes": 0})
        self.assertEqual([percent for percent, _ in self.continued(arn, 2)], [0.0, 40.0])
        hook = self.paused_at(arn, SHIFT_STAGE)
        self.assertEqual(self.weights(self.live_group), [20, 80])
        ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook, action="ROLLBACK")
        self.ends_as(arn, "ROLLBACK_SUCCESSFUL")
        self.assertEqual(self.weights(self.live_group), [100, 0])
        self.assertEqual(service()["taskDefinition"], self.before["taskDefinition"])

    def test_refusals(self):
        for wrong in [
            {"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0.05}},
            {"strategy": "CANARY", "canaryConfiguration": {"canaryBakeTimeInMinutes": 1441}},
            {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 2.9}},
            {"strategy": "BLUE_GREEN", "canaryConfiguration": {"canaryPercent": 5}},
        ]:
            self.refused(
                "InvalidParameterException",
                ecs.update_service,
                cluster=CLUSTER,
                service=SERVICE,
                deploymentConfiguration=wrong,
            )
        self.assertEqual(service()["deploymentConfiguration"], self.before["deploymentConfiguration"])


if __name__ == "__main__":
    unittest.main()
