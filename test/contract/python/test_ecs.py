"""Clusters, task definitions, services and tasks, as a client sees them that this project did not write."""

import unittest

from support import CLUSTER, CONTAINER, IMAGE, PATIENCE, SERVICE, ContractTest, client, needs, registry

ecs = client("ecs")
ACCOUNT = client("sts").get_caller_identity()["Account"]
FAMILY = "contract"


def task_definition(**changes):
    return {
        "family": FAMILY,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/contract",
        "containerDefinitions": [
            {
                "name": CONTAINER,
                "image": f"{registry(ACCOUNT)}/{IMAGE}",
                "essential": True,
                "portMappings": [{"containerPort": 8000, "protocol": "tcp"}],
                "environment": [{"name": "COLOUR", "value": "grün & <bold>"}],
            }
        ],
    } | changes


def network():
    service = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
    return service["networkConfiguration"]


class Clusters(ContractTest):
    def test_life(self):
        made = ecs.create_cluster(clusterName="contract-life", tags=[{"key": "team", "value": "core"}])["cluster"]
        self.assertEqual(made["status"], "ACTIVE")
        again = ecs.create_cluster(clusterName="contract-life")["cluster"]
        self.assertEqual(again["clusterArn"], made["clusterArn"])
        arns = [arn for page in ecs.get_paginator("list_clusters").paginate(PaginationConfig={"PageSize": 1}) for arn in page["clusterArns"]]
        self.assertIn(made["clusterArn"], arns)
        self.assertEqual(len(arns), len(set(arns)))
        self.assertGreaterEqual(len(arns), 2)
        answer = ecs.describe_clusters(clusters=["contract-life", "nowhere"], include=["TAGS"])
        self.assertEqual(answer["clusters"][0]["tags"], [{"key": "team", "value": "core"}])
        self.assertEqual([failure["reason"] for failure in answer["failures"]], ["MISSING"])
        self.assertEqual(ecs.delete_cluster(cluster="contract-life")["cluster"]["status"], "INACTIVE")
        self.assertNotIn(made["clusterArn"], ecs.list_clusters()["clusterArns"])

    def test_unknown(self):
        with self.assertRaises(ecs.exceptions.ClusterNotFoundException) as caught:
            ecs.list_tasks(cluster="nowhere")
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        with self.assertRaises(ecs.exceptions.ClusterNotFoundException):
            ecs.delete_cluster(cluster="nowhere")
        with self.assertRaises(ecs.exceptions.ClusterContainsServicesException):
            ecs.delete_cluster(cluster=CLUSTER)


class TaskDefinitions(ContractTest):
    def test_life(self):
        first = ecs.register_task_definition(**task_definition(), tags=[{"key": "team", "value": "core"}])
        self.assertEqual(first["tags"], [{"key": "team", "value": "core"}])
        arn = first["taskDefinition"]["taskDefinitionArn"]
        environment = first["taskDefinition"]["containerDefinitions"][0]["environment"]
        self.assertEqual(environment, [{"name": "COLOUR", "value": "grün & <bold>"}])
        second = ecs.register_task_definition(**task_definition(cpu="512", memory="1024"))["taskDefinition"]
        self.assertEqual(second["revision"], first["taskDefinition"]["revision"] + 1)
        latest = ecs.describe_task_definition(taskDefinition=FAMILY)["taskDefinition"]
        self.assertEqual(latest, second)
        described = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
        self.assertEqual(described["tags"], [{"key": "team", "value": "core"}])
        self.assertEqual(described["taskDefinition"], first["taskDefinition"])
        pages = ecs.get_paginator("list_task_definitions").paginate(familyPrefix=FAMILY, PaginationConfig={"PageSize": 1})
        arns = [name for page in pages for name in page["taskDefinitionArns"]]
        self.assertEqual(arns[-2:], [arn, second["taskDefinitionArn"]])
        gone = ecs.deregister_task_definition(taskDefinition=arn)["taskDefinition"]
        self.assertEqual(gone["status"], "INACTIVE")
        self.assertIn("deregisteredAt", gone)
        inactive = ecs.list_task_definitions(familyPrefix=FAMILY, status="INACTIVE")["taskDefinitionArns"]
        self.assertIn(arn, inactive)
        self.assertNotIn(arn, ecs.list_task_definitions(familyPrefix=FAMILY)["taskDefinitionArns"])

    def test_refusals(self):
        with self.assertRaises(ecs.exceptions.ClientException):
            ecs.describe_task_definition(taskDefinition="never-registered:7")
        with self.assertRaises(ecs.exceptions.ClientException):
            ecs.register_task_definition(**task_definition(containerDefinitions=[]))

    def test_fargate_has_certain_sizes(self):
        with self.assertRaises(ecs.exceptions.ClientException):
            ecs.register_task_definition(**task_definition(cpu="333"))


