"""Application Auto Scaling over the platform's service: its range, what suspends it, policies and schedules."""

import unittest
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from support import CLUSTER, PATIENCE, SERVICE, ContractTest, client

cloudwatch = client("cloudwatch")
ecs = client("ecs")
scaling = client("application-autoscaling")
NAME = "contract-scaled"
TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": f"service/{CLUSTER}/{NAME}",
    "ScalableDimension": "ecs:service:DesiredCount",
}


def scaled():
    """The service that is scaled. It has no load balancer, so that nothing waits for connections to drain."""
    return ecs.describe_services(cluster=CLUSTER, services=[NAME])["services"][0]


def setUpModule():
    model = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
    ecs.create_service(
        cluster=CLUSTER,
        serviceName=NAME,
        taskDefinition=model["taskDefinition"],
        desiredCount=2,
        networkConfiguration=model["networkConfiguration"],
    )
    ecs.get_waiter("services_stable").wait(cluster=CLUSTER, services=[NAME], WaiterConfig=PATIENCE)


def tearDownModule():
    ecs.delete_service(cluster=CLUSTER, service=NAME, force=True)


class Targets(ContractTest):
    def setUp(self):
        scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=4)
        self.addCleanup(scaling.deregister_scalable_target, **TARGET)

    def described(self):
        (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[TARGET["ResourceId"]])["ScalableTargets"]
        return target

    def test_range(self):
        target = self.described()
        self.assertEqual((target["MinCapacity"], target["MaxCapacity"]), (2, 4))
        self.assertEqual(target["ScalableDimension"], TARGET["ScalableDimension"])
        scaling.register_scalable_target(**TARGET, MaxCapacity=6)
        changed = self.described()
        self.assertEqual((changed["MinCapacity"], changed["MaxCapacity"]), (2, 6))
        self.assertEqual(changed["CreationTime"], target["CreationTime"])

    def test_suspended_state(self):
        everything = dict.fromkeys(["DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"], True)
        self.assertEqual(set(self.described()["SuspendedState"].values()), {False})
        scaling.register_scalable_target(**TARGET, SuspendedState=everything)
        self.assertEqual(self.described()["SuspendedState"], everything)

    def test_pages(self):
        pages = scaling.get_paginator("describe_scalable_targets").paginate(
            ServiceNamespace="ecs", PaginationConfig={"PageSize": 1}
        )
        self.assertIn(TARGET["ResourceId"], [target["ResourceId"] for page in pages for target in page["ScalableTargets"]])

    def test_refusals(self):
        nothing = TARGET | {"ResourceId": f"service/{CLUSTER}/nothing"}
        with self.assertRaises(scaling.exceptions.ObjectNotFoundException):
            scaling.deregister_scalable_target(**nothing)
        with self.assertRaises(scaling.exceptions.ValidationException):
            scaling.register_scalable_target(**TARGET, MinCapacity=5, MaxCapacity=4)


