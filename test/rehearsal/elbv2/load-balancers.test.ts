import type {
  DescribeListenersCommandOutput,
  DescribeLoadBalancerAttributesCommandOutput,
  DescribeLoadBalancersCommandOutput,
  DescribeTagsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Console, forwardTo, get, openConsole, SUBNETS, VPC } from './console.ts';

let aws: Console;

beforeEach(async () => {
  aws = await openConsole();
});

afterEach(() => aws.stop());

const describeAll = () => aws.call<DescribeLoadBalancersCommandOutput>('DescribeLoadBalancers');

describe('load balancers', () => {
  it('are described as AWS does', async () => {
    const arn = await aws.loadBalancer();
    expect(arn).toMatch(
      /^arn:aws:elasticloadbalancing:ca-central-1:123456789012:loadbalancer\/app\/shop\/[0-9a-f]{16}$/,
    );
    const { LoadBalancers } = await describeAll();
    expect(LoadBalancers).toEqual([
      {
        LoadBalancerArn: arn,
        LoadBalancerName: 'shop',
        DNSName: expect.stringMatching(/^127\./),
        CanonicalHostedZoneId: 'ZQSVJUPU6J1EY',
        CreatedTime: expect.any(Date),
        Scheme: 'internet-facing',
        VpcId: VPC,
        State: { Code: 'active' },
        Type: 'application',
        AvailabilityZones: [
          { ZoneName: 'ca-central-1a', SubnetId: SUBNETS[0] },
          { ZoneName: 'ca-central-1b', SubnetId: SUBNETS[1] },
        ],
        SecurityGroups: [],
        IpAddressType: 'ipv4',
      },
    ]);
  });

  it('are created once: the same again is the same, another of the name is refused', async () => {
    const arn = await aws.loadBalancer();
    expect(await aws.loadBalancer()).toBe(arn);
    await expect(aws.call('CreateLoadBalancer', { Name: 'shop', Subnets: SUBNETS })).rejects.toMatchObject({
      code: 'DuplicateLoadBalancerNameException',
    });
  });

  it.each([
    [{ Name: 'shop', Subnets: [SUBNETS[0]] }, 'ValidationError', 'two different Availability Zones'],
    [{ Name: 'shop', Subnets: ['subnet-x', SUBNETS[0]] }, 'SubnetNotFoundException', "'subnet-x'"],
    [{ Name: '-shop', Subnets: SUBNETS }, 'ValidationError', 'hyphen'],
    [{ Name: 'sh_op', Subnets: SUBNETS }, 'ValidationError', 'alphanumeric'],
    [{ Name: 'internal-shop', Subnets: SUBNETS }, 'ValidationError', "'internal-'"],
    [{ Name: 'a'.repeat(33), Subnets: SUBNETS }, 'ValidationError', '32'],
    [{ Name: 'shop', Subnets: SUBNETS, Type: 'network' }, 'ValidationError', 'use application'],
  ])('are refused: %j', async (input, code, message) => {
    await expect(aws.call('CreateLoadBalancer', input)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect((await describeAll()).LoadBalancers).toEqual([]);
  });

  it('are found by name and ARN, and page by page', async () => {
    const [a, b, c] = [await aws.loadBalancer('a'), await aws.loadBalancer('b'), await aws.loadBalancer('c')];
    const arns = ({ LoadBalancers }: DescribeLoadBalancersCommandOutput) =>
      LoadBalancers?.map((each) => each.LoadBalancerArn);
    expect(arns(await aws.call('DescribeLoadBalancers', { Names: ['c', 'a'] }))).toEqual([c, a]);
    expect(arns(await aws.call('DescribeLoadBalancers', { LoadBalancerArns: [b] }))).toEqual([b]);
    const first = await aws.call<DescribeLoadBalancersCommandOutput>('DescribeLoadBalancers', { PageSize: 2 });
    expect(arns(first)).toEqual([a, b]);
    const second = await aws.call<DescribeLoadBalancersCommandOutput>('DescribeLoadBalancers', {
      PageSize: 2,
      Marker: first.NextMarker,
    });
    expect(arns(second)).toEqual([c]);
    expect(second.NextMarker).toBeUndefined();
    await expect(aws.call('DescribeLoadBalancers', { Names: ['d'] })).rejects.toMatchObject({
      code: 'LoadBalancerNotFoundException',
    });
    await expect(aws.call('DescribeLoadBalancers', { Marker: 'x' })).rejects.toMatchObject({ code: 'ValidationError' });
  });

  it('have addresses of their own', async () => {
    await Promise.all([aws.loadBalancer('a'), aws.loadBalancer('b')]);
    const hosts = (await describeAll()).LoadBalancers?.map((each) => each.DNSName);
    expect(new Set(hosts).size).toBe(2);
  });

  it('take their listeners with them, and are kept by deletion protection', async () => {
    const arn = await aws.loadBalancer();
    const listener = await aws.listener(arn, 18_710, { [await aws.targetGroup('blue')]: 1 });
    const url = aws.elbv2.urlOf(listener);
    const protect = (Value: string) =>
      aws.call('ModifyLoadBalancerAttributes', {
        LoadBalancerArn: arn,
        Attributes: [{ Key: 'deletion_protection.enabled', Value }],
      });
    await protect('true');
    await expect(aws.call('DeleteLoadBalancer', { LoadBalancerArn: arn })).rejects.toMatchObject({
      code: 'OperationNotPermittedException',
    });
    expect(await get(url)).toBe('503');
    await protect('false');
    await aws.call('DeleteLoadBalancer', { LoadBalancerArn: arn });
    await expect(get(url)).rejects.toThrow('fetch failed');
    expect((await describeAll()).LoadBalancers).toEqual([]);
    await expect(aws.call('DescribeListeners', { ListenerArns: [listener] })).rejects.toMatchObject({
      code: 'ListenerNotFoundException',
    });
    await aws.call('DeleteLoadBalancer', { LoadBalancerArn: arn });
  });
});

describe('attributes', () => {
  it('begin at the defaults of AWS, change, and refuse what they cannot honour', async () => {
    const LoadBalancerArn = await aws.loadBalancer();
    const read = async () => {
      const output = await aws.call<DescribeLoadBalancerAttributesCommandOutput>('DescribeLoadBalancerAttributes', {
        LoadBalancerArn,
      });
      return new Map(output.Attributes?.map(({ Key, Value }) => [Key, Value]));
    };
    const set = (Key: string, Value: string) =>
      aws.call('ModifyLoadBalancerAttributes', { LoadBalancerArn, Attributes: [{ Key, Value }] });
    expect((await read()).get('idle_timeout.timeout_seconds')).toBe('60');
    await set('idle_timeout.timeout_seconds', '4000');
    await set('routing.http2.enabled', 'true');
    expect((await read()).get('idle_timeout.timeout_seconds')).toBe('4000');
    const refused = { code: 'InvalidConfigurationRequestException' };
    await expect(set('idle_timeout.timeout_seconds', '0')).rejects.toMatchObject(refused);
    await expect(set('access_logs.s3.enabled', 'true')).rejects.toMatchObject(refused);
    await expect(set('idle_timeout', '60')).rejects.toMatchObject(refused);
    expect((await read()).get('idle_timeout.timeout_seconds')).toBe('4000');
  });
});

describe('listeners', () => {
  it('answer where urlOf says, from when the call returns until it is deleted', async () => {
    const loadBalancer = await aws.loadBalancer();
    const group = await aws.targetGroup('blue');
    const arn = await aws.listener(loadBalancer, 18_711, { [group]: 1 });
    expect(arn).toMatch(/:listener\/app\/shop\/[0-9a-f]{16}\/[0-9a-f]{16}$/);
    expect(await get(aws.elbv2.urlOf(arn))).toBe('503');
    const { Listeners } = await aws.call<DescribeListenersCommandOutput>('DescribeListeners', {
      LoadBalancerArn: loadBalancer,
    });
    expect(Listeners).toEqual([
      {
        ListenerArn: arn,
        LoadBalancerArn: loadBalancer,
        Port: 18_711,
        Protocol: 'HTTP',
        DefaultActions: [
          {
            Type: 'forward',
            TargetGroupArn: group,
            ForwardConfig: {
              TargetGroups: [{ TargetGroupArn: group, Weight: 1 }],
              TargetGroupStickinessConfig: { Enabled: false },
            },
          },
        ],
      },
    ]);
    const url = aws.elbv2.urlOf(arn);
    await aws.call('DeleteListener', { ListenerArn: arn });
    await expect(get(url)).rejects.toThrow('fetch failed');
    expect(aws.elbv2.urlOf(arn)).toBeUndefined();
  });

  it('move to another port and change their default action', async () => {
    const loadBalancer = await aws.loadBalancer();
    const arn = await aws.listener(loadBalancer, 18_712, { [await aws.targetGroup('blue')]: 1 });
    const before = aws.elbv2.urlOf(arn);
    await aws.call('ModifyListener', {
      ListenerArn: arn,
      Port: 18_713,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'closed' } }],
    });
    expect(await get(aws.elbv2.urlOf(arn))).toBe('closed');
    expect(aws.elbv2.urlOf(arn)).not.toBe(before);
    await expect(get(before)).rejects.toThrow('fetch failed');
  });

  it('are refused: a taken port, HTTPS, a group that is not there, a group of another load balancer', async () => {
    const [loadBalancer, other] = [await aws.loadBalancer(), await aws.loadBalancer('other')];
    const [blue, green] = [await aws.targetGroup('blue'), await aws.targetGroup('green')];
    const arn = await aws.listener(loadBalancer, 18_714, { [blue]: 1 });
    expect(await aws.listener(loadBalancer, 18_714, { [blue]: 1 })).toBe(arn);
    await expect(aws.listener(loadBalancer, 18_714, { [green]: 1 })).rejects.toMatchObject({
      code: 'DuplicateListenerException',
    });
    await expect(aws.listener(other, 18_714, { [blue]: 1 })).rejects.toMatchObject({
      code: 'TargetGroupAssociationLimitException',
    });
    await expect(aws.listener(other, 18_714, { 'arn:x': 1 })).rejects.toMatchObject({
      code: 'TargetGroupNotFoundException',
    });
    await expect(
      aws.call('CreateListener', {
        LoadBalancerArn: other,
        Protocol: 'HTTPS',
        Port: 443,
        DefaultActions: forwardTo({ [green]: 1 }),
      }),
    ).rejects.toMatchObject({ code: 'UnsupportedProtocolException', message: expect.stringContaining('HTTP') });
    await expect(aws.call('DescribeListeners', {})).rejects.toMatchObject({ code: 'ValidationError' });
  });

  it('on a privileged port that cannot be had answer elsewhere, and show the port that was asked for', async () => {
    const loadBalancer = await aws.loadBalancer();
    const arn = await aws.listener(loadBalancer, 80, { [await aws.targetGroup('blue')]: 1 });
    expect(await get(aws.elbv2.urlOf(arn))).toBe('503');
    const { Listeners } = await aws.call<DescribeListenersCommandOutput>('DescribeListeners', { ListenerArns: [arn] });
    expect(Listeners?.[0]?.Port).toBe(80);
  });
});

