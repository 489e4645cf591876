/** ECS, ELBv2 and CloudWatch with the real load balancer and real tasks, for tests that send requests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type {
  DescribeServiceDeploymentsResponse,
  ListServiceDeploymentsResponse,
  ServiceDeployment,
} from '@aws-sdk/client-ecs';
import type {
  CreateListenerCommandOutput,
  CreateLoadBalancerCommandOutput,
  CreateTargetGroupCommandOutput,
  DescribeRulesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createCloudWatch } from '../../../src/rehearsal/cloudwatch/cloudwatch.ts';
import { createEcs, type Ecs } from '../../../src/rehearsal/ecs/ecs.ts';
import { createElbv2 } from '../../../src/rehearsal/elbv2/elbv2.ts';
import type { InternalCall } from '../../../src/rehearsal/wire/operation.ts';
import { createWire } from '../../../src/rehearsal/wire/server.ts';
import { createAddressPlan } from '../../../src/rehearsal/world/addresses.ts';
import { startBalancer } from '../../../src/rehearsal/world/balancer/client.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { startTaskHost } from '../../../src/rehearsal/world/tasks/client.ts';
import { eventually } from './lab.ts';

const ACCOUNT = { region: 'ca-central-1', accountId: '000000000000' };
const ZONES = ['ca-central-1a', 'ca-central-1b'];
const SUBNETS = new Map(ZONES.map((zone) => [`subnet-${zone}`, zone]));
const CLUSTER = 'real';

export interface Listener {
  readonly arn: string;
  /** Of its default rule. */
  readonly rule: string;
}

export interface RealPlatform {
  readonly call: InternalCall;
  readonly ecs: Ecs;
  readonly loadBalancer: string;
  readonly blue: string;
  readonly green: string;
  readonly production: Listener;
  readonly test: Listener;
  urlOf(listener: Listener): string;
  /** Registers the next revision of the family `web`. */
  register(): Promise<void>;
  /** Creates the service `web` from `web:1` with two tasks in BLUE_GREEN, and waits until it is steady. */
  service(lifecycleHooks?: readonly object[]): Promise<void>;
  update(change: object): Promise<void>;
  /** The newest deployment of the service. */
  deployment(): Promise<ServiceDeployment>;
  /** Waits until a PAUSE hook waits, and continues the deployment. */
  proceed(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it at speed 600 with two listeners; every task runs `server`, a CommonJS program, with SUREFOOT_REVISION of its own. */
export async function startRealPlatform(server: string): Promise<RealPlatform> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ecs-real-'));
  await writeFile(path.join(folder, 'server.cjs'), server);
  const clock = createClock(600);
  const addresses = await createAddressPlan({ zones: ZONES, mode: 'auto' });
  const [balancer, taskHost] = await Promise.all([startBalancer(), startTaskHost()]);
  const wire = createWire({ services: [], ...ACCOUNT });
  const cloudwatch = createCloudWatch({ clock, ...ACCOUNT });
  const elbv2 = createElbv2({ balancer, addresses, clock, ...ACCOUNT, subnets: SUBNETS, vpcId: 'vpc-1' });
  const ecs = createEcs({
    clock,
    call: wire.call,
    addresses,
    taskHost,
    resolveImage: () => ({
      digest: `sha256:${'0'.repeat(64)}`,
      recipe: {
        command: [process.execPath, path.join(folder, 'server.cjs')],
        cwd: folder,
        environment: {},
        startDelayMs: 0,
      },
    }),
    subnets: SUBNETS,
    metrics: cloudwatch.sink,
    ...ACCOUNT,
    logDirectory: path.join(folder, 'logs'),
  });
  balancer.on('traffic', cloudwatch.recordTraffic);
  for (const { module } of [elbv2, ecs, cloudwatch]) {
    wire.register(module);
  }
  const { call } = wire;
  await call('ecs', 'CreateCluster', { clusterName: CLUSTER });
  const listeners = await createListeners(call);

  const platform: RealPlatform = {
    call,
    ecs,
    ...listeners,
    urlOf: (listener) => elbv2.urlOf(listener.arn) ?? '',
    async register() {
      await call('ecs', 'RegisterTaskDefinition', {
        family: 'web',
        networkMode: 'awsvpc',
        containerDefinitions: [{ name: 'app', image: 'web:1', portMappings: [{ containerPort: 8000 }] }],
      });
    },
    async service(lifecycleHooks = []) {
      await platform.register();
      await call('ecs', 'CreateService', serviceInput(listeners, lifecycleHooks));
      await ecs.idle(AbortSignal.timeout(20_000));
    },
    async update(change) {
      await call('ecs', 'UpdateService', { cluster: CLUSTER, service: 'web', ...change });
    },
    async deployment() {
      const list = await call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
        cluster: CLUSTER,
        service: 'web',
      });
      const answer = await call<DescribeServiceDeploymentsResponse>('ecs', 'DescribeServiceDeployments', {
        serviceDeploymentArns: [list.serviceDeployments?.[0]?.serviceDeploymentArn],
      });
      return answer.serviceDeployments?.[0] ?? {};
    },
    async proceed() {
      const { serviceDeploymentArn, hookId } = await eventually(async () => {
        const deployment = await platform.deployment();
        const hook = deployment.lifecycleHookDetails?.find(({ status }) => status === 'AWAITING_ACTION');
        return hook && { serviceDeploymentArn: deployment.serviceDeploymentArn, hookId: hook.hookId };
      }, 20_000);
      await call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId });
    },
    async stop() {
      await ecs.stop();
      cloudwatch.stop();
      await Promise.all([balancer.stop(), taskHost.stop()]);
      await addresses.release();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return platform;
}

