/** ECS with the real load balancer: a blue-green deployment under requests, none of which may be lost. */
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
import { afterEach, expect, test } from 'vitest';
import { createEcs } from '../../../src/rehearsal/ecs/ecs.ts';
import { createElbv2 } from '../../../src/rehearsal/elbv2/elbv2.ts';
import { createWire } from '../../../src/rehearsal/wire/server.ts';
import { createAddressPlan } from '../../../src/rehearsal/world/addresses.ts';
import { startBalancer } from '../../../src/rehearsal/world/balancer/client.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { startTaskHost } from '../../../src/rehearsal/world/tasks/client.ts';
import { eventually } from './lab.ts';

const ACCOUNT = { region: 'ca-central-1', accountId: '000000000000' };
const ZONES = ['ca-central-1a', 'ca-central-1b'];
const SUBNETS = new Map(ZONES.map((zone) => [`subnet-${zone}`, zone]));

/** Takes 100 ms for an answer, lets those in flight end on SIGTERM. */
const SERVER = `
const { PORT, HOST, SUREFOOT_REVISION } = process.env;
const server = require('node:http').createServer((request, response) => {
  const answer = () => response.end(SUREFOOT_REVISION);
  request.url === '/health' ? answer() : setTimeout(answer, 100);
});
server.listen(Number(PORT), HOST);
server.keepAliveTimeout = 75_000;
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) {
    await cleanup();
  }
});

function get(url: string): Promise<{ status: number; body: string }> {
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

async function startPlatform() {
  const folder = await mkdtemp(path.join(tmpdir(), 'ecs-real-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, 'server.cjs'), SERVER);
  const clock = createClock(600);
  const addresses = await createAddressPlan({ zones: ZONES, mode: 'auto' });
  cleanups.push(() => addresses.release());
  const [balancer, taskHost] = await Promise.all([startBalancer(), startTaskHost()]);
  cleanups.push(
    () => balancer.stop(),
    () => taskHost.stop(),
  );
  const wire = createWire({ services: [], ...ACCOUNT });
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
    metrics: { record: () => {} },
    ...ACCOUNT,
    logDirectory: path.join(folder, 'logs'),
  });
  wire.register(elbv2.module);
  wire.register(ecs.module);
  cleanups.push(() => ecs.stop());
  return { call: wire.call, elbv2, ecs };
}

type Platform = Awaited<ReturnType<typeof startPlatform>>;

async function createListeners({ call }: Platform) {
  const { LoadBalancers } = await call<CreateLoadBalancerCommandOutput>('elbv2', 'CreateLoadBalancer', {
    Name: 'web',
    Subnets: [...SUBNETS.keys()],
  });
  const group = async (Name: string) => {
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
  };
  const [blue, green] = [await group('blue'), await group('green')];
  const listener = async (Port: number) => {
    const { Listeners } = await call<CreateListenerCommandOutput>('elbv2', 'CreateListener', {
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
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
    const ListenerArn = Listeners?.[0]?.ListenerArn ?? '';
    const { Rules } = await call<DescribeRulesCommandOutput>('elbv2', 'DescribeRules', { ListenerArn });
    return { arn: ListenerArn, rule: Rules?.[0]?.RuleArn ?? '' };
  };
  return { blue, green, production: await listener(18_080), test: await listener(18_090) };
}

async function newestDeployment({ call }: Platform): Promise<ServiceDeployment> {
  const list = await call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
    cluster: 'real',
    service: 'web',
  });
  const answer = await call<DescribeServiceDeploymentsResponse>('ecs', 'DescribeServiceDeployments', {
    serviceDeploymentArns: [list.serviceDeployments?.[0]?.serviceDeploymentArn],
  });
  return answer.serviceDeployments?.[0] ?? {};
}

test('through listener default rules of the real balancer, a deployment goes live without a lost request', async () => {
  const platform = await startPlatform();
  const { call, elbv2, ecs } = platform;
  const { blue, green, production, test: testing } = await createListeners(platform);
  await call('ecs', 'CreateCluster', { clusterName: 'real' });
  const register = () =>
    call('ecs', 'RegisterTaskDefinition', {
      family: 'web',
      networkMode: 'awsvpc',
      containerDefinitions: [{ name: 'app', image: 'web:1', portMappings: [{ containerPort: 8000 }] }],
    });
  await register();
  await call('ecs', 'CreateService', {
    cluster: 'real',
    serviceName: 'web',
    taskDefinition: 'web:1',
    desiredCount: 2,
    healthCheckGracePeriodSeconds: 30,
    networkConfiguration: { awsvpcConfiguration: { subnets: [...SUBNETS.keys()] } },
    deploymentConfiguration: {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 5,
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
    },
    loadBalancers: [
      {
        targetGroupArn: blue,
        containerName: 'app',
        containerPort: 8000,
        advancedConfiguration: {
          alternateTargetGroupArn: green,
          productionListenerRule: production.rule,
          testListenerRule: testing.rule,
          roleArn: 'arn:aws:iam::000000000000:role/x',
        },
      },
    ],
  });
  await ecs.idle(AbortSignal.timeout(20_000));
  const url = elbv2.urlOf(production.arn) ?? '';
  const answers: Promise<{ status: number; body: string }>[] = [];
  const load = setInterval(() => answers.push(get(url)), 25);

  await register();
  await call('ecs', 'UpdateService', { cluster: 'real', service: 'web', taskDefinition: 'web:2' });
  const hook = await eventually(
    async () =>
      (await newestDeployment(platform)).lifecycleHookDetails?.find(({ status }) => status === 'AWAITING_ACTION'),
    20_000,
  );
  expect(await get(elbv2.urlOf(testing.arn) ?? '')).toEqual({ status: 200, body: 'web:2' });
  expect(await get(url)).toEqual({ status: 200, body: 'web:1' });
  const { serviceDeploymentArn } = await newestDeployment(platform);
  await call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId: hook.hookId });
  await eventually(async () => (await newestDeployment(platform)).status === 'SUCCESSFUL' || undefined, 20_000);
  await ecs.idle(AbortSignal.timeout(5_000));
  clearInterval(load);

  const all = await Promise.all(answers);
  const lost = all.filter(({ status }) => status !== 200);
  expect(lost).toEqual([]);
  const revisions = all.map(({ body }) => body);
  expect(new Set(revisions)).toEqual(new Set(['web:1', 'web:2']));
  expect(revisions.at(-1)).toBe('web:2');
}, 60_000);
