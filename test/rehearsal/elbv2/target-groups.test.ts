import type {
  DescribeTargetGroupAttributesCommandOutput,
  DescribeTargetGroupsCommandOutput,
  DescribeTargetHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pause } from '../balancer/lab.ts';
import { type Console, forwardTo, get, type LabTask, openConsole, startTask, VPC, ZONES } from './console.ts';

/** Of waits for what takes moments on a machine with nothing else to do. */
const PATIENCE = { timeout: 20_000, interval: 20 };

let aws: Console;
let tasks: LabTask[];

beforeEach(async () => {
  aws = await openConsole();
  tasks = [];
});

afterEach(async () => {
  await aws.stop();
  await Promise.all(tasks.map((task) => task.stop()));
});

async function task(zone: number, body: string, delayMs = 0): Promise<LabTask> {
  const started = await startTask(aws.addresses, ZONES[zone] ?? '', body, delayMs);
  tasks.push(started);
  return started;
}

const targets = (...list: LabTask[]) => list.map(({ host, port }) => ({ Id: host, Port: port }));
const register = (TargetGroupArn: string, ...list: LabTask[]) =>
  aws.call('RegisterTargets', { TargetGroupArn, Targets: targets(...list) });
const deregister = (TargetGroupArn: string, ...list: LabTask[]) =>
  aws.call('DeregisterTargets', { TargetGroupArn, Targets: targets(...list) });

async function health(TargetGroupArn: string, ...list: LabTask[]) {
  const input = { TargetGroupArn, ...(list.length === 0 ? {} : { Targets: targets(...list) }) };
  const output = await aws.call<DescribeTargetHealthCommandOutput>('DescribeTargetHealth', input);
  return output.TargetHealthDescriptions?.map(({ Target, TargetHealth }) => ({
    id: Target?.Id,
    zone: Target?.AvailabilityZone,
    ...TargetHealth,
  }));
}

async function untilHealthy(TargetGroupArn: string): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await health(TargetGroupArn))?.every(({ State }) => State === 'healthy')) {
    if (Date.now() > end) {
      throw new Error('not all targets became healthy');
    }
    await pause(20);
  }
}

const setDelay = (TargetGroupArn: string, seconds: number) =>
  aws.call('ModifyTargetGroupAttributes', {
    TargetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(seconds) }],
  });

