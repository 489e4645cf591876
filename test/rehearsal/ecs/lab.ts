/** A small platform for tests: the real ECS, auto scaling, CloudWatch, wire, clock and task host; the ELBv2 of `elb-twin.ts`; tiny servers as images. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type {
  CreateServiceRequest,
  DescribeServiceDeploymentsResponse,
  DescribeServicesResponse,
  DescribeTasksResponse,
  ListServiceDeploymentsResponse,
  ListTasksResponse,
  RegisterTaskDefinitionResponse,
  Service,
  ServiceDeployment,
  Task,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { createAutoScaling } from '../../../src/rehearsal/autoscaling/autoscaling.ts';
import { createCloudWatch } from '../../../src/rehearsal/cloudwatch/cloudwatch.ts';
import type { MetricKey, Sample } from '../../../src/rehearsal/cloudwatch/metric-store.ts';
import { createEcs, type Ecs } from '../../../src/rehearsal/ecs/ecs.ts';
import type { StepBake } from '../../../src/rehearsal/ecs/plan/stages.ts';
import type { Retention } from '../../../src/rehearsal/ecs/retention.ts';
import type { EcsEvent } from '../../../src/rehearsal/ecs/world.ts';
import type { InternalCall } from '../../../src/rehearsal/wire/operation.ts';
import { createWire, type Wire } from '../../../src/rehearsal/wire/server.ts';
import { createAddressPlan } from '../../../src/rehearsal/world/addresses.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { startTaskHost, type TaskHost } from '../../../src/rehearsal/world/tasks/client.ts';
import { createElbTwin, type ElbTwin } from './elb-twin.ts';

export const ZONES = ['ca-central-1a', 'ca-central-1b'];
export const SUBNETS = ['subnet-a', 'subnet-b'];

/**
 * Answers `/health` and says which revision it is; BEHAVIOUR makes it crash at start (`first`: all but the first start, `third`: two of
 * three), be sick, or ignore SIGTERM. GET /sicken, /die.
 */
const SERVER = `
const { BEHAVIOUR, PORT, HOST, SUREFOOT_REVISION } = process.env;
const fs = require('node:fs');
const start = () => { fs.appendFileSync('starts', '.'); return fs.statSync('starts').size; };
const crashes = { crash: () => true, first: () => start() > 1, third: () => start() % 3 > 0 }[BEHAVIOUR];
if (crashes?.()) { console.error('cannot start'); process.exit(3); }
process.on('SIGTERM', () => { if (BEHAVIOUR !== 'stubborn') process.exit(0); });
let sick = BEHAVIOUR === 'sick';
require('node:http').createServer((request, response) => {
  if (request.url === '/sicken') sick = true;
  if (request.url === '/die') process.exit(9);
  if (request.url === '/health') response.statusCode = sick ? 500 : 200;
  response.end(SUREFOOT_REVISION);
}).listen(Number(PORT), HOST, () => console.log('listening'));
`;

/** A one-off command in the image's directory: says what it was given, and exits with EXIT_CODE. */
const MIGRATE = `
console.log(JSON.stringify({ arguments: process.argv.slice(2), directory: process.cwd(), name: process.env.NAME, behaviour: process.env.BEHAVIOUR }));
process.exit(Number(process.env.EXIT_CODE ?? 0));
`;

export type Behaviour = 'good' | 'crash' | 'first' | 'third' | 'sick' | 'stubborn';

