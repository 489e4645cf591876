"""Metrics and alarms, in AWS JSON 1.0 with CloudWatch's Query-compatible errors."""

import unittest
from datetime import datetime, timedelta, timezone

from support import PATIENCE, ContractTest, client

cloudwatch = client("cloudwatch")
NAMESPACE = "Contract"
DIMENSIONS = [{"Name": "Service", "Value": "backend"}]


def past(minutes):
    """A whole minute, this many before now."""
    return datetime.now(timezone.utc).replace(second=0, microsecond=0) - timedelta(minutes=minutes)


class Metrics(ContractTest):
    @classmethod
    def setUpClass(cls):
        cls.start = past(10)
        cloudwatch.put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[
                {
                    "MetricName": "Requests",
                    "Dimensions": DIMENSIONS,
                    "Timestamp": cls.start + timedelta(minutes=minute),
                    "Value": 10.5 * (minute + 1),
                    "Unit": "Count",
                }
                for minute in range(5)
            ],
        )

    def query(self, **changes):
        return {
            "Id": "m1",
            "MetricStat": {
                "Metric": {"Namespace": NAMESPACE, "MetricName": "Requests", "Dimensions": DIMENSIONS},
                "Period": 60,
                "Stat": "Sum",
            },
        } | changes

    def test_many_at_once_come_compressed(self):
        """boto3 compresses bodies above 10 KiB with gzip."""
        data = [
            {
                "MetricName": "Compressed",
                "Dimensions": [{"Name": "Number", "Value": str(number)}],
                "StatisticValues": {"SampleCount": 4, "Sum": 40.0, "Minimum": 1.0, "Maximum": 20.0},
                "Unit": "Milliseconds",
                "StorageResolution": 60,
            }
            for number in range(200)
        ]
        cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)
        pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=NAMESPACE, MetricName="Compressed")
        self.assertEqual(len([metric for page in pages for metric in page["Metrics"]]), 200)

    def test_values_and_counts(self):
        cloudwatch.put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[{"MetricName": "Latency", "Timestamp": past(3), "Values": [10.0, 20.0, 90.0], "Counts": [5.0, 4.0, 1.0]}],
        )
        answer = cloudwatch.get_metric_statistics(
            Namespace=NAMESPACE,
            MetricName="Latency",
            StartTime=past(6),
            EndTime=past(0),
            Period=60,
            Statistics=["Average", "Sum", "SampleCount", "Minimum", "Maximum"],
        )
        (point,) = answer["Datapoints"]
        self.assertEqual((point["SampleCount"], point["Sum"], point["Average"]), (10.0, 220.0, 22.0))
        self.assertEqual((point["Minimum"], point["Maximum"]), (10.0, 90.0))
        self.assertEqual(point["Timestamp"], past(3))

    def test_counts_around_a_threshold(self):
        """What a judge of latency needs: how many of how many were over it."""
        cloudwatch.put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[{"MetricName": "Time", "Timestamp": past(3), "Values": [0.1, 0.2, 0.9], "Counts": [50.0, 30.0, 20.0]}],
        )
        wanted = ["TC(:0.3)", "TC(0.3:)", "TC(0.15:0.3)", "PR(:0.3)", "TM(:0.3)", "p50", "p99.9"]
        answer = cloudwatch.get_metric_statistics(
            Namespace=NAMESPACE, MetricName="Time", StartTime=past(6), EndTime=past(0), Period=60, ExtendedStatistics=wanted
        )
        (point,) = answer["Datapoints"]
        values = point["ExtendedStatistics"]
        self.assertEqual(set(values), set(wanted))
        self.assertEqual([values[name] for name in wanted[:4]], [80.0, 20.0, 30.0, 80.0])
        for name, expected in zip(wanted[4:], [0.1375, 0.1, 0.9]):
            self.assertAlmostEqual(values[name] / expected, 1, delta=0.01)
        data = cloudwatch.get_metric_data(
            MetricDataQueries=[
                {
                    "Id": f"m{number}",
                    "MetricStat": {"Metric": {"Namespace": NAMESPACE, "MetricName": "Time"}, "Period": 60, "Stat": name},
                }
                for number, name in enumerate(wanted)
            ],
            StartTime=past(6),
            EndTime=past(0),
        )
        self.assertEqual([result["Values"] for result in data["MetricDataResults"]], [[values[name]] for name in wanted])

    def test_metric_data_by_pages(self):
        pages = list(
            cloudwatch.get_paginator("get_metric_data").paginate(
                MetricDataQueries=[self.query()],
                StartTime=self.start,
                EndTime=self.start + timedelta(minutes=5),
                ScanBy="TimestampAscending",
                PaginationConfig={"PageSize": 1},
            )
        )
        results = [result for page in pages for result in page["MetricDataResults"]]
        self.assertEqual([value for result in results for value in result["Values"]], [10.5, 21.0, 31.5, 42.0, 52.5])
        times = [time for result in results for time in result["Timestamps"]]
        self.assertEqual(times, [self.start + timedelta(minutes=minute) for minute in range(5)])
        self.assertGreater(len(pages), 1)

    def test_metric_math(self):
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[
                self.query(ReturnData=False),
                {"Id": "double", "Expression": "m1 * 2", "Label": "twice"},
                {"Id": "nothing", "Expression": "FILL(m1, 0) - m1"},
            ],
            StartTime=self.start,
            EndTime=self.start + timedelta(minutes=5),
            ScanBy="TimestampDescending",
        )
        results = {result["Id"]: result for result in answer["MetricDataResults"]}
        self.assertEqual(set(results), {"double", "nothing"})
        self.assertEqual(results["double"]["Values"], [105.0, 84.0, 63.0, 42.0, 21.0])
        self.assertEqual(results["double"]["Label"], "twice")
        self.assertEqual(results["double"]["StatusCode"], "Complete")
        self.assertEqual(set(results["nothing"]["Values"]), {0.0})

    def test_refusals(self):
        with self.assertRaises(cloudwatch.exceptions.InvalidParameterValueException):
            cloudwatch.put_metric_data(Namespace="AWS/ECS", MetricData=[{"MetricName": "Forged", "Value": 1.0}])
        self.refused(
            "ValidationError",
            cloudwatch.get_metric_data,
            MetricDataQueries=[{"Id": "m1", "Expression": "nothing +"}],
            StartTime=self.start,
            EndTime=past(0),
        )