describe('target groups', () => {
  it('have the defaults of AWS', async () => {
    const arn = await aws.targetGroup('blue');
    expect(arn).toMatch(/:targetgroup\/blue\/[0-9a-f]{16}$/);
    const { TargetGroups } = await aws.call<DescribeTargetGroupsCommandOutput>('DescribeTargetGroups');
    expect(TargetGroups).toEqual([
      {
        TargetGroupArn: arn,
        TargetGroupName: 'blue',
        Protocol: 'HTTP',
        ProtocolVersion: 'HTTP1',
        Port: 8000,
        VpcId: VPC,
        TargetType: 'ip',
        IpAddressType: 'ipv4',
        HealthCheckProtocol: 'HTTP',
        HealthCheckPort: 'traffic-port',
        HealthCheckEnabled: true,
        HealthCheckPath: '/',
        HealthCheckIntervalSeconds: 30,
        HealthCheckTimeoutSeconds: 5,
        HealthyThresholdCount: 5,
        UnhealthyThresholdCount: 2,
        Matcher: { HttpCode: '200' },
        LoadBalancerArns: [],
      },
    ]);
    const attributes = await aws.call<DescribeTargetGroupAttributesCommandOutput>('DescribeTargetGroupAttributes', {
      TargetGroupArn: arn,
    });
    expect(attributes.Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' });
    expect(attributes.Attributes).toContainEqual({ Key: 'load_balancing.algorithm.type', Value: 'round_robin' });
  });

  it.each([
    [{ TargetType: 'instance' }, "write TargetType 'ip'"],
    [{ Protocol: 'HTTPS' }, 'use HTTP'],
    [{ ProtocolVersion: 'GRPC' }, 'use HTTP1'],
    [{ VpcId: 'vpc-2' }, "'vpc-1'"],
    [{ Port: 0 }, 'between 1 and 65535'],
    [{ HealthCheckIntervalSeconds: 4 }, 'between 5 and 300'],
    [{ HealthCheckTimeoutSeconds: 30 }, 'greater than the timeout'],
    [{ HealthyThresholdCount: 1 }, 'between 2 and 10'],
    [{ Matcher: { HttpCode: '2xx' } }, '200-299'],
    [{ HealthCheckPath: 'health' }, "start with '/'"],
    [{ HealthCheckPort: '9000' }, 'traffic-port'],
  ])('are refused: %j', async (wrong, message) => {
    await expect(aws.targetGroup('blue', wrong)).rejects.toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining(message),
    });
  });

  it('are created once, changed, found by name and load balancer, and deleted when no rule names them', async () => {
    const arn = await aws.targetGroup('blue');
    expect(await aws.targetGroup('blue')).toBe(arn);
    await expect(aws.targetGroup('blue', { Port: 9000 })).rejects.toMatchObject({
      code: 'DuplicateTargetGroupNameException',
    });
    await aws.call('ModifyTargetGroup', {
      TargetGroupArn: arn,
      HealthCheckPath: '/h',
      Matcher: { HttpCode: '200-204' },
    });
    const green = await aws.targetGroup('green');
    const loadBalancer = await aws.loadBalancer();
    const listener = await aws.listener(loadBalancer, 18_730, { [arn]: 1 });
    const find = (input: object) => aws.call<DescribeTargetGroupsCommandOutput>('DescribeTargetGroups', input);
    expect((await find({ LoadBalancerArn: loadBalancer })).TargetGroups).toMatchObject([
      { HealthCheckPath: '/h', Matcher: { HttpCode: '200-204' }, LoadBalancerArns: [loadBalancer] },
    ]);
    expect((await find({ Names: ['green'] })).TargetGroups?.[0]?.TargetGroupArn).toBe(green);
    expect(aws.elbv2.dimensions(arn)).toEqual({
      targetGroup: arn.split(':').at(-1),
      loadBalancers: [loadBalancer.split(':loadbalancer/').at(-1)],
    });
    await expect(aws.call('DeleteTargetGroup', { TargetGroupArn: arn })).rejects.toMatchObject({
      code: 'ResourceInUseException',
    });
    await aws.call('DeleteListener', { ListenerArn: listener });
    await aws.call('DeleteTargetGroup', { TargetGroupArn: arn });
    await expect(find({ TargetGroupArns: [arn] })).rejects.toMatchObject({ code: 'TargetGroupNotFoundException' });
  });

  it('refuse attributes that would have no effect', async () => {
    const TargetGroupArn = await aws.targetGroup('blue');
    const set = (Key: string, Value: string) =>
      aws.call('ModifyTargetGroupAttributes', { TargetGroupArn, Attributes: [{ Key, Value }] });
    await set('load_balancing.algorithm.type', 'least_outstanding_requests');
    await set('stickiness.enabled', 'false');
    await expect(set('stickiness.enabled', 'true')).rejects.toThrow('leave it at its default');
    await expect(set('deregistration_delay.timeout_seconds', '3601')).rejects.toThrow('from 0 to 3600');
    await expect(set('load_balancing.algorithm.type', 'weighted_random')).rejects.toThrow('one of round_robin');
  });
});

