/** The small IAM of these tests, by the rules of AWS's "IAM JSON policy elements". */
import { describe, expect, it } from 'vitest';
import type { Statement } from '../../../src/aws/permissions/statement.ts';
import { allows, isOfType, referenceOf } from './iam.ts';

const ROLE = 'arn:aws:iam::111122223333:role/web-task';

function policy(rest: Partial<Statement>) {
  const statement: Statement = { Sid: 'One', Effect: 'Allow', Action: ['iam:PassRole'], Resource: [ROLE], ...rest };
  return { Version: '2012-10-17', Statement: [statement] } as const;
}

const asked = (context: Readonly<Record<string, readonly string[]>> = {}, resource = ROLE) => ({
  action: 'iam:PassRole',
  resource,
  context,
});

describe('a policy', () => {
  it('allows an action on a resource, whatever the case of the action, and no other', () => {
    expect(allows(policy({ Action: ['IAM:passrole'] }), asked())).toBe(true);
    expect(allows(policy({ Action: ['iam:PassRoles'] }), asked())).toBe(false);
    expect(allows(policy({ Resource: [ROLE.toUpperCase()] }), asked())).toBe(false);
    expect(allows(policy({ Resource: [`${ROLE}-2`] }), asked())).toBe(false);
  });

  it.each([
    ['*', true],
    ['arn:aws:iam::*:role/web-*', true],
    ['arn:aws:iam::*:role/web-????', true],
    ['arn:aws:iam::*:role/web-???', false],
    ['arn:aws:iam::*:role/web', false],
    ['arn.aws:iam::111122223333:role/web-task', false],
  ])('with the resource %s: %s', (pattern, allowed) => {
    expect(allows(policy({ Resource: [pattern] }), asked())).toBe(allowed);
  });

  it.each<
    [
      string,
      Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
      Readonly<Record<string, readonly string[]>>,
      boolean,
    ]
  >([
    ['an equal value', { StringEquals: { k: ['a', 'b'] } }, { k: ['b'] }, true],
    ['another value', { StringEquals: { k: ['a'] } }, { k: ['ab'] }, false],
    ['a pattern where equality is asked for', { StringEquals: { k: ['a*'] } }, { k: ['ab'] }, false],
    ['a key that is not there', { StringEquals: { k: ['a'] } }, {}, false],
    ['a pattern of ARNs', { ArnEquals: { k: ['arn:*:x'] } }, { k: ['arn:aws:x'] }, true],
    [
      'all values in the set',
      { 'ForAllValues:StringLike': { k: ['surefoot:*'] } },
      { k: ['surefoot:a', 'surefoot:b'] },
      true,
    ],
    [
      'one value outside of it',
      { 'ForAllValues:StringLike': { k: ['surefoot:*'] } },
      { k: ['surefoot:a', 'team'] },
      false,
    ],
    ['a key that must be there', { Null: { k: ['false'] } }, { k: ['a'] }, true],
    ['one that must be there and is not', { Null: { k: ['false'] } }, {}, false],
    ['two conditions of which one holds', { StringEquals: { k: ['a'], l: ['b'] } }, { k: ['a'], l: ['c'] }, false],
  ])('with a condition: %s', (_, Condition, context, allowed) => {
    expect(allows(policy({ Condition }), asked(context))).toBe(allowed);
  });
});

it('knows an ARN by the reference’s way of writing its type', () => {
  const type = referenceOf('ecs:UpdateService').resources[0]?.arn ?? '';
  expect(type).toContain(':service/');
  expect(isOfType('arn:aws:ecs:eu-west-1:111122223333:service/main/web', type)).toBe(true);
  expect(isOfType('arn:aws-cn:ecs:cn-north-1:*:service/main/*', type)).toBe(true);
  expect(isOfType('arn:aws:ecs:eu-west-1:111122223333:task/main/1', type)).toBe(false);
  expect(isOfType('arn:aws:ecs:eu-west-1:111122223333:service/main', type)).toBe(false);
});
