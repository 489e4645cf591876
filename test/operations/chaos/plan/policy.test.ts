import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../../../src/aws/permissions/statement.ts';
import { SNAPSHOT } from '../../../../src/operations/chaos/catalogue/catalogue.ts';
import { parseExperiment } from '../../../../src/operations/chaos/experiment/parse.ts';
import { callerPolicy } from '../../../../src/operations/chaos/plan/policy/caller.ts';
import { NEEDS } from '../../../../src/operations/chaos/plan/policy/needs.ts';
import { rolePolicy, trustPolicy } from '../../../../src/operations/chaos/plan/policy/role.ts';
import { ACCOUNT, experimentOf, KILL, REGION, ROLE, TASKS } from './samples.ts';

const PLACE = { region: REGION, account: ACCOUNT };
const policyOf = (actions: string, targets = '{}', rest = '') =>
  rolePolicy(experimentOf(actions, targets, rest).template, PLACE).document;

function statementWith(document: PolicyDocument, action: string) {
  return document.Statement.filter(({ Action }) => Action.includes(action));
}

describe("the role's policy", () => {
  it('knows every action that AWS has, and no other', () => {
    const legacy = [...SNAPSHOT.actions.values()]
      .filter(({ replacedBy }) => replacedBy !== undefined)
      .map(({ id }) => id);
    const current = [...SNAPSHOT.actions.keys()].filter((id) => !legacy.includes(id));
    expect(Object.keys(NEEDS).sort()).toEqual(current.sort());
  });

  it('stops tasks of one cluster and nothing else; what AWS cannot narrow is only read', () => {
    const document = policyOf(KILL, TASKS);
    expect(document.Statement.map(({ Sid, Action, Resource }) => [Sid, Action, Resource])).toEqual([
      ['EcsStopTask', ['ecs:StopTask'], [`arn:aws:ecs:${REGION}:${ACCOUNT}:task/main/*`]],
      ['EcsDescribeTasksAndOthers', ['ecs:DescribeTasks', 'ecs:ListTasks', 'tag:GetResources'], ['*']],
    ]);
  });

  it('is kept to ARNs where the target names them, and to tags where AWS allows that', () => {
    const arn = `arn:aws:rds:${REGION}:${ACCOUNT}:db:orders`;
    const byArn = policyOf(
      '{ reboot: { actionId: aws:rds:reboot-db-instances, targets: { DBInstances: dbs } } }',
      `{ dbs: { resourceType: aws:rds:db, resourceArns: ['${arn}'], selectionMode: ALL } }`,
    );
    expect(statementWith(byArn, 'rds:RebootDBInstance')).toMatchObject([{ Resource: [arn] }]);
    const byTag = policyOf(
      '{ reboot: { actionId: aws:rds:reboot-db-instances, targets: { DBInstances: dbs } } }',
      '{ dbs: { resourceType: aws:rds:db, resourceTags: { chaos: allowed }, selectionMode: ALL } }',
    );
    expect(statementWith(byTag, 'rds:RebootDBInstance')).toMatchObject([
      {
        Resource: [`arn:aws:rds:${REGION}:${ACCOUNT}:db:*`],
        Condition: { StringEquals: { 'aws:ResourceTag/chaos': ['allowed'] } },
      },
    ]);
  });

  it('creates and deletes network ACLs only with the tag of FIS', () => {
    const document = policyOf(
      '{ cut: { actionId: aws:network:disrupt-connectivity, parameters: { duration: PT2M, scope: all }, targets: { Subnets: nets } } }',
      '{ nets: { resourceType: aws:ec2:subnet, resourceTags: { a: b }, selectionMode: ALL } }',
    );
    const acl = `arn:aws:ec2:${REGION}:${ACCOUNT}:network-acl/*`;
    expect(statementWith(document, 'ec2:CreateNetworkAclEntry')).toEqual([
      expect.objectContaining({
        Resource: [acl],
        Condition: { StringEquals: { 'aws:ResourceTag/managedByFIS': ['true'] } },
      }),
    ]);
    expect(statementWith(document, 'ec2:CreateTags')).toMatchObject([
      {
        Condition: {
          StringEquals: { 'aws:RequestTag/managedByFIS': ['true'], 'ec2:CreateAction': ['CreateNetworkAcl'] },
        },
      },
    ]);
  });

  it('injects API errors into the calls of the named roles and service alone', () => {
    const role = `arn:aws:iam::${ACCOUNT}:role/backend`;
    const targets = `{ roles: { resourceType: aws:iam:role, resourceArns: ['${role}'], selectionMode: ALL } }`;
    const throttle = policyOf(
      '{ throttle: { actionId: aws:fis:inject-api-throttle-error, parameters: { duration: PT5M, service: ec2, percentage: 50, operations: DescribeInstances }, targets: { Roles: roles } } }',
      targets,
    );
    expect(throttle.Statement).toEqual([
      {
        Sid: 'FisInjectApiThrottleError',
        Effect: 'Allow',
        Action: ['fis:InjectApiThrottleError'],
        Resource: [`arn:aws:fis:${REGION}:${ACCOUNT}:experiment/*`],
        Condition: { StringEquals: { 'fis:Service': ['ec2'] }, 'ForAllValues:StringEquals': { 'fis:Targets': [role] } },
      },
    ]);
    const capacity = policyOf(
      "{ refuse: { actionId: aws:ec2:api-insufficient-instance-capacity-error, parameters: { duration: PT5M, availabilityZoneIdentifiers: 'ca-central-1a', percentage: 100 }, targets: { Roles: roles } } }",
      targets,
    );
    expect(capacity.Statement[0]?.Condition).toEqual({
      'ForAllValues:StringEquals': { 'ec2:FisActionId': ['aws:ec2:api-insufficient-instance-capacity-error'] },
      'ForAllValues:ArnLike': { 'ec2:FisTargetArns': [role] },
    });
  });

  it('needs the start of instances only where they are to be started again', () => {
    const targets = '{ all: { resourceType: aws:ec2:instance, resourceTags: { a: b }, selectionMode: ALL } }';
    const stop = (parameters: string) =>
      policyOf(`{ stop: { actionId: aws:ec2:stop-instances${parameters}, targets: { Instances: all } } }`, targets);
    expect(statementWith(stop(''), 'ec2:StartInstances')).toEqual([]);
    const again = stop(', parameters: { startInstancesAfterDuration: PT5M }');
    expect(statementWith(again, 'ec2:StartInstances')).toHaveLength(1);
    expect(statementWith(again, 'kms:CreateGrant')[0]?.Condition).toMatchObject({
      StringEquals: { 'kms:ViaService': [`ec2.${REGION}.amazonaws.com`] },
    });
  });

  it('names actions that nobody knows', () => {
    expect(rolePolicy(experimentOf('{ a: { actionId: aws:new:thing } }').template, PLACE).unknown).toEqual([
      'aws:new:thing',
    ]);
  });

  it('is well formed for the whole library: no empty list, no word left unfilled, every Sid once', async () => {
    for (const file of (await readdir('chaos')).filter((name) => name.endsWith('.yml'))) {
      const { experiment } = parseExperiment(await readFile(`chaos/${file}`, 'utf8'), file);
      const { document } = rolePolicy(experiment?.template ?? experimentOf(KILL, TASKS).template, PLACE);
      expect(document.Statement.length, file).toBeGreaterThan(0);
      const sids = document.Statement.map(({ Sid }) => Sid);
      expect([file, ...new Set(sids)]).toEqual([file, ...sids]);
      for (const { Sid, Action, Resource, Condition } of document.Statement) {
        expect(Sid, file).toMatch(/^[A-Za-z0-9]+$/);
        expect(
          [Action.length, Resource.length].every((length) => length > 0),
          file,
        ).toBe(true);
        expect(
          Action.every((one) => /^[a-z0-9-]+:[A-Za-z0-9]+$/.test(one)),
          file,
        ).toBe(true);
        // What is left to fill in is the experiment's own `${…}`.
        expect(JSON.stringify([Resource, Condition ?? {}]).replace(/\$\{\w+\}/g, ''), file).not.toMatch(/\{\w+\}/);
      }
    }
  });
});

