"""The caller's identity, and the registry with the platform's images."""

import unittest

import boto3
from support import IMAGE, NEXT_IMAGE, ContractTest, client

ecr = client("ecr")
sts = client("sts")
REPOSITORY, TAG = IMAGE.split(":")


class Identity(ContractTest):
    def test_account_and_arn_agree(self):
        identity = sts.get_caller_identity()
        self.assertEqual(identity["Arn"].split(":")[4], identity["Account"])

    def test_assume_role(self):
        account = sts.get_caller_identity()["Account"]
        role = f"arn:aws:iam::{account}:role/deployer"
        answer = sts.assume_role(RoleArn=role, RoleSessionName="contract", DurationSeconds=900)
        keys = answer["Credentials"]
        own = boto3.client(
            "sts",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        identity = own.get_caller_identity()
        self.assertEqual(identity["Arn"], answer["AssumedRoleUser"]["Arn"])
        self.assertEqual(identity["Arn"], f"arn:aws:sts::{account}:assumed-role/deployer/contract")
        self.refused("AccessDenied", sts.assume_role, RoleArn="arn:aws:iam::111122223333:role/deployer", RoleSessionName="contract")


class Images(ContractTest):
    def test_repositories(self):
        pages = ecr.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 1})
        found = {each["repositoryName"]: each for page in pages for each in page["repositories"]}
        self.assertIn(REPOSITORY, found)
        self.assertEqual(found[REPOSITORY]["registryId"], sts.get_caller_identity()["Account"])

    def test_images(self):
        pages = ecr.get_paginator("list_images").paginate(repositoryName=REPOSITORY, PaginationConfig={"PageSize": 1})
        tags = {image["imageTag"] for page in pages for image in page["imageIds"]}
        self.assertTrue({TAG, NEXT_IMAGE.split(":")[1]} <= tags)
        pages = ecr.get_paginator("describe_images").paginate(repositoryName=REPOSITORY, PaginationConfig={"PageSize": 1})
        digests = {tag: image["imageDigest"] for page in pages for image in page["imageDetails"] for tag in image["imageTags"]}
        self.assertEqual(set(digests), tags)
        self.assertEqual(len(set(digests.values())), len(tags))
        answer = ecr.batch_get_image(repositoryName=REPOSITORY, imageIds=[{"imageTag": TAG}, {"imageTag": "never-pushed"}])
        self.assertEqual(answer["images"][0]["imageId"], {"imageTag": TAG, "imageDigest": digests[TAG]})
        self.assertEqual([failure["failureCode"] for failure in answer["failures"]], ["ImageNotFound"])

    def test_unknown(self):
        with self.assertRaises(ecr.exceptions.RepositoryNotFoundException):
            ecr.describe_images(repositoryName="nothing")
        with self.assertRaises(ecr.exceptions.ImageNotFoundException):
            ecr.describe_images(repositoryName=REPOSITORY, imageIds=[{"imageTag": "never-pushed"}])


if __name__ == "__main__":
    unittest.main()