class Policies(ContractTest):
    CPU = {
        "TargetValue": 60.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
        "ScaleInCooldown": 300,
    }

    def setUp(self):
        scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=4)
        self.addCleanup(scaling.deregister_scalable_target, **TARGET)

    def put(self, name, configuration):
        kind = "TargetTrackingScaling"
        return scaling.put_scaling_policy(
            **TARGET, PolicyName=name, PolicyType=kind, TargetTrackingScalingPolicyConfiguration=configuration
        )

    def test_life(self):
        made = self.put("cpu", self.CPU)
        (policy,) = scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["cpu"])["ScalingPolicies"]
        self.assertEqual(policy["PolicyARN"], made["PolicyARN"])
        self.assertEqual(policy["Alarms"], made["Alarms"])
        self.assertEqual(policy["TargetTrackingScalingPolicyConfiguration"], self.CPU)
        names = [alarm["AlarmName"] for alarm in made["Alarms"]]
        alarms = cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
        self.assertEqual([alarm["AlarmActions"] for alarm in alarms], [[made["PolicyARN"]]] * 2)
        scaling.delete_scaling_policy(**TARGET, PolicyName="cpu")
        self.assertEqual(scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["cpu"])["ScalingPolicies"], [])
        self.assertEqual(cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"], [])

    def test_metrics(self):
        balancer = "app/main/778d41231b141a0f/targetgroup/blue/943f017f100becff"
        requests = {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": balancer}
        own = {
            "MetricName": "Depth",
            "Namespace": "Contract/Queue",
            "Statistic": "Average",
            "Unit": "Count",
            "Dimensions": [{"Name": "Queue", "Value": "one"}],
        }
        depth = {"Metric": {"Namespace": "Contract/Queue", "MetricName": "Depth"}, "Stat": "Sum", "Unit": "Count"}
        query = {"Id": "half", "Expression": "depth / 2", "Label": "Half", "ReturnData": True}
        math = [query, {"Id": "depth", "MetricStat": depth, "ReturnData": False}]
        for name, metric in [
            ("requests", {"PredefinedMetricSpecification": requests}),
            ("own", {"CustomizedMetricSpecification": own}),
            ("math", {"CustomizedMetricSpecification": {"Metrics": math}}),
        ]:
            made = self.put(name, metric | {"TargetValue": 100.0, "ScaleOutCooldown": 0, "DisableScaleIn": True})
            self.assertEqual(len(made["Alarms"]), 1)
        pages = scaling.get_paginator("describe_scaling_policies").paginate(
            ServiceNamespace="ecs", ResourceId=TARGET["ResourceId"], PaginationConfig={"PageSize": 2}
        )
        found = [policy["PolicyName"] for page in pages for policy in page["ScalingPolicies"]]
        self.assertEqual(found, ["requests", "own", "math"])

    def test_follows_a_metric(self):
        metric = {"MetricName": "Work", "Namespace": "Contract/Follow", "Statistic": "Average"}
        made = self.put("work", {"TargetValue": 10.0, "CustomizedMetricSpecification": metric, "DisableScaleIn": True})
        alarm = made["Alarms"][0]["AlarmName"]
        cause = f"monitor alarm {alarm} in state ALARM triggered policy work"

        def has_scaled():
            cloudwatch.put_metric_data(Namespace="Contract/Follow", MetricData=[{"MetricName": "Work", "Value": 15}])
            activities = scaling.describe_scaling_activities(ServiceNamespace="ecs", IncludeNotScaledActivities=True)
            return cause in [activity["Cause"] for activity in activities["ScalingActivities"]]

        self.eventually(has_scaled)
        self.assertGreater(scaled()["desiredCount"], 2)
        scaling.delete_scaling_policy(**TARGET, PolicyName="work")
        scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=2)
        self.eventually(lambda: scaled()["runningCount"] == 2)

    def test_steps(self):
        steps = {
            "AdjustmentType": "PercentChangeInCapacity",
            "StepAdjustments": [
                {"MetricIntervalLowerBound": 0.0, "MetricIntervalUpperBound": 10.0, "ScalingAdjustment": 10},
                {"MetricIntervalLowerBound": 10.0, "ScalingAdjustment": 50},
            ],
            "MinAdjustmentMagnitude": 1,
            "Cooldown": 60,
            "MetricAggregationType": "Maximum",
        }
        put = scaling.put_scaling_policy
        made = put(**TARGET, PolicyName="steps", PolicyType="StepScaling", StepScalingPolicyConfiguration=steps)
        self.assertEqual(made["Alarms"], [])
        (policy,) = scaling.describe_scaling_policies(**TARGET)["ScalingPolicies"]
        self.assertEqual(policy["StepScalingPolicyConfiguration"], steps)

    def test_refusals(self):
        self.refused("ValidationException", self.put, name="x", configuration={"TargetValue": 5.0})
        other = {"PredefinedMetricSpecification": {"PredefinedMetricType": "LambdaProvisionedConcurrencyUtilization"}}
        self.refused("ValidationException", self.put, name="x", configuration=self.CPU | other)
        self.put("cpu", self.CPU)
        self.refused("ValidationException", self.put, name="again", configuration=self.CPU | {"TargetValue": 5.0})
        self.refused("ObjectNotFoundException", scaling.delete_scaling_policy, **TARGET, PolicyName="none")


class Schedules(ContractTest):
    NIGHT = {
        "ScheduledActionName": "night",
        "Schedule": "cron(0 22 * * ? *)",
        "Timezone": "America/Toronto",
        "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0},
    }

    def setUp(self):
        scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=4)
        self.addCleanup(scaling.deregister_scalable_target, **TARGET)

    def activities(self):
        return scaling.describe_scaling_activities(**TARGET)["ScalingActivities"]

    def test_life(self):
        end = datetime(2035, 1, 1, tzinfo=UTC)
        scaling.put_scheduled_action(**TARGET, **self.NIGHT, StartTime=datetime(2034, 1, 1, tzinfo=UTC), EndTime=end)
        (action,) = scaling.describe_scheduled_actions(ServiceNamespace="ecs", ScheduledActionNames=["night"])["ScheduledActions"]
        self.assertEqual({key: action[key] for key in self.NIGHT}, self.NIGHT)
        self.assertEqual(action["EndTime"], end)
        scaling.put_scheduled_action(**TARGET, ScheduledActionName="night", Schedule="rate(3 days)")
        (changed,) = scaling.describe_scheduled_actions(**TARGET)["ScheduledActions"]
        self.assertEqual(changed["ScalableTargetAction"], {"MinCapacity": 0, "MaxCapacity": 0})
        self.assertEqual(changed["CreationTime"], action["CreationTime"])
        self.assertNotIn("EndTime", changed)
        scaling.delete_scheduled_action(**TARGET, ScheduledActionName="night")
        self.assertEqual(scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"], [])

    def test_pages(self):
        for name in ["one", "two", "three"]:
            scaling.put_scheduled_action(**TARGET, **self.NIGHT | {"ScheduledActionName": name})
        pages = scaling.get_paginator("describe_scheduled_actions").paginate(
            ServiceNamespace="ecs", PaginationConfig={"PageSize": 2}
        )
        self.assertEqual([action["ScheduledActionName"] for page in pages for action in page["ScheduledActions"]], ["one", "two", "three"])

    def test_fires(self):
        due = datetime.now(ZoneInfo("America/Toronto")) + timedelta(seconds=3)
        action = {"Schedule": f"at({due:%Y-%m-%dT%H:%M:%S})", "ScalableTargetAction": {"MinCapacity": 3, "MaxCapacity": 3}}
        scaling.put_scheduled_action(**TARGET, **self.NIGHT | action)
        cause = "scheduled action name night was triggered"
        self.eventually(lambda: cause in [activity["Cause"] for activity in self.activities()])
        self.eventually(lambda: scaled()["runningCount"] == 3)
        (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[TARGET["ResourceId"]])["ScalableTargets"]
        self.assertEqual((target["MinCapacity"], target["MaxCapacity"]), (3, 3))
        scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=2)
        self.eventually(lambda: scaled()["runningCount"] == 2)
        self.eventually(lambda: self.activities()[0]["StatusCode"] == "Successful")

    def test_refusals(self):
        put = scaling.put_scheduled_action
        for wrong in [{"Schedule": "cron(bogus)"}, {"Timezone": "Mars/Base"}, {"ScalableTargetAction": {}}]:
            self.refused("ValidationException", put, **TARGET, **self.NIGHT | wrong)
        nothing = TARGET | {"ResourceId": f"service/{CLUSTER}/nothing"}
        self.refused("ObjectNotFoundException", put, **nothing, **self.NIGHT)
        self.refused("ObjectNotFoundException", scaling.delete_scheduled_action, **TARGET, ScheduledActionName="none")


if __name__ == "__main__":
    unittest.main()