describe('targets', () => {
  it('are unused until a rule names the group, then checked at once; the zone is that of the address', async () => {
    const group = await aws.targetGroup('blue');
    const [a, b] = [await task(0, 'a'), await task(1, 'b')];
    await register(group, a, b);
    expect(await health(group)).toEqual([
      {
        id: a.host,
        zone: ZONES[0],
        State: 'unused',
        Reason: 'Target.NotInUse',
        Description: 'Target group is not configured to receive traffic from the load balancer',
      },
      expect.objectContaining({ id: b.host, zone: ZONES[1], State: 'unused' }),
    ]);
    const listener = await aws.listener(await aws.loadBalancer(), 18_731, { [group]: 1 });
    expect((await health(group))?.[0]).toMatchObject({ State: 'initial', Reason: 'Elb.InitialHealthChecking' });
    await untilHealthy(group);
    expect((await health(group))?.[0]).toEqual({ id: a.host, zone: ZONES[0], State: 'healthy' });
    const url = aws.elbv2.urlOf(listener);
    expect([await get(url), await get(url)].sort()).toEqual(['a', 'b']);
  });

  it('in a zone that the load balancer has no subnet in are unused and get nothing', async () => {
    const group = await aws.targetGroup('blue');
    const [inside, outside] = [await task(0, 'inside'), await task(2, 'outside')];
    const listener = await aws.listener(await aws.loadBalancer(), 18_732, { [group]: 1 });
    await register(group, inside, outside);
    expect((await health(group, outside))?.[0]).toMatchObject({
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: expect.stringContaining('not enabled'),
    });
    const url = aws.elbv2.urlOf(listener);
    expect([await get(url), await get(url), await get(url)]).toEqual(['inside', 'inside', 'inside']);
  });

  it('drain when deregistered: no new request, those in flight finish, draining until the delay is over, then gone', async () => {
    const group = await aws.targetGroup('blue');
    await setDelay(group, 3);
    const listener = await aws.listener(await aws.loadBalancer(), 18_733, { [group]: 1 });
    const slow = await task(0, 'slow', 1200);
    await register(group, slow);
    await untilHealthy(group);
    const url = aws.elbv2.urlOf(listener);
    const inFlight = get(url);
    await expect.poll(slow.requests, PATIENCE).toBe(1);
    const start = performance.now();
    await deregister(group, slow);
    expect(aws.balancer.inFlight(group, slow.host, slow.port)).toBe(1);
    expect(await get(url)).toBe('503');
    expect(await health(group)).toMatchObject([{ State: 'draining', Reason: 'Target.DeregistrationInProgress' }]);
    expect(await inFlight).toBe('slow');
    await expect.poll(() => aws.balancer.inFlight(group, slow.host, slow.port), PATIENCE).toBe(0);
    expect(await health(group)).toMatchObject([{ State: 'draining' }]);
    await expect.poll(() => health(group), PATIENCE).toEqual([]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(2990);
    expect(await health(group, slow)).toMatchObject([{ State: 'unused', Reason: 'Target.NotRegistered' }]);
    expect(slow.requests()).toBe(1);
  });

  it('lose what is in flight at the end of the delay', async () => {
    const group = await aws.targetGroup('blue');
    await setDelay(group, 1);
    const listener = await aws.listener(await aws.loadBalancer(), 18_734, { [group]: 1 });
    const stuck = await task(0, 'late', 30_000);
    await register(group, stuck);
    await untilHealthy(group);
    const inFlight = get(aws.elbv2.urlOf(listener));
    await expect.poll(stuck.requests, PATIENCE).toBe(1);
    await deregister(group, stuck);
    expect(await inFlight).toBe('502');
  });

  it('come back when registered again while draining', async () => {
    const group = await aws.targetGroup('blue');
    const listener = await aws.listener(await aws.loadBalancer(), 18_735, { [group]: 1 });
    const one = await task(0, 'one');
    await register(group, one);
    await deregister(group, one);
    expect(await get(aws.elbv2.urlOf(listener))).toBe('503');
    await register(group, one);
    await untilHealthy(group);
    expect(await get(aws.elbv2.urlOf(listener))).toBe('one');
  });

  it.each([
    [{ Id: '10.0.0.1', Port: 80 }, '127.0.0.0/8'],
    [{ Id: '127.0.0.999', Port: 80 }, '127.0.0.0/8'],
    [{ Id: '127.0.0.1', Port: 80, AvailabilityZone: 'us-east-1a' }, 'ca-central-1a'],
  ])('are refused: %j', async (target, message) => {
    const TargetGroupArn = await aws.targetGroup('blue');
    await expect(aws.call('RegisterTargets', { TargetGroupArn, Targets: [target] })).rejects.toMatchObject({
      code: 'InvalidTargetException',
      message: expect.stringContaining(message),
    });
  });
});

describe('a blue-green shift over the public operations', () => {
  it('moves all traffic at once, and each request after the call goes the new way', async () => {
    const [blue, green] = [await aws.targetGroup('blue'), await aws.targetGroup('green')];
    const listener = await aws.listener(await aws.loadBalancer(), 18_736, { [blue]: 1, [green]: 0 });
    await register(blue, await task(0, 'blue'));
    await register(green, await task(1, 'green'));
    await Promise.all([untilHealthy(blue), untilHealthy(green)]);
    const url = aws.elbv2.urlOf(listener);
    for (let round = 0; round < 5; round++) {
      const [live, name] = round % 2 === 0 ? [green, 'green'] : [blue, 'blue'];
      await aws.call('ModifyListener', {
        ListenerArn: listener,
        DefaultActions: forwardTo({ [blue]: live === blue ? 100 : 0, [green]: live === green ? 100 : 0 }),
      });
      expect(await Promise.all([get(url), get(url), get(url)])).toEqual([name, name, name]);
    }
  });
});

describe('a change that the load balancer cannot apply', () => {
  it('is refused and leaves everything as it was', async () => {
    const loadBalancer = await aws.loadBalancer();
    const group = await aws.targetGroup('blue');
    const listener = await aws.listener(loadBalancer, 18_737, { [group]: 1 });
    await aws.balancer.stop();
    await expect(aws.call('ModifyTargetGroup', { TargetGroupArn: group, HealthCheckPath: '/x' })).rejects.toMatchObject(
      { code: 'InvalidConfigurationRequestException', message: expect.stringContaining('gone') },
    );
    const { TargetGroups } = await aws.call<DescribeTargetGroupsCommandOutput>('DescribeTargetGroups');
    expect(TargetGroups?.[0]?.HealthCheckPath).toBe('/');
    expect(aws.elbv2.urlOf(listener)).toBeDefined();
  });
});
