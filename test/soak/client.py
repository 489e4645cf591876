"""One boto3 client of the soak test: a bounded rate of ordinary calls for a given time, every result counted by its code."""

import argparse
import json
import sys
import time
from collections import Counter
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

CLUSTER = "artguard-cluster-dev"
SERVICE = "artguard-backend-dev"
CONTAINER = "artguard-backend"
REPORT_SECONDS = 10


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--rate", type=float, required=True, help="calls a second")
    parser.add_argument("--round-seconds", type=float, required=True, help="the life of one extra service")
    parser.add_argument("--drain-seconds", type=int, required=True, help="deregistration delay of its target group")
    parser.add_argument("--priority", type=int, required=True, help="of the listener rule of the extra service")
    return parser.parse_args()


OPTIONS = arguments()
# One attempt: a retry would hide a failed call.
CONFIG = Config(retries={"total_max_attempts": 1}, read_timeout=30, connect_timeout=5)
ecs, elbv2, cloudwatch, sts = (boto3.client(name, config=CONFIG) for name in ("ecs", "elbv2", "cloudwatch", "sts"))
counts = Counter()
started = time.monotonic()
END = started + OPTIONS.seconds
pace = {"next": started, "report": started + REPORT_SECONDS}


def report(done=False):
    print(json.dumps({"name": OPTIONS.name, "seconds": time.monotonic() - started, "done": done, "counts": counts}), flush=True)


def call(client, operation, **request):
    """One call at its place in the rate; a failed one is counted and gives None."""
    pace["next"] = max(pace["next"] + 1 / OPTIONS.rate, time.monotonic())
    time.sleep(max(0, pace["next"] - time.monotonic()))
    try:
        answer = getattr(client, operation)(**request)
        counts["ok " + operation] += 1
        return answer
    except ClientError as error:
        counts[f"{error.response['Error']['Code']} {operation}"] += 1
        print(f"{OPTIONS.name}: {error}", file=sys.stderr, flush=True)
    except HTTPClientError as error:
        counts[f"{type(error).__name__} {operation}"] += 1
        print(f"{OPTIONS.name}: {operation}: {error}", file=sys.stderr, flush=True)
    finally:
        if time.monotonic() >= pace["report"]:
            pace["report"] += REPORT_SECONDS
            report()
    return None


def pages(client, operation, member, token, **request):
    """All pages, each one call; gives the members."""
    items, more = [], {}
    while True:
        answer = call(client, operation, **request, **more)
        if answer is None:
            return items
        items += answer[member]
        if token not in answer:
            return items
        more = {token: answer[token]}


def task_definition(account, region):
    return {
        "family": f"soak-{OPTIONS.name}",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": f"arn:aws:iam::{account}:role/soak",
        "containerDefinitions": [
            {
                "name": CONTAINER,
                "image": f"{account}.dkr.ecr.{region}.amazonaws.com/artguard-backend:1.0.0",
                "essential": True,
                "portMappings": [{"containerPort": 8000, "protocol": "tcp"}],
            }
        ],
    }


def look(arns):
    """Reads, as a dashboard does."""
    call(ecs, "describe_clusters", clusters=[CLUSTER])
    pages(ecs, "list_services", "serviceArns", "nextToken", cluster=CLUSTER, maxResults=1)
    call(ecs, "describe_services", cluster=CLUSTER, services=[SERVICE], include=["TAGS"])
    tasks = pages(ecs, "list_tasks", "taskArns", "nextToken", cluster=CLUSTER, maxResults=2)
    if tasks:
        call(ecs, "describe_tasks", cluster=CLUSTER, tasks=tasks[:10])
    call(elbv2, "describe_target_health", TargetGroupArn=arns["group"])
    call(elbv2, "describe_rules", ListenerArn=arns["listener"])


