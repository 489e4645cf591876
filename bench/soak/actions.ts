/** Single things that a client does to the platform, each from its begin to its end, to learn what is left of them. */
import * as cw from '@aws-sdk/client-cloudwatch';
import * as ecsSdk from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';

const CLUSTER = 'artguard-cluster-dev';
const SERVICE = 'artguard-backend-dev';
const SERVICE_TIMEOUT_MS = 60_000;

/** Acts for the time number `index`, which no other act has; times may overlap. */
type Act = (index: number) => Promise<unknown>;

/** Task definitions and services. */
export async function ecsActions(ecs: ecsSdk.ECSClient) {
  const describe = async (name: string) => {
    const input = { cluster: CLUSTER, services: [name] };
    return (await ecs.send(new ecsSdk.DescribeServicesCommand(input))).services?.[0];
  };
  const model = await describe(SERVICE);
  const { taskDefinition } = await ecs.send(
    new ecsSdk.DescribeTaskDefinitionCommand({ taskDefinition: model?.taskDefinition }),
  );
  const definition: ecsSdk.RegisterTaskDefinitionCommandInput = {
    family: 'costs',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: taskDefinition?.executionRoleArn,
    containerDefinitions: taskDefinition?.containerDefinitions,
  };
  const createService = async (serviceName: string, desiredCount: number) => {
    await ecs.send(
      new ecsSdk.CreateServiceCommand({
        cluster: CLUSTER,
        serviceName,
        taskDefinition: model?.taskDefinition,
        desiredCount,
        launchType: 'FARGATE',
        networkConfiguration: model?.networkConfiguration,
      }),
    );
    await untilDeployed(serviceName);
  };
  const untilDeployed = (name: string) =>
    until(async () => (await describe(name))?.deployments?.every(({ rolloutState }) => rolloutState === 'COMPLETED'));
  const read: Act = () => describe(SERVICE);
  const revision: Act = async () => {
    const made = await ecs.send(new ecsSdk.RegisterTaskDefinitionCommand(definition));
    const arn = made.taskDefinition?.taskDefinitionArn;
    await ecs.send(new ecsSdk.DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
  };
  const serviceOf =
    (tasks: number): Act =>
    async (index) => {
      const name = `costs-${index}`;
      await createService(name, tasks);
      await ecs.send(new ecsSdk.DeleteServiceCommand({ cluster: CLUSTER, service: name, force: true }));
      await until(async () => (await describe(name))?.status === 'INACTIVE');
    };
  const deploymentOf =
    (tasks: number): Act =>
    async () => {
      const name = `costs-with-${tasks}`;
      if ((await describe(name)) === undefined) {
        await createService(name, tasks);
      }
      const update = { cluster: CLUSTER, service: name, forceNewDeployment: true };
      await ecs.send(new ecsSdk.UpdateServiceCommand(update));
      await untilDeployed(name);
    };
  return { read, revision, serviceOf, deploymentOf };
}

async function until(probe: () => Promise<boolean | undefined>): Promise<void> {
  const end = performance.now() + SERVICE_TIMEOUT_MS;
  while (!(await probe())) {
    if (performance.now() > end) {
      throw new Error(`a service did not get where it should within ${SERVICE_TIMEOUT_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Target groups. */
export function elbActions(elbv2: elb.ElasticLoadBalancingV2Client) {
  const read: Act = () => elbv2.send(new elb.DescribeTargetGroupsCommand({}));
  const targetGroup: Act = async (index) => {
    const made = await elbv2.send(
      new elb.CreateTargetGroupCommand({
        Name: `costs-${index}`,
        Protocol: 'HTTP',
        Port: 8000,
        VpcId: 'vpc-rehearsal',
        TargetType: 'ip',
      }),
    );
    const TargetGroupArn = made.TargetGroups?.[0]?.TargetGroupArn;
    await elbv2.send(new elb.RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '127.0.0.1', Port: 9 }] }));
    await elbv2.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn }));
  };
  return { read, targetGroup };
}

/** Metrics and alarms. */
export function cloudwatchActions(cloudwatch: cw.CloudWatchClient) {
  const put = (AlarmName: string) =>
    cloudwatch.send(
      new cw.PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'Costs',
        MetricName: 'Nothing',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
  const remove = (name: string) => cloudwatch.send(new cw.DeleteAlarmsCommand({ AlarmNames: [name] }));
  const read: Act = () => cloudwatch.send(new cw.ListMetricsCommand({}));
  const alarm: Act = async (index) => {
    await put(`costs-${index}`);
    await remove(`costs-${index}`);
  };
  const alarmStates: Act = async (index) => {
    const AlarmName = `costs-${index}`;
    await put(AlarmName);
    for (const StateValue of ['ALARM', 'OK'] as const) {
      await cloudwatch.send(new cw.SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'costs' }));
    }
    await remove(AlarmName);
  };
  const datum: Act = () => {
    const MetricData = [{ MetricName: 'One', Value: 1 }];
    return cloudwatch.send(new cw.PutMetricDataCommand({ Namespace: 'Costs', MetricData }));
  };
  return { read, alarm, alarmStates, datum };
}
