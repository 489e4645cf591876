"""RDS: a Multi-AZ instance and its replica; a failover as botocore's own waiter sees it, events, a promotion, tags."""

import datetime

from support import PATIENCE, ContractTest, client

rds = client("rds")
NAME = "splurge-art-dev"
REPLICA = f"{NAME}-replica"


def instance(name):
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def messages(name):
    events = rds.describe_events(SourceIdentifier=name, SourceType="db-instance", Duration=60)["Events"]
    return [event["Message"] for event in events]


class Instances(ContractTest):
    def test_1_are_described(self):
        pages = rds.get_paginator("describe_db_instances").paginate(PaginationConfig={"PageSize": 20})
        found = {each["DBInstanceIdentifier"]: each for page in pages for each in page["DBInstances"]}
        self.assertEqual(sorted(found), [NAME, REPLICA])
        self.assertTrue(found[NAME]["MultiAZ"])
        self.assertEqual(found[NAME]["SecondaryAvailabilityZone"], "us-east-1b")
        self.assertEqual(found[NAME]["ReadReplicaDBInstanceIdentifiers"], [REPLICA])
        self.assertEqual(found[REPLICA]["ReadReplicaSourceDBInstanceIdentifier"], NAME)
        self.assertEqual(found[REPLICA]["StatusInfos"][0]["Status"], "replicating")
        chosen = rds.describe_db_instances(
            Filters=[{"Name": "db-instance-id", "Values": [REPLICA]}, {"Name": "engine", "Values": ["postgres", "mysql"]}]
        )
        self.assertEqual([each["DBInstanceIdentifier"] for each in chosen["DBInstances"]], [REPLICA])

    def test_2_fail_over_on_demand(self):
        before = instance(NAME)
        answer = rds.reboot_db_instance(DBInstanceIdentifier=NAME, ForceFailover=True)["DBInstance"]
        self.assertEqual(answer["DBInstanceStatus"], "rebooting")
        rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=NAME, WaiterConfig=PATIENCE)
        after = instance(NAME)
        self.assertEqual(after["AvailabilityZone"], before["SecondaryAvailabilityZone"])
        self.assertEqual(after["SecondaryAvailabilityZone"], before["AvailabilityZone"])
        self.assertEqual(after["Endpoint"], before["Endpoint"])
        self.assertEqual(
            messages(NAME)[-3:],
            ["Multi-AZ instance failover started.", "DB instance restarted", "Multi-AZ instance failover completed"],
        )
        failovers = rds.describe_events(EventCategories=["failover"])["Events"]
        self.assertEqual([event["EventCategories"] for event in failovers], [["failover"]] * 2)
        self.assertEqual(failovers[0]["SourceArn"], after["DBInstanceArn"])

    def test_3_are_promoted(self):
        self.refused(
            "InvalidParameterCombination", rds.reboot_db_instance, DBInstanceIdentifier=REPLICA, ForceFailover=True
        )
        answer = rds.promote_read_replica(DBInstanceIdentifier=REPLICA, BackupRetentionPeriod=1)["DBInstance"]
        self.assertEqual(answer["DBInstanceStatus"], "modifying")
        rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=REPLICA, WaiterConfig=PATIENCE)
        self.assertNotIn("ReadReplicaSourceDBInstanceIdentifier", instance(REPLICA))
        self.assertEqual(instance(NAME)["ReadReplicaDBInstanceIdentifiers"], [])
        self.refused("InvalidDBInstanceState", rds.promote_read_replica, DBInstanceIdentifier=REPLICA)

    def test_4_have_tags(self):
        arn = instance(NAME)["DBInstanceArn"]
        rds.add_tags_to_resource(
            ResourceName=arn, Tags=[{"Key": "team", "Value": "shop"}, {"Key": "cost centre", "Value": "a/b+c&d"}]
        )
        self.assertEqual(instance(NAME)["TagList"][1], {"Key": "cost centre", "Value": "a/b+c&d"})
        rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["team"])
        self.assertEqual(
            rds.list_tags_for_resource(ResourceName=arn)["TagList"], [{"Key": "cost centre", "Value": "a/b+c&d"}]
        )

    def test_5_are_changed(self):
        answer = rds.modify_db_instance(
            DBInstanceIdentifier=NAME,
            ApplyImmediately=True,
            BackupRetentionPeriod=7,
            PreferredBackupWindow="01:00-01:30",
            VpcSecurityGroupIds=["sg-shop"],
            DeletionProtection=True,
        )["DBInstance"]
        self.assertEqual(answer["DBInstanceStatus"], "modifying")
        rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=NAME, WaiterConfig=PATIENCE)
        self.assertEqual(instance(NAME)["BackupRetentionPeriod"], 7)
        self.refused(
            "InvalidParameterCombination", rds.delete_db_instance, DBInstanceIdentifier=NAME, SkipFinalSnapshot=True
        )

    def test_6_are_restored_and_deleted(self):
        rds.create_db_snapshot(DBSnapshotIdentifier="nightly", DBInstanceIdentifier=NAME)
        rds.get_waiter("db_snapshot_available").wait(DBSnapshotIdentifier="nightly", WaiterConfig=PATIENCE)
        self.refused(
            "DBSnapshotAlreadyExists",
            rds.create_db_snapshot,
            DBSnapshotIdentifier="nightly",
            DBInstanceIdentifier=NAME,
        )
        [backup] = rds.describe_db_instance_automated_backups(DBInstanceIdentifier=NAME)["DBInstanceAutomatedBackups"]
        self.assertEqual(backup["RestoreWindow"]["LatestTime"].tzinfo is not None, True)
        copies = {
            "by-time": lambda to: rds.restore_db_instance_to_point_in_time(
                SourceDBInstanceIdentifier=NAME,
                TargetDBInstanceIdentifier=to,
                RestoreTime=backup["RestoreWindow"]["LatestTime"],
                VpcSecurityGroupIds=["sg-shop"],
                MultiAZ=False,
            ),
            "by-snapshot": lambda to: rds.restore_db_instance_from_db_snapshot(
                DBInstanceIdentifier=to, DBSnapshotIdentifier="nightly", Tags=[{"Key": "team", "Value": "shop"}]
            ),
        }
        for name, restore in copies.items():
            self.assertEqual(restore(name)["DBInstance"]["DBInstanceStatus"], "creating")
            self.refused("DBInstanceAlreadyExists", restore, to=name)
            rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name, WaiterConfig=PATIENCE)
            self.assertNotEqual(instance(name)["Endpoint"], instance(NAME)["Endpoint"])
            rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True, DeleteAutomatedBackups=True)
            rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=name, WaiterConfig=PATIENCE)
        self.refused(
            "InvalidRestoreFault",
            rds.restore_db_instance_to_point_in_time,
            SourceDBInstanceIdentifier=NAME,
            TargetDBInstanceIdentifier="too-early",
            RestoreTime=datetime.datetime(2001, 1, 1, tzinfo=datetime.timezone.utc),
        )
        snapshots = rds.describe_db_snapshots(DBInstanceIdentifier=NAME)["DBSnapshots"]
        self.assertEqual([each["DBSnapshotIdentifier"] for each in snapshots], ["nightly"])
        rds.delete_db_snapshot(DBSnapshotIdentifier="nightly")
        self.refused("DBSnapshotNotFound", rds.describe_db_snapshots, DBSnapshotIdentifier="nightly")

    def test_7_that_are_not_there(self):
        message = self.refused("DBInstanceNotFound", rds.describe_db_instances, DBInstanceIdentifier="none")
        self.assertEqual(message, "DBInstance none not found.")
        with self.assertRaises(rds.exceptions.DBInstanceNotFoundFault):
            rds.reboot_db_instance(DBInstanceIdentifier="none")
        self.refused("InvalidParameterValue", rds.describe_db_instances, MaxRecords=7)