class Services(ContractTest):
    """A rolling service without a load balancer, from its creation to its end."""

    NAME = "contract-rolling"

    @classmethod
    def setUpClass(cls):
        cls.definition = ecs.register_task_definition(**task_definition())["taskDefinition"]["taskDefinitionArn"]
        cls.service = ecs.create_service(
            cluster=CLUSTER,
            serviceName=cls.NAME,
            taskDefinition=cls.definition,
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration=network(),
            tags=[{"key": "team", "value": "core"}],
        )["service"]
        ecs.get_waiter("services_stable").wait(cluster=CLUSTER, services=[cls.NAME], WaiterConfig=PATIENCE)

    @classmethod
    def tearDownClass(cls):
        ecs.update_service(cluster=CLUSTER, service=cls.NAME, desiredCount=0)
        ecs.delete_service(cluster=CLUSTER, service=cls.NAME, force=True)
        ecs.get_waiter("services_inactive").wait(cluster=CLUSTER, services=[cls.NAME], WaiterConfig=PATIENCE)

    def describe(self):
        return ecs.describe_services(cluster=CLUSTER, services=[self.NAME], include=["TAGS"])["services"][0]

    def tasks(self):
        pages = ecs.get_paginator("list_tasks").paginate(cluster=CLUSTER, serviceName=self.NAME, PaginationConfig={"PageSize": 1})
        return [arn for page in pages for arn in page["taskArns"]]

    def test_runs_what_was_asked_for(self):
        service = self.describe()
        self.assertEqual((service["desiredCount"], service["runningCount"], service["pendingCount"]), (2, 2, 0))
        self.assertEqual(service["tags"], [{"key": "team", "value": "core"}])
        self.assertEqual(service["createdAt"], self.service["createdAt"])
        self.assertEqual([deployment["status"] for deployment in service["deployments"]], ["PRIMARY"])
        self.assertEqual(service["deployments"][0]["rolloutState"], "COMPLETED")
        self.assertRegex(service["events"][0]["message"], r"has reached a steady state\.$")

    def test_tasks(self):
        arns = self.tasks()
        self.assertEqual(len(set(arns)), 2)
        ecs.get_waiter("tasks_running").wait(cluster=CLUSTER, tasks=arns, WaiterConfig=PATIENCE)
        answer = ecs.describe_tasks(cluster=CLUSTER, tasks=[*arns, "0" * 32], include=["TAGS"])
        self.assertEqual([failure["reason"] for failure in answer["failures"]], ["MISSING"])
        for task in answer["tasks"]:
            self.assertEqual((task["lastStatus"], task["desiredStatus"]), ("RUNNING", "RUNNING"))
            self.assertEqual(task["taskDefinitionArn"], self.definition)
            self.assertEqual(task["group"], f"service:{self.NAME}")
            details = {d["name"]: d["value"] for d in task["attachments"][0]["details"]}
            self.assertIn("privateIPv4Address", details)
            self.assertEqual(task["containers"][0]["name"], CONTAINER)
        zones = {task["availabilityZone"] for task in answer["tasks"]}
        self.assertEqual(len(zones), 2)

    def test_stopped_task_is_replaced(self):
        victim = self.tasks()[0]
        stopped = ecs.stop_task(cluster=CLUSTER, task=victim, reason="contract test")["task"]
        self.assertEqual(stopped["taskArn"], victim)
        self.assertEqual(stopped["desiredStatus"], "STOPPED")
        ecs.get_waiter("tasks_stopped").wait(cluster=CLUSTER, tasks=[victim], WaiterConfig=PATIENCE)
        task = ecs.describe_tasks(cluster=CLUSTER, tasks=[victim])["tasks"][0]
        self.assertEqual(task["stopCode"], "UserInitiated")
        self.assertIn("contract test", task["stoppedReason"])
        self.assertIn("stoppedAt", task)
        listed = ecs.list_tasks(cluster=CLUSTER, serviceName=self.NAME, desiredStatus="STOPPED")["taskArns"]
        self.assertIn(victim, listed)
        ecs.get_waiter("services_stable").wait(cluster=CLUSTER, services=[self.NAME], WaiterConfig=PATIENCE)
        self.assertNotIn(victim, self.tasks())

    def test_rolling_update(self):
        new = ecs.register_task_definition(**task_definition(cpu="512", memory="1024"))["taskDefinition"]
        updated = ecs.update_service(cluster=CLUSTER, service=self.NAME, taskDefinition=new["taskDefinitionArn"])["service"]
        self.assertEqual(updated["taskDefinition"], new["taskDefinitionArn"])
        self.assertEqual({d["status"] for d in updated["deployments"]}, {"PRIMARY", "ACTIVE"})
        ecs.get_waiter("services_stable").wait(cluster=CLUSTER, services=[self.NAME], WaiterConfig=PATIENCE)
        tasks = ecs.describe_tasks(cluster=CLUSTER, tasks=self.tasks())["tasks"]
        self.assertEqual({task["taskDefinitionArn"] for task in tasks}, {new["taskDefinitionArn"]})
        type(self).definition = new["taskDefinitionArn"]

    def test_listing_and_tags(self):
        pages = ecs.get_paginator("list_services").paginate(cluster=CLUSTER, PaginationConfig={"PageSize": 1})
        arns = [arn for page in pages for arn in page["serviceArns"]]
        self.assertIn(self.service["serviceArn"], arns)
        self.assertEqual(len(arns), len(set(arns)))
        arn = self.service["serviceArn"]
        ecs.tag_resource(resourceArn=arn, tags=[{"key": "tier", "value": "gold"}])
        tags = ecs.list_tags_for_resource(resourceArn=arn)["tags"]
        self.assertEqual({tag["key"] for tag in tags}, {"team", "tier"})
        ecs.untag_resource(resourceArn=arn, tagKeys=["tier"])
        tags = ecs.list_tags_for_resource(resourceArn=arn)["tags"]
        self.assertEqual(tags, [{"key": "team", "value": "core"}])
        described = ecs.describe_services(cluster=CLUSTER, services=[arn], include=["TAGS"])["services"][0]
        self.assertEqual(described["tags"], tags)

    def test_tags_of_other_things(self):
        cluster = self.service["clusterArn"]
        for arn in [cluster, self.definition, self.tasks()[0]]:
            ecs.tag_resource(resourceArn=arn, tags=[{"key": "owner", "value": "me"}, {"key": "empty", "value": ""}])
            self.assertIn({"key": "owner", "value": "me"}, ecs.list_tags_for_resource(resourceArn=arn)["tags"])
            ecs.untag_resource(resourceArn=arn, tagKeys=["owner", "empty"])
            self.assertNotIn("owner", [tag["key"] for tag in ecs.list_tags_for_resource(resourceArn=arn)["tags"]])

    def test_tags_that_are_refused(self):
        arn = self.service["serviceArn"]
        many = [{"key": f"k{n}", "value": "v"} for n in range(50)]
        self.refused("InvalidParameterException", ecs.tag_resource, resourceArn=arn, tags=many)
        self.refused("InvalidParameterException", ecs.tag_resource, resourceArn=arn, tags=[{"key": "aws:x", "value": "v"}])
        self.refused("InvalidParameterException", ecs.list_tags_for_resource, resourceArn=arn.replace(f"{CLUSTER}/", ""))
        self.refused("ResourceNotFoundException", ecs.untag_resource, resourceArn=f"{arn}-not", tagKeys=["team"])

    def test_refusals(self):
        missing = ecs.describe_services(cluster=CLUSTER, services=["nothing"])
        self.assertEqual((missing["services"], missing["failures"][0]["reason"]), ([], "MISSING"))
        with self.assertRaises(ecs.exceptions.ServiceNotFoundException):
            ecs.update_service(cluster=CLUSTER, service="nothing", desiredCount=1)
        with self.assertRaises(ecs.exceptions.InvalidParameterException):
            ecs.describe_services(cluster=CLUSTER, services=[f"s{n}" for n in range(11)])
        with self.assertRaises(ecs.exceptions.InvalidParameterException):
            ecs.create_service(cluster=CLUSTER, serviceName=self.NAME, taskDefinition=self.definition, desiredCount=1)
        with self.assertRaises(ecs.exceptions.InvalidParameterException):
            ecs.delete_service(cluster=CLUSTER, service=SERVICE)
        with self.assertRaises(ecs.exceptions.InvalidParameterException):
            ecs.stop_task(cluster=CLUSTER, task="0" * 32)