export interface Lab {
  readonly call: InternalCall;
  readonly wire: Wire;
  readonly elb: ElbTwin;
  readonly ecs: Ecs;
  readonly taskHost: TaskHost;
  readonly events: readonly EcsEvent[];
  readonly samples: readonly { readonly key: MetricKey; readonly sample: Sample }[];
  readonly logDirectory: string;
  readonly blue: string;
  readonly green: string;
  readonly production: string;
  readonly test: string;
  /** Pushes other images under the same tags. */
  retag(): void;
  /** Registers a task definition whose image behaves so; answers with its ARN. */
  taskDefinition(behaviour: Behaviour | 'missing', stopTimeout?: number): Promise<string>;
  /** Creates the service `web` (BLUE_GREEN unless said otherwise) and waits until it is steady. */
  service(options?: Partial<CreateServiceRequest>): Promise<Service>;
  update(change: Partial<UpdateServiceRequest>): Promise<Service>;
  describe(): Promise<Service>;
  tasks(desiredStatus?: 'RUNNING' | 'STOPPED'): Promise<Task[]>;
  deployment(): Promise<ServiceDeployment>;
  /** Waits until the newest deployment satisfies the condition; answers with it. */
  until(condition: (deployment: ServiceDeployment) => boolean, timeoutMs?: number): Promise<ServiceDeployment>;
  /** Waits until a PAUSE hook of the newest deployment waits; answers with its id. */
  paused(): Promise<string>;
  /** Puts a CloudWatch alarm into a state; it is made with the first call, and its evaluation range is five minutes. */
  alarm(name: string, state: 'OK' | 'ALARM'): Promise<void>;
  /** Stages of the newest deployment, in order. */
  stages(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startLab(
  options: {
    readonly speed?: number;
    readonly startDelayMs?: number;
    readonly retention?: Partial<Retention>;
    readonly stepBake?: StepBake;
  } = {},
): Promise<Lab> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ecs-lab-'));
  await writeFile(path.join(folder, 'server.cjs'), SERVER);
  await writeFile(path.join(folder, 'migrate.cjs'), MIGRATE);
  const logDirectory = path.join(folder, 'logs');
  const elb = createElbTwin();
  const taskHost = await startTaskHost();
  const wire = createWire({
    services: [elb.module],
    accountId: '000000000000',
    region: 'ca-central-1',
    onBug: (error) => {
      throw error;
    },
  });
  let pushes = 0;
  const events: EcsEvent[] = [];
  const samples: { key: MetricKey; sample: Sample }[] = [];
  const addresses = await createAddressPlan({ zones: ZONES, mode: 'ports' });
  const clock = createClock(options.speed ?? 600);
  const account = { region: 'ca-central-1', accountId: '000000000000' };
  const cloudwatch = createCloudWatch({ clock, ...account });
  const ecs = createEcs({
    clock,
    call: wire.call,
    addresses,
    taskHost,
    resolveImage: (reference) => {
      const behaviour = reference.split(':')[1];
      return behaviour === 'missing'
        ? undefined
        : {
            digest: `sha256:${Buffer.from(`${behaviour} ${pushes}`).toString('hex').padEnd(64, '0')}`,
            recipe: {
              command: [process.execPath, path.join(folder, 'server.cjs')],
              cwd: folder,
              environment: { BEHAVIOUR: behaviour ?? '' },
              startDelayMs: options.startDelayMs ?? 0,
            },
          };
    },
    subnets: new Map(SUBNETS.map((subnet, index) => [subnet, ZONES[index] ?? ''])),
    metrics: { record: (key, sample) => void samples.push({ key, sample }) },
    ...account,
    logDirectory,
    ...(options.retention === undefined ? {} : { retention: options.retention }),
    ...(options.stepBake === undefined ? {} : { stepBake: options.stepBake }),
    onEvent: (event) => void events.push(event),
  });
  wire.register(ecs.module);
  wire.register(cloudwatch.module);
  const { call } = wire;
  const autoScaling = createAutoScaling({ call, clock, ...account, alarms: cloudwatch.alarms });
  wire.register(autoScaling.module);
  await call('ecs', 'CreateCluster', { clusterName: 'lab' });
  const blue = elb.group('blue');
  const green = elb.group('green');
  const production = elb.rule('production', { [blue]: 1, [green]: 0 });
  const test = elb.rule('test', { [blue]: 1, [green]: 0 });

  const alarms = new Set<string>();
  const lab: Lab = {
    call,
    wire,
    elb,
    ecs,
    taskHost,
    events,
    samples,
    logDirectory,
    blue,
    green,
    production,
    test,
    retag: () => {
      pushes += 1;
    },
    async taskDefinition(behaviour, stopTimeout) {
      const answer = await call<RegisterTaskDefinitionResponse>('ecs', 'RegisterTaskDefinition', {
        family: 'web',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          {
            name: 'app',
            image: `repository/web:${behaviour}`,
            portMappings: [{ containerPort: 8000 }],
            ...(stopTimeout === undefined ? {} : { stopTimeout }),
          },
        ],
      });
      return answer.taskDefinition?.taskDefinitionArn ?? '';
    },
    async service(extra = {}) {
      const input: CreateServiceRequest = {
        cluster: 'lab',
        serviceName: 'web',
        taskDefinition: extra.taskDefinition ?? (await lab.taskDefinition('good')),
        desiredCount: 2,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS } },
        deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
        loadBalancers: [
          {
            targetGroupArn: blue,
            containerName: 'app',
            containerPort: 8000,
            advancedConfiguration: {
              alternateTargetGroupArn: green,
              productionListenerRule: production,
              testListenerRule: test,
              roleArn: 'arn:aws:iam::000000000000:role/lab',
            },
          },
        ],
        ...extra,
      };
      await call('ecs', 'CreateService', input);
      await ecs.idle(AbortSignal.timeout(60_000));
      return lab.describe();
    },
    async update(change) {
      const answer = await call<{ service?: Service }>('ecs', 'UpdateService', {
        cluster: 'lab',
        service: 'web',
        ...change,
      });
      return answer.service ?? {};
    },
    async describe() {
      const answer = await call<DescribeServicesResponse>('ecs', 'DescribeServices', {
        cluster: 'lab',
        services: ['web'],
        include: ['TAGS'],
      });
      return answer.services?.[0] ?? {};
    },
    async tasks(desiredStatus = 'RUNNING') {
      const list = await call<ListTasksResponse>('ecs', 'ListTasks', { cluster: 'lab', desiredStatus });
      const arns = list.taskArns ?? [];
      if (arns.length === 0) {
        return [];
      }
      const answer = await call<DescribeTasksResponse>('ecs', 'DescribeTasks', { cluster: 'lab', tasks: arns });
      return answer.tasks ?? [];
    },
    async deployment() {
      const list = await call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
        cluster: 'lab',
        service: 'web',
      });
      const answer = await call<DescribeServiceDeploymentsResponse>('ecs', 'DescribeServiceDeployments', {
        serviceDeploymentArns: [list.serviceDeployments?.[0]?.serviceDeploymentArn],
      });
      return answer.serviceDeployments?.[0] ?? {};
    },
    async until(condition, timeoutMs = 60_000) {
      return eventually(async () => {
        const deployment = await lab.deployment();
        return condition(deployment) ? deployment : undefined;
      }, timeoutMs);
    },
    async paused() {
      const deployment = await lab.until((d) => waiting(d) !== undefined);
      return waiting(deployment) ?? '';
    },
    async alarm(name, state) {
      if (!alarms.has(name)) {
        alarms.add(name);
        await call('cloudwatch', 'PutMetricAlarm', {
          AlarmName: name,
          Namespace: 'Lab',
          MetricName: name,
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 5,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanThreshold',
          // Nothing is ever measured: the state stays as it is set.
          TreatMissingData: 'ignore',
        });
      }
      await call('cloudwatch', 'SetAlarmState', { AlarmName: name, StateValue: state, StateReason: 'test' });
    },
    async stages() {
      const { serviceDeploymentArn } = await lab.deployment();
      return events.flatMap((event) =>
        event.type === 'stage' && event.deploymentArn === serviceDeploymentArn ? [event.stage] : [],
      );
    },
    async stop() {
      autoScaling.stop();
      await ecs.stop();
      await taskHost.stop();
      cloudwatch.stop();
      elb.stop();
      await wire.close();
      await addresses.release();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return lab;
}

function waiting(deployment: ServiceDeployment): string | undefined {
  return deployment.lifecycleHookDetails?.find((hook) => hook.status === 'AWAITING_ACTION')?.hookId;
}

/** Tries until `attempt` gives something; answers with it. */
export async function eventually<T>(
  attempt: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const result = await attempt();
    if (result !== undefined && result !== false) {
      return result;
    }
    if (Date.now() > deadline) {
      throw new Error(`did not happen within ${timeoutMs} ms: ${attempt}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** The last part of an ARN. */
export function shortArn(arn: string | undefined): string {
  return arn?.split('/').at(-1) ?? '';
}

/** PAUSE hooks at these stages. */
export function pauses(...stages: string[]): object {
  return {
    lifecycleHooks: stages.map((stage) => ({
      targetType: 'PAUSE',
      lifecycleStages: [stage],
      timeoutConfiguration: { timeoutInMinutes: 600, action: 'ROLLBACK' },
    })),
  };
}