def measure():
    """A metric written and read back, and the balancer's own."""
    now = datetime.now(timezone.utc)
    dimensions = [{"Name": "Client", "Value": OPTIONS.name}]
    call(
        cloudwatch,
        "put_metric_data",
        Namespace="Soak",
        MetricData=[{"MetricName": "Rounds", "Dimensions": dimensions, "Value": 1.5, "Unit": "Count"}],
    )
    queries = [
        {"Id": "m1", "MetricStat": {"Metric": {"Namespace": "Soak", "MetricName": "Rounds", "Dimensions": dimensions}, "Period": 60, "Stat": "Sum"}},
        {"Id": "e1", "Expression": "m1 / 2"},
    ]
    call(cloudwatch, "get_metric_data", MetricDataQueries=queries, StartTime=now - timedelta(minutes=5), EndTime=now)


def alarm():
    name = f"soak-{OPTIONS.name}"
    call(
        cloudwatch,
        "put_metric_alarm",
        AlarmName=name,
        Namespace="Soak",
        MetricName="Rounds",
        Dimensions=[{"Name": "Client", "Value": OPTIONS.name}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1000,
        ComparisonOperator="GreaterThanThreshold",
    )
    call(cloudwatch, "describe_alarms", AlarmNames=[name])
    call(cloudwatch, "delete_alarms", AlarmNames=[name])


def revisions(definition):
    """A revision that nothing runs on: registered, tagged, listed, deregistered."""
    made = call(ecs, "register_task_definition", **definition)
    if made is None:
        return
    arn = made["taskDefinition"]["taskDefinitionArn"]
    call(ecs, "tag_resource", resourceArn=arn, tags=[{"key": "team", "value": "soak"}])
    call(ecs, "list_tags_for_resource", resourceArn=arn)
    call(ecs, "untag_resource", resourceArn=arn, tagKeys=["team"])
    pages(ecs, "list_task_definitions", "taskDefinitionArns", "nextToken", familyPrefix=definition["family"], maxResults=1)
    call(ecs, "deregister_task_definition", taskDefinition=arn)


def live(definition, arns, network):
    """One round: an extra service behind the balancer is made, deployed again, and removed, with everything else going on."""
    begun = time.monotonic()
    made = call(ecs, "register_task_definition", **definition)
    if made is None:
        return
    revision, service = made["taskDefinition"]["taskDefinitionArn"], f"soak-{OPTIONS.name}"
    call(
        ecs,
        "create_service",
        cluster=CLUSTER,
        serviceName=service,
        taskDefinition=revision,
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration=network,
        loadBalancers=[{"targetGroupArn": arns["group"], "containerName": CONTAINER, "containerPort": 8000}],
    )
    deployed = False
    while time.monotonic() < min(begun + OPTIONS.round_seconds, END):
        if not deployed and time.monotonic() > begun + OPTIONS.round_seconds / 2:
            deployed = True
            call(ecs, "update_service", cluster=CLUSTER, service=service, forceNewDeployment=True)
            call(ecs, "list_service_deployments", cluster=CLUSTER, service=service)
        look(arns)
        measure()
        alarm()
        revisions(definition)
    call(ecs, "delete_service", cluster=CLUSTER, service=service, force=True)
    call(ecs, "deregister_task_definition", taskDefinition=revision)
    gone = time.monotonic() + 60
    while time.monotonic() < gone:
        answer = call(ecs, "describe_services", cluster=CLUSTER, services=[service])
        if answer and all(each["status"] == "INACTIVE" for each in answer["services"]):
            return
    counts["still DRAINING after 60 s"] += 1


def main():
    account, region = sts.get_caller_identity()["Account"], ecs.meta.region_name
    network = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]["networkConfiguration"]
    balancer = elbv2.describe_load_balancers()["LoadBalancers"][0]
    group = elbv2.create_target_group(
        Name=f"soak-{OPTIONS.name}",
        Protocol="HTTP",
        Port=8000,
        VpcId=balancer["VpcId"],
        TargetType="ip",
        HealthCheckPath="/health",
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2,
    )["TargetGroups"][0]["TargetGroupArn"]
    attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": str(OPTIONS.drain_seconds)}
    elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[attribute])
    listener = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"][0]["ListenerArn"]
    elbv2.create_rule(
        ListenerArn=listener,
        Priority=OPTIONS.priority,
        Conditions=[{"Field": "path-pattern", "Values": [f"/soak/{OPTIONS.name}/*"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    arns = {"group": group, "listener": listener}
    while time.monotonic() < END:
        live(task_definition(account, region), arns, network)
    report(done=True)


main()
