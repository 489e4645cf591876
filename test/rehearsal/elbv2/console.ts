/** Calls operations as the wire layer does after decoding, over a real balancer and a real address plan. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  CreateListenerCommandOutput,
  CreateLoadBalancerCommandOutput,
  CreateRuleCommandOutput,
  CreateTargetGroupCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createElbv2, type Elbv2 } from '../../../src/rehearsal/elbv2/elbv2.ts';
import { check } from '../../../src/rehearsal/wire/check.ts';
import { shapeOf } from '../../../src/rehearsal/wire/schema.ts';
import { compileSupport } from '../../../src/rehearsal/wire/support.ts';
import type { AddressPlan } from '../../../src/rehearsal/world/addresses/plan.ts';
import { createAddressPlan } from '../../../src/rehearsal/world/addresses.ts';
import { type Balancer, startBalancer } from '../../../src/rehearsal/world/balancer/client.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';

export const ZONES = ['ca-central-1a', 'ca-central-1b', 'ca-central-1d'];
export const SUBNETS = ZONES.map((zone) => `subnet-${zone}`);
export const VPC = 'vpc-1';

export interface Console {
  readonly elbv2: Elbv2;
  readonly balancer: Balancer;
  readonly addresses: AddressPlan;
  call<Output = Record<string, unknown>>(operation: string, input?: object): Promise<Output>;
  /** A load balancer over the first two zones; its ARN. */
  loadBalancer(name?: string): Promise<string>;
  /** A target group of type ip; its ARN. */
  targetGroup(name: string, more?: object): Promise<string>;
  /** A listener that forwards by weight; its ARN. */
  listener(loadBalancer: string, port: number, weights: Readonly<Record<string, number>>): Promise<string>;
  rule(input: object): Promise<string>;
  stop(): Promise<void>;
}

export const forwardTo = (weights: Readonly<Record<string, number>>) => [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
    },
  },
];

export async function openConsole(): Promise<Console> {
  const addresses = await createAddressPlan({ zones: ZONES, mode: 'auto' });
  const balancer = await startBalancer();
  const elbv2 = createElbv2({
    balancer,
    addresses,
    clock: createClock(1),
    region: 'ca-central-1',
    accountId: '123456789012',
    subnets: new Map(SUBNETS.map((subnet, i) => [subnet, ZONES[i] ?? ''])),
    vpcId: VPC,
  });
  const call = async <Output>(name: string, input: object = {}): Promise<Output> => {
    const operation = elbv2.module.operations.find((each) => each.name === name);
    if (operation === undefined) {
      throw new Error(`no operation ${name}`);
    }
    const unsupported = compileSupport(operation).unsupported(input);
    if (unsupported.length > 0) {
      throw new Error(`unsupported: ${unsupported.join(', ')}`);
    }
    const context = { region: 'ca-central-1', accountId: '123456789012', requestId: 'r' };
    const output = await operation.handle(input, context);
    const problems = check(shapeOf(operation.schema[5]), output, 'typed');
    if (problems.length > 0) {
      throw new Error(`${name} answered what AWS's schema does not have: ${JSON.stringify(problems)}`);
    }
    return output as Output;
  };
  return {
    elbv2,
    balancer,
    addresses,
    call,
    async loadBalancer(Name = 'shop') {
      const input = { Name, Subnets: SUBNETS.slice(0, 2) };
      const { LoadBalancers } = await call<CreateLoadBalancerCommandOutput>('CreateLoadBalancer', input);
      return LoadBalancers?.[0]?.LoadBalancerArn ?? '';
    },
    async targetGroup(Name, more = {}) {
      const input = { Name, Protocol: 'HTTP', Port: 8000, VpcId: VPC, TargetType: 'ip', ...more };
      const { TargetGroups } = await call<CreateTargetGroupCommandOutput>('CreateTargetGroup', input);
      return TargetGroups?.[0]?.TargetGroupArn ?? '';
    },
    async listener(LoadBalancerArn, Port, weights) {
      const input = { LoadBalancerArn, Protocol: 'HTTP', Port, DefaultActions: forwardTo(weights) };
      const { Listeners } = await call<CreateListenerCommandOutput>('CreateListener', input);
      return Listeners?.[0]?.ListenerArn ?? '';
    },
    async rule(input) {
      const { Rules } = await call<CreateRuleCommandOutput>('CreateRule', input);
      return Rules?.[0]?.RuleArn ?? '';
    },
    async stop() {
      await balancer.stop();
      await addresses.release();
    },
  };
}

export interface LabTask {
  readonly host: string;
  readonly port: number;
  readonly requests: () => number;
  stop(): Promise<void>;
}

/** A server on a task address of a zone that answers `body` to everything. */
export async function startTask(addresses: AddressPlan, zone: string, body: string, delayMs = 0): Promise<LabTask> {
  const { host, port, release } = await addresses.task(zone, 18_700);
  let requests = 0;
  const server = http.createServer((request, response) => {
    if (request.headers['user-agent']?.startsWith('ELB-HealthChecker')) {
      response.end();
      return;
    }
    requests++;
    setTimeout(() => response.end(body), delayMs);
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    host,
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    stop() {
      release();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Status and body of a GET. */
export async function get(url: string | undefined): Promise<string> {
  const response = await fetch(url ?? '', { headers: { connection: 'close' } });
  const text = await response.text();
  return response.ok ? text : String(response.status);
}
