/** DynamoDB as a recovery needs it: restoring a table beside the original, and what AWS does not restore with it. */
import {
  type AttributeValue,
  type BackupDescription,
  type BackupSummary,
  DeleteTableCommand,
  DescribeBackupCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListBackupsCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  type StreamViewType,
  type TableDescription,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { awsCall, isAwsError } from '../errors.ts';

export type { AttributeValue, TableDescription } from '@aws-sdk/client-dynamodb';
export { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export type Key = Readonly<Record<string, AttributeValue>>;

export interface RecoveryWindow {
  readonly enabled: boolean;
  /** Both undefined while it is not enabled. */
  readonly earliest: Date | undefined;
  readonly latest: Date | undefined;
  readonly days: number | undefined;
}

export interface DynamoDbGateway {
  /** Undefined when there is no such table. */
  table(name: string): Promise<TableDescription | undefined>;
  recoveryWindow(table: string): Promise<RecoveryWindow>;
  /** The attribute that items expire by; undefined while it is off. */
  timeToLive(table: string): Promise<string | undefined>;
  tags(arn: string): Promise<Readonly<Record<string, string>>>;
  /** Undefined when there is no such backup. */
  backup(arn: string): Promise<BackupDescription | undefined>;
  /** Of the table, by its name: on demand, by AWS Backup, and those that DynamoDB makes of a table with point-in-time recovery that is deleted. */
  backups(table: string): Promise<BackupSummary[]>;
  item(table: string, key: Key): Promise<Readonly<Record<string, AttributeValue>> | undefined>;
  /** Counts the items with as many scans as that takes, at most `pages` of 1 MB; `whole` is false when there were more. */
  count(table: string, pages: number): Promise<{ readonly items: number; readonly whole: boolean }>;
  put(table: string, item: Readonly<Record<string, AttributeValue>>): Promise<void>;
  restoreToPointInTime(source: string, target: string, at: Date): Promise<void>;
  restoreFromBackup(backup: string, target: string): Promise<void>;
  enableTimeToLive(table: string, attribute: string): Promise<void>;
  tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  enableStream(table: string, view: StreamViewType): Promise<void>;
  enableRecovery(table: string, days: number | undefined): Promise<void>;
  protect(table: string): Promise<void>;
  deleteTable(table: string): Promise<void>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createDynamoDbGateway(client: DynamoDBClient, signal?: AbortSignal): DynamoDbGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return { ...reads(client, options), ...changes(client, options) };
}

type Options = { readonly abortSignal?: AbortSignal };
type Reads = Pick<
  DynamoDbGateway,
  'table' | 'recoveryWindow' | 'timeToLive' | 'tags' | 'backup' | 'backups' | 'item' | 'count'
>;

function reads(client: DynamoDBClient, options: Options): Reads {
  return {
    async table(TableName) {
      const answer = await orUndefined('ResourceNotFoundException', () =>
        awsCall('dynamodb:DescribeTable', () => client.send(new DescribeTableCommand({ TableName }), options)),
      );
      return answer?.Table;
    },
    async recoveryWindow(TableName) {
      const { ContinuousBackupsDescription } = await awsCall('dynamodb:DescribeContinuousBackups', () =>
        client.send(new DescribeContinuousBackupsCommand({ TableName }), options),
      );
      const found = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
      return {
        enabled: found?.PointInTimeRecoveryStatus === 'ENABLED',
        earliest: found?.EarliestRestorableDateTime,
        latest: found?.LatestRestorableDateTime,
        days: found?.RecoveryPeriodInDays,
      };
    },
    async timeToLive(TableName) {
      const { TimeToLiveDescription: found } = await awsCall('dynamodb:DescribeTimeToLive', () =>
        client.send(new DescribeTimeToLiveCommand({ TableName }), options),
      );
      const on = found?.TimeToLiveStatus === 'ENABLED' || found?.TimeToLiveStatus === 'ENABLING';
      return on ? found.AttributeName : undefined;
    },
    async tags(ResourceArn) {
      const found: Record<string, string> = {};
      let NextToken: string | undefined;
      do {
        const from = NextToken === undefined ? {} : { NextToken };
        const page = await awsCall('dynamodb:ListTagsOfResource', () =>
          client.send(new ListTagsOfResourceCommand({ ResourceArn, ...from }), options),
        );
        for (const { Key, Value } of page.Tags ?? []) {
          found[Key ?? ''] = Value ?? '';
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found;
    },
    async backup(BackupArn) {
      const answer = await orUndefined('BackupNotFoundException', () =>
        awsCall('dynamodb:DescribeBackup', () => client.send(new DescribeBackupCommand({ BackupArn }), options)),
      );
      return answer?.BackupDescription;
    },
    backups: (table) => listBackups(client, table, options),
    async item(TableName, key) {
      const { Item } = await awsCall('dynamodb:GetItem', () =>
        client.send(new GetItemCommand({ TableName, Key: { ...key }, ConsistentRead: true }), options),
      );
      return Item;
    },
    count: (table, pages) => countItems(client, table, pages, options),
  };
}

function changes(client: DynamoDBClient, options: Options): Omit<DynamoDbGateway, keyof Reads> {
  return {
    async put(TableName, Item) {
      await awsCall('dynamodb:PutItem', () =>
        client.send(new PutItemCommand({ TableName, Item: { ...Item } }), options),
      );
    },
    async restoreToPointInTime(SourceTableName, TargetTableName, RestoreDateTime) {
      const input = { SourceTableName, TargetTableName, RestoreDateTime };
      await awsCall('dynamodb:RestoreTableToPointInTime', () =>
        client.send(new RestoreTableToPointInTimeCommand(input), options),
      );
    },
    async restoreFromBackup(BackupArn, TargetTableName) {
      await awsCall('dynamodb:RestoreTableFromBackup', () =>
        client.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName }), options),
      );
    },
    async enableTimeToLive(TableName, AttributeName) {
      const TimeToLiveSpecification = { Enabled: true, AttributeName };
      await awsCall('dynamodb:UpdateTimeToLive', () =>
        client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }), options),
      );
    },
    async tag(ResourceArn, tags) {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await awsCall('dynamodb:TagResource', () => client.send(new TagResourceCommand({ ResourceArn, Tags }), options));
    },
    async enableStream(TableName, StreamViewType) {
      const StreamSpecification = { StreamEnabled: true, StreamViewType };
      await awsCall('dynamodb:UpdateTable', () =>
        client.send(new UpdateTableCommand({ TableName, StreamSpecification }), options),
      );
    },
    async enableRecovery(TableName, days) {
      const PointInTimeRecoverySpecification = {
        PointInTimeRecoveryEnabled: true,
        ...(days === undefined ? {} : { RecoveryPeriodInDays: days }),
      };
      await awsCall('dynamodb:UpdateContinuousBackups', () =>
        client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }), options),
      );
    },
    async protect(TableName) {
      await awsCall('dynamodb:UpdateTable', () =>
        client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }), options),
      );
    },
    async deleteTable(TableName) {
      await awsCall('dynamodb:DeleteTable', () => client.send(new DeleteTableCommand({ TableName }), options));
    },
  };
}