@needs("ecs", "RunTask")
class SingleTasks(ContractTest):
    """A task of no service, from RunTask to its end."""

    def test_life(self):
        definition = ecs.register_task_definition(**task_definition())["taskDefinition"]["taskDefinitionArn"]
        answer = ecs.run_task(
            cluster=CLUSTER,
            taskDefinition=definition,
            launchType="FARGATE",
            count=2,
            startedBy="contract",
            networkConfiguration=network(),
            overrides={"containerOverrides": [{"name": CONTAINER, "environment": [{"name": "COLOUR", "value": "red"}]}]},
            tags=[{"key": "team", "value": "core"}],
        )
        self.assertEqual(answer["failures"], [])
        arns = [task["taskArn"] for task in answer["tasks"]]
        self.assertEqual(len(set(arns)), 2)
        self.assertEqual({task["startedBy"] for task in answer["tasks"]}, {"contract"})
        self.assertEqual({task["group"] for task in answer["tasks"]}, {f"family:{FAMILY}"})
        ecs.get_waiter("tasks_running").wait(cluster=CLUSTER, tasks=arns, WaiterConfig=PATIENCE)
        self.assertEqual(set(ecs.list_tasks(cluster=CLUSTER, startedBy="contract")["taskArns"]), set(arns))
        for arn in arns:
            ecs.stop_task(cluster=CLUSTER, task=arn)
        ecs.get_waiter("tasks_stopped").wait(cluster=CLUSTER, tasks=arns, WaiterConfig=PATIENCE)
        for task in ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]:
            self.assertEqual(task["stopCode"], "UserInitiated")
            self.assertIn("exitCode", task["containers"][0])

    def test_refusals(self):
        with self.assertRaises(ecs.exceptions.ClientException):
            ecs.run_task(cluster=CLUSTER, taskDefinition="never-registered:7", launchType="FARGATE", networkConfiguration=network())
        with self.assertRaises(ecs.exceptions.InvalidParameterException):
            ecs.run_task(cluster=CLUSTER, taskDefinition=FAMILY, launchType="FARGATE")


if __name__ == "__main__":
    unittest.main()
