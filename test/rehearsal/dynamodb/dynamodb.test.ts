/** DynamoDB of the rehearsal platform over its own wire: what a restore brings, and what it does not. */
import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createDynamoDb } from '../../../src/rehearsal/dynamodb/dynamodb.ts';
import { createWire, type Wire } from '../../../src/rehearsal/wire/server.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';

/** The window ends 0.3 s ago. */
const SPEED = 1000;
const TableName = 'analyses';

let wire: Wire;
let client: DynamoDBClient;
const bugs: unknown[] = [];

beforeAll(async () => {
  const account = { accountId: '000000000000', region: 'eu-central-1' };
  wire = createWire({ services: [], ...account, onBug: (error) => bugs.push(error) });
  wire.register(createDynamoDb({ ...account, clock: createClock(SPEED) }));
  const { endpoint } = await wire.listen('127.0.0.1', 0);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new DynamoDBClient({ region: account.region, endpoint, credentials, maxAttempts: 1 });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      DeletionProtectionEnabled: true,
      Tags: [{ Key: 'team', Value: 'art' }],
    }),
  );
  await active(TableName);
  const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires' };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
});

afterAll(async () => {
  client.destroy();
  await wire.close();
  expect(bugs).toEqual([]);
});

const table = async (name: string) => (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
const active = (name: string) =>
  vi.waitFor(async () => expect((await table(name))?.TableStatus).toBe('ACTIVE'), { timeout: 10_000, interval: 20 });
const window = async (name: string) => {
  const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName: name }));
  return ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
};
const ids = async (name: string) =>
  ((await client.send(new ScanCommand({ TableName: name }))).Items ?? []).map(({ id }) => id?.S).sort();
const restore = (TargetTableName: string, RestoreDateTime: Date) =>
  client.send(new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName, RestoreDateTime }));

it('restores the items of a moment, and nothing that AWS does not restore', async () => {
  for (const id of ['one', 'two']) {
    await client.send(
      new PutItemCommand({ TableName, Item: { id: { S: id }, bytes: { B: new Uint8Array([0, 255]) } } }),
    );
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  const moment = new Date();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await client.send(new DeleteItemCommand({ TableName, Key: { id: { S: 'one' } } }));
  await vi.waitFor(
    async () =>
      expect((await window(TableName))?.LatestRestorableDateTime?.getTime()).toBeGreaterThan(moment.getTime()),
    { timeout: 10_000, interval: 50 },
  );
  await restore('restored', moment);
  expect((await table('restored'))?.TableStatus).toBe('CREATING');
  await active('restored');
  expect([await ids('restored'), await ids(TableName)]).toEqual([['one', 'two'], ['two']]);
  const restored = await table('restored');
  expect([restored?.DeletionProtectionEnabled, restored?.StreamSpecification]).toEqual([false, undefined]);
  expect((await window('restored'))?.PointInTimeRecoveryStatus).toBe('DISABLED');
  const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: restored?.TableArn }));
  const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: 'restored' }));
  expect([Tags, ttl.TimeToLiveDescription?.TimeToLiveStatus]).toEqual([[], 'DISABLED']);
});

it('refuses a moment that is outside the window', async () => {
  for (const moment of [new Date(0), new Date(Date.now() + 60_000)]) {
    await expect(restore('never', moment)).rejects.toMatchObject({ name: 'InvalidRestoreTimeException' });
  }
  await expect(restore(TableName, new Date())).rejects.toMatchObject({ name: 'TableAlreadyExistsException' });
});

it('refuses by name what it has no code for', async () => {
  await expect(client.send(new QueryCommand({ TableName }))).rejects.toMatchObject({
    name: 'UnsupportedOperationException',
  });
});
