"""What the tests share: clients that hide nothing, waits that suit a platform at speed, and the platform's names."""

import os
import time
import unittest

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

CLUSTER = os.environ["PLATFORM_CLUSTER"]
SERVICE = os.environ["PLATFORM_SERVICE"]
CONTAINER = os.environ["PLATFORM_CONTAINER"]
IMAGE = os.environ["PLATFORM_IMAGE"]
NEXT_IMAGE = os.environ["PLATFORM_NEXT_IMAGE"]
REGION = os.environ["AWS_DEFAULT_REGION"]

# botocore's own waiters, polling each second instead of every 15.
PATIENCE = {"Delay": 1, "MaxAttempts": 90}


def client(service):
    """A client that tries once: a retry would hide a fault of the platform."""
    return boto3.client(service, config=Config(retries={"total_max_attempts": 1}, read_timeout=30))


def registry(account):
    return f"{account}.dkr.ecr.{REGION}.amazonaws.com"


def needs(service, *operations):
    """Skips a test class as long as the platform refuses one of the operations by name; known-deviations.ts lists those."""
    probe = boto3.client(service, config=Config(retries={"total_max_attempts": 1}, parameter_validation=False))

    def is_supported(operation):
        try:
            getattr(probe, xform_name(operation))()
        except ClientError as error:
            return error.response["Error"]["Code"] != "UnsupportedOperationException"
        return True

    missing = [operation for operation in operations if not is_supported(operation)]
    return unittest.skipIf(missing, f"the platform does not support {', '.join(missing)}")


class ContractTest(unittest.TestCase):
    def refused(self, code, call, **arguments):
        """The call must fail with this code; returns the error's message."""
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]

    def eventually(self, probe, seconds=60):
        """Asks until the probe gives something true, and returns that."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            result = probe()
            if result:
                return result
            time.sleep(0.3)
        self.fail(f"not within {seconds} s; at last {result!r}")

