/** One client of the soak test with the plain AWS SDK: a bounded rate of ordinary calls for a given time, every result counted by its code. */
import { parseArgs } from 'node:util';
import * as cw from '@aws-sdk/client-cloudwatch';
import * as ecsSdk from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const CLUSTER = 'artguard-cluster-dev';
const SERVICE = 'artguard-backend-dev';
const CONTAINER = 'artguard-backend';
const REPORT_MS = 10_000;
/** Every how many rounds the platform's own service is deployed again as well, where this is asked for. */
const ROUNDS_PER_DEPLOYMENT = 5;

const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'js' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '5' },
    'round-seconds': { type: 'string', default: '60' },
    'drain-seconds': { type: 'string', default: '15' },
    priority: { type: 'string', default: '1' },
    deploys: { type: 'boolean', default: false },
  },
});
const name = values.name;
const intervalMs = 1000 / Number(values.rate);
const roundMs = Number(values['round-seconds']) * 1000;
const started = performance.now();
const end = started + Number(values.seconds) * 1000;

// One attempt: a retry would hide a failed call.
const ecs = new ecsSdk.ECSClient({ maxAttempts: 1 });
const elbv2 = new elb.ElasticLoadBalancingV2Client({ maxAttempts: 1 });
const cloudwatch = new cw.CloudWatchClient({ maxAttempts: 1 });
const sts = new STSClient({ maxAttempts: 1 });

const counts: Record<string, number> = {};
let next = started;
let nextReport = started + REPORT_MS;

