import type { DescribeRulesCommandOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Console, forwardTo, get, openConsole } from './console.ts';

let aws: Console;
let listener: string;
let blue: string;
let green: string;

beforeEach(async () => {
  aws = await openConsole();
  [blue, green] = [await aws.targetGroup('blue'), await aws.targetGroup('green')];
  listener = await aws.listener(await aws.loadBalancer(), 18_720, { [blue]: 1, [green]: 0 });
});

afterEach(() => aws.stop());

const say = (MessageBody: string) => [
  { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody } },
];
const path = (...Values: string[]) => [{ Field: 'path-pattern', Values }];
const describeRules = () => aws.call<DescribeRulesCommandOutput>('DescribeRules', { ListenerArn: listener });

describe('rules', () => {
  it('come with a default rule that has an ARN, no conditions and the priority "default"', async () => {
    const { Rules } = await describeRules();
    expect(Rules).toEqual([
      {
        RuleArn: expect.stringMatching(
          new RegExp(`^${listener.replace(':listener/', ':listener-rule/')}/[0-9a-f]{16}$`),
        ),
        Priority: 'default',
        Conditions: [],
        IsDefault: true,
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: blue, Weight: 1 },
                { TargetGroupArn: green, Weight: 0 },
              ],
              TargetGroupStickinessConfig: { Enabled: false },
            },
          },
        ],
      },
    ]);
  });

  it('hold from when they are created, go by priority, and are listed by it', async () => {
    const url = aws.elbv2.urlOf(listener);
    const low = await aws.rule({ ListenerArn: listener, Priority: 50, Conditions: path('/*'), Actions: say('low') });
    expect(await get(`${url}/a`)).toBe('low');
    const high = await aws.rule({ ListenerArn: listener, Priority: 7, Conditions: path('/a'), Actions: say('high') });
    expect(await get(`${url}/a`)).toBe('high');
    expect((await describeRules()).Rules?.map((rule) => rule.Priority)).toEqual(['7', '50', 'default']);
    await aws.call('SetRulePriorities', {
      RulePriorities: [
        { RuleArn: low, Priority: 7 },
        { RuleArn: high, Priority: 50 },
      ],
    });
    expect(await get(`${url}/a`)).toBe('low');
    await aws.call('ModifyRule', { RuleArn: low, Conditions: path('/b') });
    expect([await get(`${url}/a`), await get(`${url}/b`)]).toEqual(['high', 'low']);
    await aws.call('DeleteRule', { RuleArn: high });
    expect(await get(`${url}/a`)).toBe('503');
  });

  it('refuse a priority that is taken, also when priorities are set', async () => {
    const create = (Priority: number) =>
      aws.rule({ ListenerArn: listener, Priority, Conditions: path(`/${Priority}`), Actions: say('x') });
    const first = await create(1);
    await create(2);
    await expect(create(1)).rejects.toMatchObject({
      code: 'PriorityInUseException',
      message: "Priority '1' is currently in use",
    });
    await expect(
      aws.call('SetRulePriorities', { RulePriorities: [{ RuleArn: first, Priority: 2 }] }),
    ).rejects.toMatchObject({ code: 'PriorityInUseException' });
    expect((await describeRules()).Rules?.map((rule) => rule.Priority)).toEqual(['1', '2', 'default']);
  });

  it('keep the default rule out of ModifyRule, DeleteRule and SetRulePriorities', async () => {
    const RuleArn = (await describeRules()).Rules?.[0]?.RuleArn;
    const refused = { code: 'OperationNotPermittedException' };
    await expect(aws.call('ModifyRule', { RuleArn, Actions: say('x') })).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('ModifyListener'),
    });
    await expect(aws.call('DeleteRule', { RuleArn })).rejects.toMatchObject(refused);
    await expect(aws.call('SetRulePriorities', { RulePriorities: [{ RuleArn, Priority: 1 }] })).rejects.toMatchObject(
      refused,
    );
  });

  it.each([
    [{ Conditions: [] }, 'at least one condition'],
    [{ Conditions: path('/1', '/2', '/3', '/4', '/5', '/6') }, 'at most 5'],
    [{ Conditions: path('x'.repeat(129)) }, '128'],
    [{ Conditions: [...path('/1'), ...path('/2')] }, 'at most one path-pattern'],
    [{ Conditions: [{ Field: 'source-ip', Values: ['10.0.0.0/8'] }] }, 'path-pattern, host-header or http-header'],
    [{ Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'a b', Values: ['x'] } }] }, 'a b'],
    [{ Priority: 0 }, 'between 1 and 50000'],
    [{ Priority: 50_001 }, 'between 1 and 50000'],
    [{ Actions: [] }, 'at least one action'],
    [{ Actions: [...say('a'), ...say('b')] }, 'several actions'],
    [{ Actions: [{ Type: 'redirect' }] }, 'forward or fixed-response'],
    [{ Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '302' } }] }, '2XX, 4XX or 5XX'],
  ])('are refused: %j', async (wrong, message) => {
    const right = { ListenerArn: listener, Priority: 5, Conditions: path('/a'), Actions: say('a') };
    await expect(aws.rule({ ...right, ...wrong })).rejects.toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    [{ Weight: 1000 }, 'between 0 and 999'],
    [{ Weight: -1 }, 'between 0 and 999'],
  ])('refuse the weight %j', async ({ Weight }, message) => {
    await expect(
      aws.call('ModifyListener', { ListenerArn: listener, DefaultActions: forwardTo({ [blue]: Weight }) }),
    ).rejects.toMatchObject({ code: 'ValidationError', message: expect.stringContaining(message) });
  });

  it('refuse stickiness instead of ignoring it', async () => {
    const [action] = forwardTo({ [blue]: 1 });
    const sticky = {
      ...action,
      ForwardConfig: { ...action?.ForwardConfig, TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } },
    };
    await expect(aws.call('ModifyListener', { ListenerArn: listener, DefaultActions: [sticky] })).rejects.toMatchObject(
      { message: expect.stringContaining('stickiness') },
    );
  });

  it('are asked for by listener or by ARN, and not found when they are gone', async () => {
    const RuleArn = await aws.rule({ ListenerArn: listener, Priority: 5, Conditions: path('/a'), Actions: say('a') });
    const found = await aws.call<DescribeRulesCommandOutput>('DescribeRules', { RuleArns: [RuleArn] });
    expect(found.Rules?.map((rule) => [rule.Priority, rule.IsDefault, rule.Conditions])).toEqual([
      ['5', false, [{ Field: 'path-pattern', Values: ['/a'], PathPatternConfig: { Values: ['/a'] } }]],
    ]);
    await aws.call('DeleteRule', { RuleArn });
    await expect(aws.call('DescribeRules', { RuleArns: [RuleArn] })).rejects.toMatchObject({
      code: 'RuleNotFoundException',
    });
    await expect(aws.call('DescribeRules', {})).rejects.toMatchObject({ code: 'ValidationError' });
  });
});
