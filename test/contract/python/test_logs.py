"""What a task printed, read back as a client of CloudWatch Logs does."""

from support import CLUSTER, CONTAINER, SERVICE, ContractTest, client

ecs = client("ecs")
logs = client("logs")
GROUP = f"/ecs/{SERVICE}"


class Events(ContractTest):
    def test_of_a_running_task(self):
        task = ecs.list_tasks(cluster=CLUSTER, serviceName=SERVICE)["taskArns"][0].split("/")[-1]
        stream = f"ecs/{CONTAINER}/{task}"
        answer = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)
        self.assertTrue(any("listening on http://" in event["message"] for event in answer["events"]))
        again = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, nextToken=answer["nextForwardToken"])
        self.assertEqual(again["events"], [])
        last = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, limit=1)["events"]
        self.assertEqual(len(last), 1)
        streams = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=stream)["logStreams"]
        self.assertEqual([found["logStreamName"] for found in streams], [stream])

    def test_unknown(self):
        with self.assertRaises(logs.exceptions.ResourceNotFoundException):
            logs.get_log_events(logGroupName="/ecs/nowhere", logStreamName="none")