function count(key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function report(done: boolean): void {
  process.stdout.write(`${JSON.stringify({ name, seconds: (performance.now() - started) / 1000, done, counts })}\n`);
}

/** One call at its place in the rate; a failed one is counted and gives undefined. */
async function call<T>(operation: string, send: () => Promise<T>): Promise<T | undefined> {
  next = Math.max(next + intervalMs, performance.now());
  await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
  try {
    const answer = await send();
    count(`ok ${operation}`);
    return answer;
  } catch (error) {
    const { name: code, message } = error as Error;
    count(`${code} ${operation}`);
    process.stderr.write(`${name}: ${operation}: ${code}: ${message}\n`);
    return undefined;
  } finally {
    if (performance.now() >= nextReport) {
      nextReport += REPORT_MS;
      report(false);
    }
  }
}

interface Page {
  readonly nextToken?: string | undefined;
}

/** All pages of an ECS list, each one call. */
async function pages<T extends Page>(
  operation: string,
  send: (nextToken: string | undefined) => Promise<T>,
): Promise<T[]> {
  const all: T[] = [];
  let nextToken: string | undefined;
  do {
    const token = nextToken;
    const page = await call(operation, () => send(token));
    if (page === undefined) {
      return all;
    }
    all.push(page);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return all;
}

interface Surroundings {
  readonly group: string;
  readonly listener: string;
  readonly network: ecsSdk.NetworkConfiguration | undefined;
  readonly definition: ecsSdk.RegisterTaskDefinitionCommandInput;
}

/** Reads, as a dashboard does. */
async function look({ group, listener }: Surroundings): Promise<void> {
  await call('DescribeClusters', () => ecs.send(new ecsSdk.DescribeClustersCommand({ clusters: [CLUSTER] })));
  await pages('ListServices', (nextToken) =>
    ecs.send(new ecsSdk.ListServicesCommand({ cluster: CLUSTER, maxResults: 1, nextToken })),
  );
  const services = { cluster: CLUSTER, services: [SERVICE], include: ['TAGS' as const] };
  await call('DescribeServices', () => ecs.send(new ecsSdk.DescribeServicesCommand(services)));
  const lists = await pages('ListTasks', (nextToken) =>
    ecs.send(new ecsSdk.ListTasksCommand({ cluster: CLUSTER, maxResults: 2, nextToken })),
  );
  const tasks = lists.flatMap((page) => page.taskArns ?? []).slice(0, 10);
  if (tasks.length > 0) {
    await call('DescribeTasks', () => ecs.send(new ecsSdk.DescribeTasksCommand({ cluster: CLUSTER, tasks })));
  }
  await call('DescribeTargetHealth', () => elbv2.send(new elb.DescribeTargetHealthCommand({ TargetGroupArn: group })));
  await call('DescribeRules', () => elbv2.send(new elb.DescribeRulesCommand({ ListenerArn: listener })));
}

/** A metric written and read back. */
async function measure(): Promise<void> {
  const Dimensions = [{ Name: 'Client', Value: name }];
  const datum = { MetricName: 'Rounds', Dimensions, Value: 1.5, Unit: 'Count' as const };
  await call('PutMetricData', () =>
    cloudwatch.send(new cw.PutMetricDataCommand({ Namespace: 'Soak', MetricData: [datum] })),
  );
  const Metric = { Namespace: 'Soak', MetricName: 'Rounds', Dimensions };
  const MetricDataQueries = [
    { Id: 'm1', MetricStat: { Metric, Period: 60, Stat: 'Sum' } },
    { Id: 'e1', Expression: 'm1 / 2' },
  ];
  const EndTime = new Date();
  const StartTime = new Date(EndTime.getTime() - 300_000);
  await call('GetMetricData', () =>
    cloudwatch.send(new cw.GetMetricDataCommand({ MetricDataQueries, StartTime, EndTime })),
  );
}

async function alarm(): Promise<void> {
  const AlarmName = `soak-${name}`;
  const input: cw.PutMetricAlarmCommandInput = {
    AlarmName,
    Namespace: 'Soak',
    MetricName: 'Rounds',
    Dimensions: [{ Name: 'Client', Value: name }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1000,
    ComparisonOperator: 'GreaterThanThreshold',
  };
  await call('PutMetricAlarm', () => cloudwatch.send(new cw.PutMetricAlarmCommand(input)));
  await call('DescribeAlarms', () => cloudwatch.send(new cw.DescribeAlarmsCommand({ AlarmNames: [AlarmName] })));
  await call('DeleteAlarms', () => cloudwatch.send(new cw.DeleteAlarmsCommand({ AlarmNames: [AlarmName] })));
}

async function register({ definition }: Surroundings): Promise<string | undefined> {
  const made = await call('RegisterTaskDefinition', () =>
    ecs.send(new ecsSdk.RegisterTaskDefinitionCommand(definition)),
  );
  return made?.taskDefinition?.taskDefinitionArn;
}

async function deregister(taskDefinition: string): Promise<void> {
  await call('DeregisterTaskDefinition', () =>
    ecs.send(new ecsSdk.DeregisterTaskDefinitionCommand({ taskDefinition })),
  );
}

/** A revision that nothing runs on: registered, tagged, listed, deregistered. */
async function revisions(surroundings: Surroundings): Promise<void> {
  const arn = await register(surroundings);
  if (arn === undefined) {
    return;
  }
  const tags = [{ key: 'team', value: 'soak' }];
  await call('TagResource', () => ecs.send(new ecsSdk.TagResourceCommand({ resourceArn: arn, tags })));
  await call('ListTagsForResource', () => ecs.send(new ecsSdk.ListTagsForResourceCommand({ resourceArn: arn })));
  await call('UntagResource', () => ecs.send(new ecsSdk.UntagResourceCommand({ resourceArn: arn, tagKeys: ['team'] })));
  const list = { familyPrefix: surroundings.definition.family, maxResults: 1 };
  await pages('ListTaskDefinitions', (nextToken) =>
    ecs.send(new ecsSdk.ListTaskDefinitionsCommand({ ...list, nextToken })),
  );
  await deregister(arn);
}

async function deployAgain(service: string): Promise<void> {
  const update = { cluster: CLUSTER, service, forceNewDeployment: true };
  await call('UpdateService', () => ecs.send(new ecsSdk.UpdateServiceCommand(update)));
  const list = { cluster: CLUSTER, service };
  await call('ListServiceDeployments', () => ecs.send(new ecsSdk.ListServiceDeploymentsCommand(list)));
}

async function remove(service: string): Promise<void> {
  await call('DeleteService', () =>
    ecs.send(new ecsSdk.DeleteServiceCommand({ cluster: CLUSTER, service, force: true })),
  );
  const given = performance.now() + 60_000;
  while (performance.now() < given) {
    const answer = await call('DescribeServices', () =>
      ecs.send(new ecsSdk.DescribeServicesCommand({ cluster: CLUSTER, services: [service] })),
    );
    if (answer?.services?.every(({ status }) => status === 'INACTIVE')) {
      return;
    }
  }
  count('still DRAINING after 60 s');
}

/** One round: an extra service behind the balancer is made, deployed again, and removed, with everything else going on. */
async function live(surroundings: Surroundings, round: number): Promise<void> {
  const begun = performance.now();
  const service = `soak-${name}`;
  const taskDefinition = await register(surroundings);
  if (taskDefinition === undefined) {
    return;
  }
  const input: ecsSdk.CreateServiceCommandInput = {
    cluster: CLUSTER,
    serviceName: service,
    taskDefinition,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: surroundings.network,
    loadBalancers: [{ targetGroupArn: surroundings.group, containerName: CONTAINER, containerPort: 8000 }],
  };
  await call('CreateService', () => ecs.send(new ecsSdk.CreateServiceCommand(input)));
  if (values.deploys && round % ROUNDS_PER_DEPLOYMENT === 1) {
    await deployAgain(SERVICE);
  }
  let deployed = false;
  while (performance.now() < Math.min(begun + roundMs, end)) {
    if (!deployed && performance.now() > begun + roundMs / 2) {
      deployed = true;
      await deployAgain(service);
    }
    await look(surroundings);
    await measure();
    await alarm();
    await revisions(surroundings);
  }
  await remove(service);
  await deregister(taskDefinition);
}

async function prepare(): Promise<Surroundings> {
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  const { services } = await ecs.send(new ecsSdk.DescribeServicesCommand({ cluster: CLUSTER, services: [SERVICE] }));
  const { LoadBalancers } = await elbv2.send(new elb.DescribeLoadBalancersCommand({}));
  const balancer = LoadBalancers?.[0];
  const { TargetGroups } = await elbv2.send(
    new elb.CreateTargetGroupCommand({
      Name: `soak-${name}`,
      Protocol: 'HTTP',
      Port: 8000,
      VpcId: balancer?.VpcId,
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
    }),
  );
  const group = TargetGroups?.[0]?.TargetGroupArn ?? '';
  const delay = { Key: 'deregistration_delay.timeout_seconds', Value: values['drain-seconds'] };
  await elbv2.send(new elb.ModifyTargetGroupAttributesCommand({ TargetGroupArn: group, Attributes: [delay] }));
  const { Listeners } = await elbv2.send(
    new elb.DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }),
  );
  const listener = Listeners?.[0]?.ListenerArn ?? '';
  await elbv2.send(
    new elb.CreateRuleCommand({
      ListenerArn: listener,
      Priority: Number(values.priority),
      Conditions: [{ Field: 'path-pattern', Values: [`/soak/${name}/*`] }],
      Actions: [{ Type: 'forward', TargetGroupArn: group }],
    }),
  );
  const region = await ecs.config.region();
  const definition: ecsSdk.RegisterTaskDefinitionCommandInput = {
    family: `soak-${name}`,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: `arn:aws:iam::${Account}:role/soak`,
    containerDefinitions: [
      {
        name: CONTAINER,
        image: `${Account}.dkr.ecr.${region}.amazonaws.com/artguard-backend:1.0.0`,
        essential: true,
        portMappings: [{ containerPort: 8000, protocol: 'tcp' }],
      },
    ],
  };
  return { group, listener, network: services?.[0]?.networkConfiguration, definition };
}

const surroundings = await prepare();
for (let round = 0; performance.now() < end; round++) {
  await live(surroundings, round);
}
report(true);
