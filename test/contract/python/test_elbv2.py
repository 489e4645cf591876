"""Load balancers from their creation to their end, in Query and XML."""

import unittest

from support import CLUSTER, PATIENCE, SERVICE, ContractTest, client

elbv2 = client("elbv2")
ecs = client("ecs")


def subnets():
    service = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
    return service["networkConfiguration"]["awsvpcConfiguration"]["subnets"]


def vpc():
    return elbv2.describe_load_balancers()["LoadBalancers"][0]["VpcId"]


def forward(*weights):
    return [
        {
            "Type": "forward",
            "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights]},
        }
    ]


class LoadBalancing(ContractTest):
    @classmethod
    def setUpClass(cls):
        made = elbv2.create_load_balancer(Name="contract", Subnets=subnets(), Tags=[{"Key": "team", "Value": "core"}])
        cls.balancer = made["LoadBalancers"][0]
        cls.arn = cls.balancer["LoadBalancerArn"]
        elbv2.get_waiter("load_balancer_available").wait(LoadBalancerArns=[cls.arn], WaiterConfig=PATIENCE)
        cls.groups = [
            elbv2.create_target_group(
                Name=f"contract-{colour}",
                Protocol="HTTP",
                Port=8000,
                VpcId=vpc(),
                TargetType="ip",
                HealthCheckPath="/health",
                HealthCheckIntervalSeconds=5,
                HealthCheckTimeoutSeconds=2,
                HealthyThresholdCount=2,
                UnhealthyThresholdCount=2,
                Matcher={"HttpCode": "200-299"},
            )["TargetGroups"][0]["TargetGroupArn"]
            for colour in ["blue", "green"]
        ]
        cls.listener = elbv2.create_listener(
            LoadBalancerArn=cls.arn, Protocol="HTTP", Port=18080, DefaultActions=forward((cls.groups[0], 1))
        )["Listeners"][0]["ListenerArn"]

    @classmethod
    def tearDownClass(cls):
        elbv2.delete_load_balancer(LoadBalancerArn=cls.arn)
        elbv2.get_waiter("load_balancers_deleted").wait(LoadBalancerArns=[cls.arn], WaiterConfig=PATIENCE)
        for group in cls.groups:
            elbv2.delete_target_group(TargetGroupArn=group)

    def test_load_balancer(self):
        again = elbv2.create_load_balancer(Name="contract", Subnets=subnets())["LoadBalancers"][0]
        self.assertEqual(again["LoadBalancerArn"], self.arn)
        found = elbv2.describe_load_balancers(Names=["contract"])["LoadBalancers"][0]
        self.assertEqual(found["State"]["Code"], "active")
        self.assertEqual(found["CreatedTime"], self.balancer["CreatedTime"])
        self.assertEqual({zone["SubnetId"] for zone in found["AvailabilityZones"]}, set(subnets()))
        pages = elbv2.get_paginator("describe_load_balancers").paginate(PaginationConfig={"PageSize": 1})
        arns = [each["LoadBalancerArn"] for page in pages for each in page["LoadBalancers"]]
        self.assertIn(self.arn, arns)
        self.assertGreaterEqual(len(set(arns)), 2)
        elbv2.get_waiter("load_balancer_exists").wait(Names=["contract"], WaiterConfig=PATIENCE)

    def test_attributes(self):
        def value(attributes, key):
            return next(each["Value"] for each in attributes if each["Key"] == key)

        key = "idle_timeout.timeout_seconds"
        self.assertEqual(value(elbv2.describe_load_balancer_attributes(LoadBalancerArn=self.arn)["Attributes"], key), "60")
        changed = elbv2.modify_load_balancer_attributes(LoadBalancerArn=self.arn, Attributes=[{"Key": key, "Value": "90"}])
        self.assertEqual(value(changed["Attributes"], key), "90")
        key = "deregistration_delay.timeout_seconds"
        group = self.groups[0]
        self.assertEqual(value(elbv2.describe_target_group_attributes(TargetGroupArn=group)["Attributes"], key), "300")
        changed = elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[{"Key": key, "Value": "15"}])
        self.assertEqual(value(changed["Attributes"], key), "15")

    def test_target_groups(self):
        with self.assertRaises(elbv2.exceptions.DuplicateTargetGroupNameException):
            elbv2.create_target_group(Name="contract-blue", Protocol="HTTP", Port=9000, VpcId=vpc(), TargetType="ip")
        changed = elbv2.modify_target_group(TargetGroupArn=self.groups[1], HealthCheckPath="/ready", Matcher={"HttpCode": "200,204"})
        self.assertEqual(changed["TargetGroups"][0]["HealthCheckPath"], "/ready")
        self.assertEqual(changed["TargetGroups"][0]["Matcher"], {"HttpCode": "200,204"})
        pages = elbv2.get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 1})
        arns = [each["TargetGroupArn"] for page in pages for each in page["TargetGroups"]]
        self.assertTrue(set(self.groups) <= set(arns))
        self.assertEqual(len(arns), len(set(arns)))
        attached = elbv2.describe_target_groups(LoadBalancerArn=self.arn)["TargetGroups"]
        self.assertEqual([group["TargetGroupArn"] for group in attached], [self.groups[0]])
        self.assertEqual(attached[0]["LoadBalancerArns"], [self.arn])

    def test_rules(self):
        def create(priority, path, actions):
            return elbv2.create_rule(
                ListenerArn=self.listener,
                Priority=priority,
                Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
                Actions=actions,
                Tags=[{"Key": "team", "Value": "core"}],
            )["Rules"][0]

        split = create(10, "/split/*", forward((self.groups[0], 90), (self.groups[1], 10)))
        fixed = create(
            20,
            "/closed",
            [
                {
                    "Type": "fixed-response",
                    "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain", "MessageBody": "a & b <c>"},
                }
            ],
        )
        self.assertEqual(split["Priority"], "10")
        self.assertEqual(fixed["Actions"][0]["FixedResponseConfig"]["MessageBody"], "a & b <c>")
        with self.assertRaises(elbv2.exceptions.PriorityInUseException):
            create(10, "/other", forward((self.groups[0], 1)))
        moved = elbv2.modify_rule(RuleArn=split["RuleArn"], Actions=forward((self.groups[0], 0), (self.groups[1], 100)))
        groups = moved["Rules"][0]["Actions"][0]["ForwardConfig"]["TargetGroups"]
        self.assertEqual([group["Weight"] for group in groups], [0, 100])
        swapped = elbv2.set_rule_priorities(
            RulePriorities=[
                {"RuleArn": split["RuleArn"], "Priority": 30},
                {"RuleArn": fixed["RuleArn"], "Priority": 10},
            ]
        )["Rules"]
        self.assertEqual({rule["RuleArn"]: rule["Priority"] for rule in swapped}[split["RuleArn"]], "30")
        pages = elbv2.get_paginator("describe_rules").paginate(ListenerArn=self.listener, PaginationConfig={"PageSize": 1})
        rules = [rule for page in pages for rule in page["Rules"]]
        self.assertEqual([rule["Priority"] for rule in rules], ["10", "30", "default"])
        self.assertEqual([rule["IsDefault"] for rule in rules], [False, False, True])
        for rule in [split, fixed]:
            elbv2.delete_rule(RuleArn=rule["RuleArn"])
        with self.assertRaises(elbv2.exceptions.RuleNotFoundException):
            elbv2.describe_rules(RuleArns=[split["RuleArn"]])

    def test_listeners(self):
        other = elbv2.create_listener(
            LoadBalancerArn=self.arn, Protocol="HTTP", Port=18090, DefaultActions=forward((self.groups[0], 1))
        )["Listeners"][0]
        pages = elbv2.get_paginator("describe_listeners").paginate(LoadBalancerArn=self.arn, PaginationConfig={"PageSize": 1})
        self.assertEqual({each["Port"] for page in pages for each in page["Listeners"]}, {18080, 18090})
        changed = elbv2.modify_listener(
            ListenerArn=other["ListenerArn"], DefaultActions=forward((self.groups[0], 1), (self.groups[1], 0))
        )["Listeners"][0]
        self.assertEqual(len(changed["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]), 2)
        elbv2.delete_listener(ListenerArn=other["ListenerArn"])
        with self.assertRaises(elbv2.exceptions.ListenerNotFoundException):
            elbv2.describe_listeners(ListenerArns=[other["ListenerArn"]])

    def test_targets(self):
        task_group = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]["loadBalancers"][0]
        health = elbv2.describe_target_health(TargetGroupArn=task_group["targetGroupArn"])["TargetHealthDescriptions"]
        if not health:
            alternate = task_group["advancedConfiguration"]["alternateTargetGroupArn"]
            health = elbv2.describe_target_health(TargetGroupArn=alternate)["TargetHealthDescriptions"]
        target = {"Id": health[0]["Target"]["Id"], "Port": health[0]["Target"]["Port"]}
        group = self.groups[0]
        elbv2.modify_target_group_attributes(
            TargetGroupArn=group, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "5"}]
        )
        elbv2.register_targets(TargetGroupArn=group, Targets=[target])
        elbv2.get_waiter("target_in_service").wait(TargetGroupArn=group, Targets=[target], WaiterConfig=PATIENCE)
        elbv2.deregister_targets(TargetGroupArn=group, Targets=[target])
        draining = elbv2.describe_target_health(TargetGroupArn=group, Targets=[target])["TargetHealthDescriptions"][0]
        self.assertEqual(draining["TargetHealth"]["State"], "draining")
        self.assertEqual(draining["TargetHealth"]["Reason"], "Target.DeregistrationInProgress")
        elbv2.get_waiter("target_deregistered").wait(TargetGroupArn=group, Targets=[target], WaiterConfig=PATIENCE)

    def test_tags(self):
        elbv2.add_tags(ResourceArns=[self.arn, self.groups[0]], Tags=[{"Key": "tier", "Value": "gold"}])
        found = elbv2.describe_tags(ResourceArns=[self.arn, self.groups[0]])["TagDescriptions"]
        tags = {each["ResourceArn"]: {tag["Key"]: tag["Value"] for tag in each["Tags"]} for each in found}
        self.assertEqual(tags[self.arn], {"team": "core", "tier": "gold"})
        elbv2.remove_tags(ResourceArns=[self.arn, self.groups[0]], TagKeys=["tier"])
        found = elbv2.describe_tags(ResourceArns=[self.groups[0]])["TagDescriptions"]
        self.assertEqual(found[0]["Tags"], [])

    def test_refusals(self):
        with self.assertRaises(elbv2.exceptions.LoadBalancerNotFoundException):
            elbv2.describe_load_balancers(Names=["nowhere"])
        with self.assertRaises(elbv2.exceptions.TargetGroupNotFoundException):
            elbv2.describe_target_groups(Names=["nowhere"])
        with self.assertRaises(elbv2.exceptions.ResourceInUseException):
            elbv2.delete_target_group(TargetGroupArn=self.groups[0])
        self.refused(
            "ValidationError",
            elbv2.create_target_group,
            Name="contract-odd",
            Protocol="HTTP",
            Port=8000,
            VpcId=vpc(),
            TargetType="ip",
            HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=10,
        )


if __name__ == "__main__":
    unittest.main()