describe('who may take the role, and who may plan', () => {
  it('is FIS, for experiments of this account and region', () => {
    expect(trustPolicy(PLACE)).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'fis.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': ACCOUNT },
            ArnLike: { 'aws:SourceArn': `arn:aws:fis:${REGION}:${ACCOUNT}:experiment/*` },
          },
        },
      ],
    });
    expect(JSON.stringify(trustPolicy({ region: 'cn-north-1', account: ACCOUNT }))).toContain(
      'arn:aws-cn:fis:cn-north-1',
    );
  });

  it('may create, start and delete only what carries the tags of surefoot, and pass only the role of the template', () => {
    const document = callerPolicy(experimentOf(KILL, TASKS), PLACE);
    const onTemplates = document.Statement.filter(
      ({ Action, Resource }) =>
        Resource[0]?.includes('experiment-template/') && !Action.every((name) => /:(Get|List)/.test(name)),
    );
    expect(onTemplates.flatMap(({ Action }) => Action).sort()).toEqual([
      'fis:CreateExperimentTemplate',
      'fis:DeleteExperimentTemplate',
      'fis:StartExperiment',
      'fis:TagResource',
    ]);
    expect(onTemplates.every(({ Condition }) => Condition?.['Null'] !== undefined)).toBe(true);
    expect(statementWith(document, 'iam:PassRole')).toMatchObject([
      { Resource: [ROLE], Condition: { StringEquals: { 'iam:PassedToService': ['fis.amazonaws.com'] } } },
    ]);
    const everywhere = document.Statement.filter(({ Resource }) => Resource[0] === '*').flatMap(({ Action }) => Action);
    expect(everywhere.filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
  });
});
