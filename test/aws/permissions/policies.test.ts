/** Every policy as it is written: of actions that AWS has, on resources that these actions know, with conditions that AWS looks at. */
import { describe, expect, it } from 'vitest';
import { OPERATIONS, type OperationName } from '../../../src/aws/permissions/operations.ts';
import { LONGEST_POLICY, policyOf } from '../../../src/aws/permissions/policy.ts';
import { NAMES, type NameKind, type Scope } from '../../../src/aws/permissions/scope.ts';
import type { Statement } from '../../../src/aws/permissions/statement.ts';
import type { Experiment } from '../../../src/operations/chaos/experiment/experiment.ts';
import { callerPolicy } from '../../../src/operations/chaos/plan/policy/caller.ts';
import { experimentOf, KILL, TASKS } from '../../operations/chaos/plan/samples.ts';
import { allows, isOfType, referenceOf } from './iam.ts';

const ALL = Object.keys(OPERATIONS) as OperationName[];
const SCOPE: Omit<Scope, 'named'> = {
  place: { region: 'eu-west-1', account: '111122223333' },
  platform: 'shop',
  environment: 'prod',
  cluster: 'shop-prod',
  services: ['web-prod', 'worker-prod'],
  primary: { place: { region: 'eu-central-1', account: '111122223333' }, cluster: 'shop-main', services: ['web-main'] },
};
const EVERY_NAME: Partial<Record<NameKind, readonly string[]>> = Object.fromEntries(
  Object.keys(NAMES).map((kind) => [kind, ['mine']]),
);

/**
 * Actions that AWS lists a resource for, and that are asked about everything: tasks on Fargate have no container instance, and for composite
 * alarms permissions must be "scoped to *" (AWS: DescribeAlarms, DescribeAlarmHistory, PutCompositeAlarm).
 */
const ASKED_ABOUT_ALL = [
  'cloudwatch:DescribeAlarmHistory',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:PutCompositeAlarm',
  'ecs:ListTasks',
];

const CASES = ALL.flatMap((name) => [
  { name, names: 'no name', statements: policyOf([name], SCOPE).document.Statement },
  { name, names: 'every name', statements: policyOf([name], SCOPE, EVERY_NAME).document.Statement },
]);

function wrongResources({ Action, Resource }: Statement): string[] {
  return Action.flatMap((action) => {
    const { resources } = referenceOf(action);
    if (Resource.includes('*')) {
      const required = resources.filter((type) => type.required);
      const fine = required.length === 0 || ASKED_ABOUT_ALL.includes(action);
      return fine ? [] : [`${action} on *, and AWS has ${required.map(({ arn }) => arn).join(', ')}`];
    }
    return Resource.some((one) => resources.some(({ arn }) => isOfType(one, arn)))
      ? []
      : [`${action} on ${Resource.join(', ')}, which it does not know`];
  });
}

/** A type that AWS asks for with each call, and that the policy gives the action no resource of. */
function missingResources(statements: readonly Statement[]): string[] {
  const actions = [...new Set(statements.flatMap(({ Action }) => Action))];
  return actions.flatMap((action) => {
    const given = statements.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);
    const { resources } = referenceOf(action);
    const required = resources.filter((type) => type.required && !given.includes('*'));
    // DescribeServices and its like name a deployment or a revision, never both; a table or its stream.
    const alternatives = /^(dynamodb:(ListTagsOf|Tag)Resource)$/.test(action);
    const lacking = required.filter(({ arn }) => !given.some((one) => isOfType(one, arn)));
    return lacking.length === 0 || alternatives ? [] : lacking.map(({ arn }) => `${action} needs ${arn}`);
  });
}

function wrongConditions({ Action, Condition = {} }: Statement): string[] {
  const keys = Object.values(Condition).flatMap((each) => Object.keys(each));
  return Action.flatMap((action) => {
    const { conditions, resources } = referenceOf(action);
    const known = [...conditions, ...resources.flatMap((type) => type.conditions)];
    return keys
      .filter((key) => !known.some((one) => one === key || isOfType(key, one)))
      .map((key) => `${action} knows no ${key}`);
  });
}

/** What is wrong in any of the policies, each with the operation that it is of. */
const faults = (find: (statements: readonly Statement[]) => readonly string[]) =>
  CASES.flatMap(({ name, names, statements }) => find(statements).map((fault) => `${name}, ${names}: ${fault}`));

