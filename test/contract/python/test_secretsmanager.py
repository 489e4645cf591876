"""Secrets Manager: a secret, its versions and labels, and its end."""

from support import ContractTest, client

secrets = client("secretsmanager")
FIRST, SECOND = "a" * 32, "b" * 32


class Rotation(ContractTest):
    def test_1_a_value_becomes_a_version(self):
        made = secrets.create_secret(
            Name="shop/key",
            Description="of the shop",
            KmsKeyId="alias/shop",
            ClientRequestToken=FIRST,
            SecretString="one",
            Tags=[{"Key": "team", "Value": "shop"}],
        )
        self.assertEqual(made["VersionId"], FIRST)
        self.assertRegex(made["ARN"], r":secret:shop/key-[A-Za-z0-9]{6}$")
        self.refused("ResourceExistsException", secrets.create_secret, Name="shop/key", SecretString="x")
        put = secrets.put_secret_value(SecretId="shop/key", ClientRequestToken=SECOND, SecretString="two")
        self.assertEqual(put["VersionStages"], ["AWSCURRENT"])
        described = secrets.describe_secret(SecretId=made["ARN"])
        self.assertEqual(described["VersionIdsToStages"], {FIRST: ["AWSPREVIOUS"], SECOND: ["AWSCURRENT"]})
        self.assertEqual(described["Tags"], [{"Key": "team", "Value": "shop"}])
        versions = secrets.list_secret_version_ids(SecretId="shop/key", IncludeDeprecated=True, MaxResults=10)
        self.assertEqual([each["VersionId"] for each in versions["Versions"]], [FIRST, SECOND])

    def test_2_values_by_label_and_version(self):
        self.assertEqual(secrets.get_secret_value(SecretId="shop/key")["SecretString"], "two")
        previous = secrets.get_secret_value(SecretId="shop/key", VersionStage="AWSPREVIOUS", VersionId=FIRST)
        self.assertEqual(previous["SecretString"], "one")
        message = self.refused("ResourceNotFoundException", secrets.get_secret_value, SecretId="none")
        self.assertEqual(message, "Secrets Manager can't find the specified secret.")

    def test_3_labels_move(self):
        secrets.update_secret_version_stage(
            SecretId="shop/key", VersionStage="AWSCURRENT", MoveToVersionId=FIRST, RemoveFromVersionId=SECOND
        )
        self.assertEqual(secrets.get_secret_value(SecretId="shop/key")["VersionId"], FIRST)
        secrets.put_secret_value(SecretId="shop/key", SecretBinary=b"\x00\xff", VersionStages=["BYTES"])
        self.assertEqual(secrets.get_secret_value(SecretId="shop/key", VersionStage="BYTES")["SecretBinary"], b"\x00\xff")

    def test_4_ends(self):
        self.refused("InvalidParameterException", secrets.delete_secret, SecretId="shop/key", RecoveryWindowInDays=1)
        secrets.delete_secret(SecretId="shop/key", RecoveryWindowInDays=7)
        self.refused("InvalidRequestException", secrets.get_secret_value, SecretId="shop/key")
        secrets.delete_secret(SecretId="shop/key", ForceDeleteWithoutRecovery=True)
        self.refused("ResourceNotFoundException", secrets.describe_secret, SecretId="shop/key")