class Alarms(ContractTest):
    NAMES = ["contract-one", "contract-two"]

    @classmethod
    def setUpClass(cls):
        for name in cls.NAMES:
            cloudwatch.put_metric_alarm(
                AlarmName=name,
                AlarmDescription="grün & <bold>",
                Namespace=NAMESPACE,
                MetricName="Errors",
                Dimensions=DIMENSIONS,
                Statistic="Sum",
                Period=60,
                EvaluationPeriods=2,
                DatapointsToAlarm=1,
                Threshold=5.0,
                ComparisonOperator="GreaterThanThreshold",
                TreatMissingData="notBreaching",
            )

    @classmethod
    def tearDownClass(cls):
        cloudwatch.delete_alarms(AlarmNames=cls.NAMES)

    def test_described(self):
        cloudwatch.get_waiter("alarm_exists").wait(AlarmNames=self.NAMES, WaiterConfig=PATIENCE)
        pages = cloudwatch.get_paginator("describe_alarms").paginate(
            AlarmNamePrefix="contract-", PaginationConfig={"PageSize": 1}
        )
        alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
        self.assertEqual([alarm["AlarmName"] for alarm in alarms], self.NAMES)
        self.assertEqual(alarms[0]["AlarmDescription"], "grün & <bold>")
        self.assertEqual(alarms[0]["Threshold"], 5.0)
        self.assertEqual(alarms[0]["Dimensions"], DIMENSIONS)

    def test_state_and_history(self):
        (name, _) = self.NAMES
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="contract test")
        history = cloudwatch.describe_alarm_history(AlarmName=name, HistoryItemType="StateUpdate")["AlarmHistoryItems"]
        self.assertTrue(any("ALARM" in item["HistorySummary"] for item in history))
        self.assertEqual({item["AlarmName"] for item in history}, {name})

    def test_actions(self):
        (_, name) = self.NAMES
        cloudwatch.disable_alarm_actions(AlarmNames=[name])
        self.assertIs(cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["ActionsEnabled"], False)
        cloudwatch.enable_alarm_actions(AlarmNames=[name])
        self.assertIs(cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["ActionsEnabled"], True)

    def test_metric_math_alarm(self):
        name = "contract-rate"
        stat = {"Metric": {"Namespace": NAMESPACE, "MetricName": "Errors"}, "Period": 60, "Stat": "Sum"}
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Metrics=[
                {"Id": "errors", "MetricStat": stat, "ReturnData": False},
                {"Id": "filled", "Expression": "FILL(errors, 0)", "Label": "errors", "ReturnData": True},
            ],
            EvaluationPeriods=1,
            Threshold=0.0,
            ComparisonOperator="GreaterThanThreshold",
        )
        alarm = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
        self.assertEqual([metric["Id"] for metric in alarm["Metrics"]], ["errors", "filled"])
        cloudwatch.delete_alarms(AlarmNames=[name])
        self.assertEqual(cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"], [])

    def test_composite_alarm(self):
        name = "contract-both"
        (one, two) = self.NAMES
        rule = f'ALARM("{one}") AND NOT ALARM("{two}")'
        cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=rule, AlarmDescription="two at once")
        cloudwatch.get_waiter("composite_alarm_exists").wait(
            AlarmNames=[name], AlarmTypes=["CompositeAlarm"], WaiterConfig=PATIENCE
        )
        (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        self.assertEqual(alarm["AlarmRule"], rule)
        self.assertEqual(alarm["AlarmDescription"], "two at once")
        self.refused("ValidationError", cloudwatch.delete_alarms, AlarmNames=[one])
        self.refused("ValidationError", cloudwatch.put_composite_alarm, AlarmName=name, AlarmRule="ALARM(")
        cloudwatch.delete_alarms(AlarmNames=[name])
        found = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])
        self.assertEqual(found["CompositeAlarms"], [])

    def test_refusals(self):
        with self.assertRaises(cloudwatch.exceptions.ResourceNotFound):
            cloudwatch.set_alarm_state(AlarmName="nothing", StateValue="OK", StateReason="contract test")
        with self.assertRaises(cloudwatch.exceptions.ResourceNotFound):
            cloudwatch.delete_alarms(AlarmNames=["nothing"])
        self.refused(
            "ValidationError",
            cloudwatch.put_metric_alarm,
            AlarmName="contract-odd",
            Namespace=NAMESPACE,
            MetricName="Errors",
            Statistic="Sum",
            Period=61,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold",
        )


if __name__ == "__main__":
    unittest.main()
