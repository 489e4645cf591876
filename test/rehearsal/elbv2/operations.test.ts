import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileSupport } from '../../../src/rehearsal/wire/support.ts';
import { type Console, openConsole } from './console.ts';

let aws: Console;

beforeAll(async () => {
  aws = await openConsole();
});

afterAll(() => aws.stop());

describe('the operations', () => {
  it('are there, each once', () => {
    expect(aws.elbv2.module.operations.map(({ name }) => name).sort()).toEqual([
      'AddTags',
      'CreateListener',
      'CreateLoadBalancer',
      'CreateRule',
      'CreateTargetGroup',
      'DeleteListener',
      'DeleteLoadBalancer',
      'DeleteRule',
      'DeleteTargetGroup',
      'DeregisterTargets',
      'DescribeListeners',
      'DescribeLoadBalancerAttributes',
      'DescribeLoadBalancers',
      'DescribeRules',
      'DescribeTags',
      'DescribeTargetGroupAttributes',
      'DescribeTargetGroups',
      'DescribeTargetHealth',
      'ModifyListener',
      'ModifyLoadBalancerAttributes',
      'ModifyRule',
      'ModifyTargetGroup',
      'ModifyTargetGroupAttributes',
      'RegisterTargets',
      'RemoveTags',
      'SetRulePriorities',
    ]);
  });

  it('declare only members that their inputs have', () => {
    for (const operation of aws.elbv2.module.operations) {
      expect(compileSupport(operation).unsupported({})).toEqual([]);
    }
  });

  it.each([
    ['CreateListener', { SslPolicy: 'x' }, ['SslPolicy']],
    ['CreateTargetGroup', { TargetControlPort: 1 }, ['TargetControlPort']],
    ['CreateRule', { Conditions: [{ Field: 'path-pattern', RegexValues: ['x'] }] }, ['Conditions[].RegexValues']],
    [
      'ModifyListener',
      { DefaultActions: [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }] },
      ['DefaultActions[].RedirectConfig'],
    ],
  ])('leave to the wire layer to refuse in %s: %j', (name, input, expected) => {
    const operation = aws.elbv2.module.operations.find((each) => each.name === name);
    expect(operation && compileSupport(operation).unsupported(input)).toEqual(expected);
  });
});