function serviceInput(
  { blue, green, production, test }: Awaited<ReturnType<typeof createListeners>>,
  lifecycleHooks: readonly object[],
): object {
  return {
    cluster: CLUSTER,
    serviceName: 'web',
    taskDefinition: 'web:1',
    desiredCount: 2,
    healthCheckGracePeriodSeconds: 30,
    networkConfiguration: { awsvpcConfiguration: { subnets: [...SUBNETS.keys()] } },
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5, lifecycleHooks },
    loadBalancers: [
      {
        targetGroupArn: blue,
        containerName: 'app',
        containerPort: 8000,
        advancedConfiguration: {
          alternateTargetGroupArn: green,
          productionListenerRule: production.rule,
          testListenerRule: test.rule,
          roleArn: 'arn:aws:iam::000000000000:role/x',
        },
      },
    ],
  };
}

async function createListeners(call: InternalCall) {
  const { LoadBalancers } = await call<CreateLoadBalancerCommandOutput>('elbv2', 'CreateLoadBalancer', {
    Name: 'web',
    Subnets: [...SUBNETS.keys()],
  });
  const loadBalancer = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const [blue, green] = [await createGroup(call, 'blue'), await createGroup(call, 'green')];
  const listener = async (Port: number): Promise<Listener> => {
    const { Listeners } = await call<CreateListenerCommandOutput>('elbv2', 'CreateListener', {
      LoadBalancerArn: loadBalancer,
      Protocol: 'HTTP',
      Port,
      DefaultActions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: 1 },
              { TargetGroupArn: green, Weight: 0 },
            ],
          },
        },
      ],
    });
    const arn = Listeners?.[0]?.ListenerArn ?? '';
    const { Rules } = await call<DescribeRulesCommandOutput>('elbv2', 'DescribeRules', { ListenerArn: arn });
    return { arn, rule: Rules?.[0]?.RuleArn ?? '' };
  };
  return { loadBalancer, blue, green, production: await listener(18_080), test: await listener(18_090) };
}

async function createGroup(call: InternalCall, Name: string): Promise<string> {
  const { TargetGroups } = await call<CreateTargetGroupCommandOutput>('elbv2', 'CreateTargetGroup', {
    Name,
    Protocol: 'HTTP',
    Port: 8000,
    VpcId: 'vpc-1',
    TargetType: 'ip',
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
  });
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await call('elbv2', 'ModifyTargetGroupAttributes', {
    TargetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '1' }],
  });
  return TargetGroupArn;
}

export interface Answer {
  /** 0 when none came. */
  readonly status: number;
  readonly body: string;
}

/** One GET on a connection of its own; never rejects. */
export function get(url: string): Promise<Answer> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', (error) => resolve({ status: 0, body: error.message }));
  });
}
