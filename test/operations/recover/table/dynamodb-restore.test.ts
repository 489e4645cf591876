/** Restoring a table beside the original, against moto: what is put back, what is refused, cut off anywhere, drills. */
import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateBackupCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type DynamoDbRestoreInputs,
  planDynamoDbRestore,
} from '../../../../src/operations/recover/table/dynamodb-restore.ts';
import { pythonOrReason } from '../../../contract/support/python.ts';
import { exportTable } from '../exports.ts';
import { cutsOf, type How, type Lab, startLab } from '../lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const found = await pythonOrReason('moto');
/** What a restore with all settings changes, in order. */
const CHANGES = [
  'restoreToPointInTime',
  'enableTimeToLive',
  'tag',
  'enableStream',
  'scaleCapacity',
  'enableRecovery',
  'protect',
];

describe.skipIf('skipped' in found)(`dynamodb-restore${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let lab: Lab;
  let tables = 0;

  beforeAll(async () => {
    lab = await startLab('python' in found ? found.python : '');
  });

  afterAll(() => lab.stop());

  /** A table with an index, two items, and everything that DynamoDB does not restore. */
  async function table({ recovery = true } = {}): Promise<string> {
    tables += 1;
    const TableName = `table-${tables}`;
    await lab.dynamodb.send(
      new CreateTableCommand({
        TableName,
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'owner', AttributeType: 'S' },
        ],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-owner',
            KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
            ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
          },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
        DeletionProtectionEnabled: true,
        Tags: [{ Key: 'team', Value: 'art' }],
      }),
    );
    for (const id of ['one', 'two']) {
      await lab.dynamodb.send(
        new PutItemCommand({ TableName, Item: { id: { S: id }, owner: { S: 'ann' }, secret: { S: 'pa55-in-item' } } }),
      );
    }
    await lab.dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
      }),
    );
    const scaled = {
      ServiceNamespace: 'dynamodb',
      ResourceId: `table/${TableName}`,
      ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
    } as const;
    await lab.scaling.send(new RegisterScalableTargetCommand({ ...scaled, MinCapacity: 5, MaxCapacity: 50 }));
    await lab.scaling.send(
      new PutScalingPolicyCommand({
        ...scaled,
        PolicyName: 'reads',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 70,
          PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
        },
      }),
    );
    if (recovery) {
      await lab.dynamodb.send(
        new UpdateContinuousBackupsCommand({
          TableName,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      );
    }
    return TableName;
  }

  /** Everything about a table that can be read, but its name, ARNs and times. */
  async function settings(TableName: string): Promise<unknown> {
    const { Table } = await lab.dynamodb.send(new DescribeTableCommand({ TableName }));
    const ttl = await lab.dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    const backups = await lab.dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
    const tags = await lab.dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
    const ResourceId = `table/${TableName}`;
    const targets = await lab.scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb', ResourceIds: [ResourceId] }),
    );
    const policies = await lab.scaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'dynamodb', ResourceId }),
    );
    return {
      keys: Table?.KeySchema,
      stream: Table?.StreamSpecification,
      protected: Table?.DeletionProtectionEnabled,
      ttl: ttl.TimeToLiveDescription,
      recovery: backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
      tags: tags.Tags,
      scaling: (targets.ScalableTargets ?? []).map(({ MinCapacity, MaxCapacity }) => [MinCapacity, MaxCapacity]),
      // moto gives those of every resource whose name begins so.
      policies: (policies.ScalingPolicies ?? [])
        .filter((policy) => policy.ResourceId === ResourceId)
        .map((policy) => [policy.PolicyName, policy.TargetTrackingScalingPolicyConfiguration]),
    };
  }

  const items = async (TableName: string) => (await lab.dynamodb.send(new ScanCommand({ TableName }))).Items;
  const names = async () => (await lab.dynamodb.send(new ListTablesCommand({ Limit: 100 }))).TableNames ?? [];
  const backupOf = async (TableName: string) =>
    (await lab.dynamodb.send(new CreateBackupCommand({ TableName, BackupName: 'nightly' }))).BackupDetails?.BackupArn;

  const inputsOf = (name: string, more: Partial<DynamoDbRestoreInputs> = {}): DynamoDbRestoreInputs => ({
    table: name,
    at: 'latest',
    backup: undefined,
    to: undefined,
    key: undefined,
    ...more,
  });

  const restore = (inputs: DynamoDbRestoreInputs, how: How) =>
    lab.run((request, ports) => planDynamoDbRestore(request, inputs, ports), how);

  it('restores beside the original, with all that DynamoDB does not restore', async () => {
    const name = await table();
    const before = [await settings(name), await items(name)];
    const key = { id: { S: 'two' } };
    const { evidence, changes, journal, planned } = await restore(inputsOf(name, { key }), {
      folder: await lab.folder(),
    });
    expect(evidence?.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect([evidence?.verdict, changes]).toEqual(['pass', CHANGES]);
    expect([await settings(`${name}-restored`), await items(`${name}-restored`)]).toEqual(before);
    expect([await settings(name), await items(name)]).toEqual(before);
    expect(evidence?.measurements.map(({ indicator }) => indicator)).toEqual(['rto', 'rpo', 'backups-verified']);
    expect(planned.afterwards.join('\n')).toContain(`point the services at ${name}-restored`);
    expect(JSON.stringify(evidence) + journal).not.toContain('pa55-in-item');
  });

  it('fails where an item that must be there is not', async () => {
    const name = await table();
    const { evidence } = await restore(inputsOf(name, { key: { id: { S: 'nine' } } }), { folder: await lab.folder() });
    expect([evidence?.verdict, evidence?.reasons[0]?.code]).toEqual(['fail', 'not-verified']);
  });

  it('restores a table that was deleted from its backup, under its own name', async () => {
    const name = await table({ recovery: false });
    const backup = await backupOf(name);
    const before = await items(name);
    await deleteTable(name);
    const inputs = inputsOf(name, { at: undefined, backup, to: name });
    const { evidence, planned } = await restore(inputs, { folder: await lab.folder() });
    expect(evidence?.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(evidence?.verdict).toBe('pass');
    expect(await items(name)).toEqual(before);
    expect(planned.notes[0]).toMatch(/the table is gone/);
  });

  async function deleteTable(TableName: string): Promise<void> {
    await lab.dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await lab.dynamodb.send(new DeleteTableCommand({ TableName }));
  }

  it.each<[string, (name: string) => Promise<DynamoDbRestoreInputs>, string, RegExp]>([
    [
      'a time before the window',
      async (name) => inputsOf(name, { at: new Date(0) }),
      'outside-window',
      /to any second from 2.*not to 1970/,
    ],
    [
      'a time after the window',
      async (name) => inputsOf(name, { at: new Date('2099-01-01') }),
      'outside-window',
      /not to 2099/,
    ],
    [
      'a table that is not there',
      async () => inputsOf('nowhere'),
      'no-such-table',
      /"nowhere".*no backup of it either/,
    ],
    ['a table without recovery', async () => inputsOf(await table({ recovery: false })), 'no-recovery', /is off/],
    [
      'the original itself',
      async (name) => inputsOf(name, { to: name }),
      'target-exists',
      /nothing is ever restored over a table/,
    ],
    [
      'a backup that is not there',
      async (name) =>
        inputsOf(name, { at: undefined, backup: 'arn:aws:dynamodb:eu-central-1:123456789012:table/t/backup/0' }),
      'no-such-backup',
      /there is no backup/,
    ],
    [
      'the backup of another table',
      async (name) => inputsOf(name, { at: undefined, backup: await backupOf(await table()) }),
      'backup-of-other-table',
      /is of "table-/,
    ],
  ])('refuses %s with one message and changes nothing', async (_, ask, code, message) => {
    const name = await table();
    const inputs = await ask(name);
    const before = [await names(), await settings(name), await items(name)];
    const { planned, changes, journal } = await restore(inputs, { folder: await lab.folder() });
    expect(planned.refusals.map((refusal) => refusal.code)).toEqual([code]);
    expect(planned.refusals[0]?.message).toMatch(message);
    expect([changes, journal]).toEqual([[], '']);
    expect([await names(), await settings(name), await items(name)]).toEqual(before);
  });

  it.each(cutsOf(CHANGES.length))('is finished by the next run when it is cut off $when change $call', async (cut) => {
    const name = await table();
    const before = [await settings(name), await items(name)];
    const folder = await lab.folder();
    const first = await restore(inputsOf(name), { folder, cut });
    expect(first.evidence?.reasons[0]?.code).toBe('cancelled');
    const second = await restore(inputsOf(name), { folder });
    expect([second.evidence?.verdict, second.evidence?.reasons[0]?.code]).toEqual(['pass', 'recovered']);
    expect([...first.changes, ...second.changes].filter((change) => change === 'restoreToPointInTime').length).toBe(
      cut.call === 1 && cut.when === 'before' ? 2 : 1,
    );
    expect([await settings(`${name}-restored`), await items(`${name}-restored`)]).toEqual(before);
    expect([await settings(name), await items(name)]).toEqual(before);
  });

  describe('a drill', () => {
    it('restores, verifies and removes, and leaves every byte of all tables as it was', async () => {
      const name = await table();
      const before = await exportTable(lab, name);
      const { evidence, changes } = await restore(inputsOf(name), { folder: await lab.folder(), drill: true });
      expect([evidence?.verdict, evidence?.reasons[0]?.code]).toEqual(['pass', 'drilled']);
      expect(changes).toEqual([...CHANGES.slice(0, -1), 'unscaleCapacity', 'deleteTable']);
      expect(await exportTable(lab, name)).toBe(before);
    });

    it.each(cutsOf(CHANGES.length + 1))(
      'leaves nothing behind when it is cut off $when change $call and run again',
      async (cut) => {
        const name = await table();
        const before = await exportTable(lab, name);
        const folder = await lab.folder();
        await restore(inputsOf(name), { folder, cut, drill: true });
        const again = await restore(inputsOf(name), { folder, drill: true });
        expect(again.evidence?.reasons[0]?.code).toBe('drilled');
        expect(await exportTable(lab, name)).toBe(before);
      },
    );
  });
});