describe('tags', () => {
  it('are put, replaced, removed and read on every kind of resource', async () => {
    const loadBalancer = await aws.loadBalancer();
    const group = await aws.targetGroup('blue', { Tags: [{ Key: 'team', Value: 'shop' }] });
    const listener = await aws.listener(loadBalancer, 18_715, { [group]: 1 });
    const ResourceArns = [loadBalancer, group, listener];
    await aws.call('AddTags', { ResourceArns, Tags: [{ Key: 'stage', Value: 'dev' }] });
    await aws.call('AddTags', { ResourceArns: [group], Tags: [{ Key: 'stage', Value: 'prod' }] });
    await aws.call('RemoveTags', { ResourceArns: [listener], TagKeys: ['stage', 'nothing'] });
    const output = await aws.call<DescribeTagsCommandOutput>('DescribeTags', { ResourceArns });
    expect(output.TagDescriptions).toEqual([
      { ResourceArn: loadBalancer, Tags: [{ Key: 'stage', Value: 'dev' }] },
      {
        ResourceArn: group,
        Tags: [
          { Key: 'team', Value: 'shop' },
          { Key: 'stage', Value: 'prod' },
        ],
      },
      { ResourceArn: listener, Tags: [] },
    ]);
    await expect(
      aws.call('AddTags', { ResourceArns: [`${group}0`], Tags: [{ Key: 'a', Value: 'b' }] }),
    ).rejects.toMatchObject({ code: 'TargetGroupNotFoundException' });
  });
});