async function listBackups(client: DynamoDBClient, TableName: string, options: Options): Promise<BackupSummary[]> {
  const found: BackupSummary[] = [];
  let after: string | undefined;
  do {
    const from = after === undefined ? {} : { ExclusiveStartBackupArn: after };
    const page = await awsCall('dynamodb:ListBackups', () =>
      client.send(new ListBackupsCommand({ TableName, BackupType: 'ALL', ...from }), options),
    );
    found.push(...(page.BackupSummaries ?? []));
    after = page.LastEvaluatedBackupArn;
  } while (after !== undefined);
  return found;
}

async function countItems(client: DynamoDBClient, TableName: string, pages: number, options: Options) {
  let items = 0;
  let after: Record<string, AttributeValue> | undefined;
  for (let page = 0; page < pages; page += 1) {
    const from = after === undefined ? {} : { ExclusiveStartKey: after };
    const answer = await awsCall('dynamodb:Scan', () =>
      client.send(new ScanCommand({ TableName, Select: 'COUNT', ...from }), options),
    );
    items += answer.Count ?? 0;
    after = answer.LastEvaluatedKey;
    if (after === undefined) {
      return { items, whole: true };
    }
  }
  return { items, whole: false };
}

async function orUndefined<T>(name: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAwsError(error, name)) {
      return undefined;
    }
    throw error;
  }
}
