"""EventBridge Scheduler: a one-time schedule that stops an experiment."""

import json
import unittest
import uuid
from datetime import datetime, timedelta, timezone

from support import ContractTest, client

fis = client("fis")
scheduler = client("scheduler")

ROLE = "arn:aws:iam::000000000000:role/stop-experiments"
STOP = "arn:aws:scheduler:::aws-sdk:fis:stopExperiment"
WAIT = {"actionId": "aws:fis:wait", "parameters": {"duration": "PT2H"}}


class SchedulerTest(ContractTest):
    def schedule(self, experiment, seconds, **changes):
        at = datetime.now(timezone.utc) + timedelta(seconds=seconds)
        name = f"stop-{uuid.uuid4()}"
        request = {
            "Name": name,
            "ScheduleExpression": f"at({at:%Y-%m-%dT%H:%M:%S})",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": STOP, "RoleArn": ROLE, "Input": json.dumps({"Id": experiment})},
            "ActionAfterCompletion": "DELETE",
            **changes,
        }
        self.assertTrue(scheduler.create_schedule(**request)["ScheduleArn"].endswith(f":schedule/default/{name}"))
        return request

    def is_there(self, name):
        return name in [each["Name"] for each in scheduler.list_schedules(NamePrefix="stop-")["Schedules"]]

    def test_stops_an_experiment_and_is_gone(self):
        template = fis.create_experiment_template(
            description="waits", roleArn=ROLE, stopConditions=[{"source": "none"}], actions={"wait": WAIT}
        )["experimentTemplate"]
        self.addCleanup(fis.delete_experiment_template, id=template["id"])
        experiment = fis.start_experiment(experimentTemplateId=template["id"])["experiment"]["id"]
        name = self.schedule(experiment, 600)["Name"]
        self.assertTrue(self.is_there(name))
        self.eventually(lambda: fis.get_experiment(id=experiment)["experiment"]["state"]["status"] == "stopped")
        self.eventually(lambda: not self.is_there(name))
        self.refused("ResourceNotFoundException", scheduler.get_schedule, Name=name)

    def test_is_given_back_and_deleted(self):
        asked = self.schedule("EXPnone", 36_000)
        given = scheduler.get_schedule(Name=asked["Name"], GroupName="default")
        self.assertEqual({key: given[key] for key in asked}, asked)
        self.assertEqual(given["State"], "ENABLED")
        self.assertLess(given["CreationDate"], datetime.now(timezone.utc))
        self.refused("ConflictException", scheduler.create_schedule, **asked)
        scheduler.delete_schedule(Name=asked["Name"])
        self.refused("ResourceNotFoundException", scheduler.delete_schedule, Name=asked["Name"])


if __name__ == "__main__":
    unittest.main()
