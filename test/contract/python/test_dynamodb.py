"""DynamoDB: tables on demand, whole items, and a restore to a moment."""

from support import ContractTest, PATIENCE, client

dynamodb = client("dynamodb")
ITEM = {"id": {"S": "42"}, "n": {"N": "1.5"}, "bytes": {"B": b"\x00\xff"}, "more": {"M": {"l": {"L": [{"BOOL": True}]}}}}


class Tables(ContractTest):
    def test_1_are_made(self):
        made = dynamodb.create_table(
            TableName="orders",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            Tags=[{"Key": "team", "Value": "shop"}],
        )["TableDescription"]
        self.assertEqual(made["TableStatus"], "CREATING")
        dynamodb.get_waiter("table_exists").wait(TableName="orders", WaiterConfig=PATIENCE)
        self.assertEqual(dynamodb.list_tables(Limit=10)["TableNames"], ["orders"])
        self.assertEqual(
            dynamodb.list_tags_of_resource(ResourceArn=made["TableArn"])["Tags"], [{"Key": "team", "Value": "shop"}]
        )
        dynamodb.tag_resource(ResourceArn=made["TableArn"], Tags=[{"Key": "team", "Value": "art"}])
        dynamodb.update_time_to_live(
            TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
        )
        ttl = dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
        self.assertEqual(ttl, {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"})
        self.refused("ResourceNotFoundException", dynamodb.describe_table, TableName="none")

    def test_2_hold_items(self):
        dynamodb.put_item(TableName="orders", Item=ITEM)
        got = dynamodb.get_item(TableName="orders", Key={"id": {"S": "42"}}, ConsistentRead=True)["Item"]
        self.assertEqual(got, ITEM)
        self.assertEqual(dynamodb.scan(TableName="orders", Select="COUNT")["Count"], 1)
        self.assertEqual(dynamodb.scan(TableName="orders")["Items"], [ITEM])
        self.refused("ValidationException", dynamodb.put_item, TableName="orders", Item={"id": {"N": "1"}})

    def test_3_are_restored(self):
        def window():
            found = dynamodb.describe_continuous_backups(TableName="orders")["ContinuousBackupsDescription"]
            return found["PointInTimeRecoveryDescription"]

        self.refused(
            "PointInTimeRecoveryUnavailableException",
            dynamodb.restore_table_to_point_in_time,
            SourceTableName="orders",
            TargetTableName="early",
            UseLatestRestorableTime=True,
        )
        dynamodb.update_continuous_backups(
            TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        first = window()["EarliestRestorableDateTime"]
        dynamodb.delete_item(TableName="orders", Key={"id": {"S": "42"}})
        self.eventually(lambda: window()["LatestRestorableDateTime"] > first)
        made = dynamodb.restore_table_to_point_in_time(
            SourceTableName="orders", TargetTableName="restored", RestoreDateTime=first
        )["TableDescription"]
        self.assertEqual(made["RestoreSummary"]["RestoreDateTime"], first)
        dynamodb.get_waiter("table_exists").wait(TableName="restored", WaiterConfig=PATIENCE)
        self.assertEqual(dynamodb.scan(TableName="restored")["Items"], [ITEM])
        self.assertNotIn("Item", dynamodb.get_item(TableName="orders", Key={"id": {"S": "42"}}))
        self.assertEqual(dynamodb.list_backups(TableName="orders", BackupType="ALL")["BackupSummaries"], [])

    def test_4_are_protected_and_deleted(self):
        dynamodb.update_table(
            TableName="restored",
            DeletionProtectionEnabled=True,
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        )
        self.refused("ValidationException", dynamodb.delete_table, TableName="restored")
        dynamodb.update_table(TableName="restored", DeletionProtectionEnabled=False)
        for name in ["restored", "orders"]:
            dynamodb.delete_table(TableName=name)
            dynamodb.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig=PATIENCE)
