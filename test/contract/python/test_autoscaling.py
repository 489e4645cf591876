"""Application Auto Scaling over the platform's service: its range, what suspends it, policies and schedules."""

import unittest

from support import CLUSTER, SERVICE, ContractTest, client, needs

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


@needs("application-autoscaling", "RegisterScalableTarget", "PutScheduledAction", "DescribeScheduledActions", "DeleteScheduledAction")
class Schedules(ContractTest):
    def test_life(self):
        scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=4)
        self.addCleanup(scaling.deregister_scalable_target, **TARGET)
        scaling.put_scheduled_action(
            **TARGET,
            ScheduledActionName="night",
            Schedule="cron(0 22 * * ? *)",
            Timezone="America/Toronto",
            ScalableTargetAction={"MinCapacity": 0, "MaxCapacity": 0},
        )
        (action,) = scaling.describe_scheduled_actions(ServiceNamespace="ecs", ScheduledActionNames=["night"])["ScheduledActions"]
        self.assertEqual(action["Timezone"], "America/Toronto")
        self.assertEqual(action["ScalableTargetAction"], {"MinCapacity": 0, "MaxCapacity": 0})
        scaling.delete_scheduled_action(**TARGET, ScheduledActionName="night")
        self.assertEqual(scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"], [])


if __name__ == "__main__":
    unittest.main()
