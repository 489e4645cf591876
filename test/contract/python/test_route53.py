"""Route 53 and routing controls under boto3: zones, batches of records, changes on their way, health checks."""

import os
import unittest

import boto3
from botocore.config import Config
from support import ContractTest, client

route53 = client("route53")
PANEL = "arn:aws:route53-recovery-control::000000000000:controlpanel/0123456789abcdef"
CONTROL = f"{PANEL}/routingcontrol/aaaaaaaaaaaaaaaa"
cluster = boto3.client(
    "route53-recovery-cluster",
    region_name="us-west-2",
    endpoint_url=os.environ["AWS_ENDPOINT_URL"],
    config=Config(retries={"total_max_attempts": 1}),
)


def record(identifier, weight, address="127.0.0.1"):
    return {
        "Name": "api.contract.example.",
        "Type": "A",
        "SetIdentifier": identifier,
        "Weight": weight,
        "AliasTarget": {"HostedZoneId": "Z1H1FL5HABSF5", "DNSName": address, "EvaluateTargetHealth": True},
    }


def batch(action, *records):
    return {"Comment": "contract", "Changes": [{"Action": action, "ResourceRecordSet": each} for each in records]}


class Records(ContractTest):
    @classmethod
    def setUpClass(cls):
        made = route53.create_hosted_zone(Name="contract.example", CallerReference="contract")
        cls.zone = made["HostedZone"]["Id"]
        cls.made = made

    def test_zone(self):
        self.assertTrue(self.made["Location"].endswith(self.zone.split("/")[-1]))
        self.assertEqual(len(self.made["DelegationSet"]["NameServers"]), 4)
        self.assertEqual(route53.get_hosted_zone(Id=self.zone)["HostedZone"]["Name"], "contract.example.")
        found = route53.list_hosted_zones_by_name(DNSName="contract.example")["HostedZones"]
        self.assertEqual([zone["Id"] for zone in found], [self.zone])
        self.refused("HostedZoneAlreadyExists", route53.create_hosted_zone, Name="other.example", CallerReference="contract")
        self.assertIn(self.zone, [zone["Id"] for page in route53.get_paginator("list_hosted_zones").paginate() for zone in page["HostedZones"]])

    def test_batch(self):
        pair = [record("us-west-2", 100), record("us-east-2", 0, "127.0.0.2")]
        change = route53.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch=batch("UPSERT", *pair))["ChangeInfo"]
        self.assertEqual((change["Status"], change["Comment"]), ("PENDING", "contract"))
        route53.get_waiter("resource_record_sets_changed").wait(Id=change["Id"], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=self.zone, PaginationConfig={"PageSize": 1})
        shown = [each for page in pages for each in page["ResourceRecordSets"] if each["Type"] == "A"]
        self.assertEqual([(each["SetIdentifier"], each["Weight"]) for each in shown], [("us-east-2", 0), ("us-west-2", 100)])
        message = self.refused(
            "InvalidChangeBatch", route53.change_resource_record_sets, HostedZoneId=self.zone, ChangeBatch=batch("CREATE", pair[0])
        )
        self.assertIn("already exists", message)
        route53.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch=batch("DELETE", *shown))

    def test_refusals(self):
        self.refused("NoSuchHostedZone", route53.list_resource_record_sets, HostedZoneId="Z0")
        self.refused("NoSuchChange", route53.get_change, Id="C0")
        latency = {key: value for key, value in record("far", 1).items() if key != "Weight"} | {"Region": "us-west-2"}
        self.refused(
            "UnsupportedParameterException", route53.change_resource_record_sets, HostedZoneId=self.zone, ChangeBatch=batch("UPSERT", latency)
        )
        self.refused("UnsupportedOperationException", route53.list_geo_locations)


class HealthChecks(ContractTest):
    def test_follows_its_routing_control(self):
        config = {"Type": "RECOVERY_CONTROL", "RoutingControlArn": CONTROL}
        check = route53.create_health_check(CallerReference="contract", HealthCheckConfig=config)["HealthCheck"]
        self.addCleanup(route53.delete_health_check, HealthCheckId=check["Id"])
        self.assertEqual(route53.get_health_check(HealthCheckId=check["Id"])["HealthCheck"]["HealthCheckConfig"], config)

        def status():
            (seen,) = route53.get_health_check_status(HealthCheckId=check["Id"])["HealthCheckObservations"]
            return seen["StatusReport"]["Status"].split(":")[0]

        self.assertEqual(status(), "Success")
        cluster.update_routing_control_state(RoutingControlArn=CONTROL, RoutingControlState="Off")
        self.assertEqual(status(), "Failure")
        cluster.update_routing_control_states(
            UpdateRoutingControlStateEntries=[{"RoutingControlArn": CONTROL, "RoutingControlState": "On"}]
        )
        self.assertEqual(cluster.get_routing_control_state(RoutingControlArn=CONTROL)["RoutingControlState"], "On")
        controls = cluster.list_routing_controls(ControlPanelArn=PANEL)["RoutingControls"]
        self.assertIn(CONTROL, [each["RoutingControlArn"] for each in controls])
        self.refused("ResourceNotFoundException", cluster.get_routing_control_state, RoutingControlArn=CONTROL.replace("aaaa", "cccc"))


if __name__ == "__main__":
    unittest.main()
