"""Application Auto Scaling over the platform's service: its range, what suspends it, policies and schedules."""

import unittest
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from support import CLUSTER, SERVICE, ContractTest, client, needs

ecs = client("ecs")
scaling = client("application-autoscaling")
TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": f"service/{CLUSTER}/{SERVICE}",
    "ScalableDimension": "ecs:service:DesiredCount",
}


@needs("application-autoscaling", "RegisterScalableTarget", "DeregisterScalableTarget", "DescribeScalableTargets")
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


@needs("application-autoscaling", "RegisterScalableTarget", "PutScalingPolicy", "DescribeScalingPolicies", "DeleteScalingPolicy")
class Policies(ContractTest):
    def test_life(self):
        scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=4)
        self.addCleanup(scaling.deregister_scalable_target, **TARGET)
        configuration = {
            "TargetValue": 60.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
            "ScaleInCooldown": 300,
        }
        made = scaling.put_scaling_policy(
            **TARGET,
            PolicyName="cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=configuration,
        )
        (policy,) = scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["cpu"])["ScalingPolicies"]
        self.assertEqual(policy["PolicyARN"], made["PolicyARN"])
        self.assertEqual(policy["TargetTrackingScalingPolicyConfiguration"], configuration)
        scaling.delete_scaling_policy(**TARGET, PolicyName="cpu")
        self.assertEqual(scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["cpu"])["ScalingPolicies"], [])


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
        self.eventually(lambda: ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]["runningCount"] == 3)
        (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[TARGET["ResourceId"]])["ScalableTargets"]
        self.assertEqual((target["MinCapacity"], target["MaxCapacity"]), (3, 3))
        scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=2)
        self.eventually(lambda: ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]["runningCount"] == 2)
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