describe('every policy', () => {
  it('is on resources that its actions know, and on * only where AWS knows none', () => {
    expect(faults((statements) => statements.flatMap(wrongResources))).toEqual([]);
    expect(faults(missingResources)).toEqual([]);
  });

  it('has conditions that AWS looks at', () => {
    expect(faults((statements) => statements.flatMap(wrongConditions))).toEqual([]);
  });

  it('changes nothing without a resource of its own', () => {
    const everywhere = (statements: readonly Statement[]) =>
      statements.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action);
    const writes = (action: string) =>
      !/^(Read|List)$/.test(referenceOf(action).level) && !ASKED_ABOUT_ALL.includes(action);
    expect(faults((statements) => everywhere(statements).filter(writes))).toEqual([]);
  });

  it('fits into one managed policy, and its Sids are letters and digits, each once', () => {
    const lengths = CASES.map(
      ({ statements }) => JSON.stringify({ Version: '2012-10-17', Statement: statements }).length,
    );
    expect(Math.max(...lengths)).toBeLessThan(LONGEST_POLICY);
    const wrong = (sids: readonly string[]) =>
      sids.filter((sid, index) => !/^[A-Za-z0-9]+$/.test(sid) || sids.indexOf(sid) !== index);
    expect(faults((statements) => wrong(statements.map(({ Sid }) => Sid)))).toEqual([]);
  });
});

describe('what the policies keep apart', () => {
  const may = (operation: OperationName, action: string, resource: string, context = {}) =>
    allows(policyOf([operation], SCOPE, EVERY_NAME).document, { action, resource, context });
  const arn = (rest: string) => `arn:aws:${rest.replace(':', ':eu-west-1:111122223333:')}`;

  it('a deployment changes its services and no other', () => {
    expect(may('deploy', 'ecs:UpdateService', arn('ecs:service/shop-prod/web-prod'))).toBe(true);
    expect(may('deploy', 'ecs:UpdateService', arn('ecs:service/shop-prod/other'))).toBe(false);
    expect(may('deploy', 'ecs:UpdateService', arn('ecs:service/other/web-prod'))).toBe(false);
    expect(may('plan', 'ecs:UpdateService', arn('ecs:service/shop-prod/web-prod'))).toBe(false);
    expect(may('status', 'ecs:TagResource', arn('ecs:service/shop-prod/web-prod'))).toBe(false);
  });

  it('writes no tags but its own on services', () => {
    const tag = (key: string) =>
      may('pause', 'ecs:TagResource', arn('ecs:service/shop-prod/web-prod'), { 'aws:TagKeys': [key] });
    expect([tag('surefoot:paused'), tag('team')]).toEqual([true, false]);
  });

  it('gives roles to ECS alone', () => {
    const give = (role: string, to: string) =>
      may('deploy', 'iam:PassRole', `arn:aws:iam::111122223333:role/${role}`, { 'iam:PassedToService': [to] });
    expect([give('mine', 'ecs-tasks.amazonaws.com'), give('mine', 'lambda.amazonaws.com')]).toEqual([true, false]);
    expect(give('admin', 'ecs-tasks.amazonaws.com')).toBe(false);
  });

  it('deletes only what drills made', () => {
    const table = (name: string) =>
      may('recover-dynamodb-restore', 'dynamodb:DeleteTable', arn(`dynamodb:table/${name}`));
    expect([table('mine'), table('mine-restored'), table('surefoot-drill-1-mine')]).toEqual([false, false, true]);
    const database = (name: string) => may('recover-database-restore', 'rds:DeleteDBInstance', arn(`rds:db:${name}`));
    expect([database('mine'), database('surefoot-drill-1-mine')]).toEqual([false, true]);
  });

  it('neither a deployment nor a night may restore, rotate or move users; a list of experiments may start none', () => {
    const actions = (operation: OperationName) =>
      policyOf([operation], SCOPE, EVERY_NAME).document.Statement.flatMap(({ Action }) => Action);
    for (const operation of ['deploy', 'nightly', 'pause'] as const) {
      expect(
        actions(operation).filter((name) => /^(s3|dynamodb|rds|secretsmanager|route53.*|arc.*):/.test(name)),
      ).toEqual([]);
    }
    expect(actions('deploy').filter((name) => name.startsWith('fis:'))).toEqual([]);
    expect(actions('chaos-list')).not.toContain('fis:StartExperiment');
  });

  it('is the same for an experiment in its plan and from surefoot iam', () => {
    const { template } = experimentOf(KILL, TASKS);
    const stopRole = 'arn:aws:iam::111122223333:role/fis-stop';
    const planned = callerPolicy(
      { template, guards: { stopRole } as Experiment['guards'] },
      SCOPE.place,
      SCOPE.cluster,
    );
    const names = { 'fis-role': [template.roleArn], 'stop-role': [stopRole] };
    expect(planned).toEqual(policyOf(['chaos-run'], SCOPE, names).document);
  });

  it('tells what nobody named', () => {
    expect(policyOf(['deploy'], SCOPE, { role: ['mine'] }).open).toEqual(['family', 'log-group', 'repository']);
    expect(policyOf(['deploy'], SCOPE, EVERY_NAME).open).toEqual([]);
  });
});
