/** Where a table is restored from: a moment of its point-in-time recovery, or a backup; with every reason why not. */
import type { BackupSummary, SourceTableFeatureDetails } from '@aws-sdk/client-dynamodb';
import type { TableDescription } from '../../../aws/dynamodb/dynamodb.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';

/** Exactly one of `at` and `backup`. */
export interface TableOrigin {
  readonly table: string;
  readonly at: Date | 'latest' | undefined;
  readonly backup: string | undefined;
}

/** What can be restored, and what is known of the table that it is from. */
export interface Origin {
  /** For people: "as of …", "from the backup …". */
  readonly what: string;
  /** Until when its data is complete. */
  readonly at: Date;
  readonly keys: TableDescription['KeySchema'];
  /** Undefined where a backup does not tell. */
  readonly indexes: readonly string[] | undefined;
  /** That the restored table must not be empty. */
  readonly hasItems: boolean;
  /** What a backup says of a table that may be gone. */
  readonly stream: TableDescription['StreamSpecification'];
  readonly timeToLive: string | undefined;
  restore(target: string): Promise<void>;
  /** Whether a table was made from it. A time is compared only where `sameTime`. */
  made(target: TableDescription, sameTime: boolean): boolean;
}

/** The origin, or why there is none. `settled` is what `latest` meant when the run began. */
export function originOf(
  inputs: TableOrigin,
  source: TableDescription | undefined,
  settled: string | undefined,
  ports: Pick<Ports, 'aws'>,
): Promise<Origin | Reason> {
  return inputs.backup === undefined
    ? pointInTime(inputs, source, settled, ports)
    : fromBackup(inputs.table, inputs.backup, ports);
}

async function pointInTime(
  { table, at }: TableOrigin,
  source: TableDescription | undefined,
  settled: string | undefined,
  { aws }: Pick<Ports, 'aws'>,
): Promise<Origin | Reason> {
  if (source === undefined) {
    const message = `there is no table "${table}", and a point in time can only be restored of one that is there; ${backupsText(await aws.dynamodb.backups(table))}`;
    return { code: 'no-such-table', message };
  }
  const { enabled, earliest, latest } = await aws.dynamodb.recoveryWindow(table);
  if (!enabled || earliest === undefined || latest === undefined) {
    const message = `point-in-time recovery of "${table}" is off; ${backupsText(await aws.dynamodb.backups(table))}`;
    return { code: 'no-recovery', message };
  }
  const moment = settled !== undefined ? new Date(settled) : at === 'latest' || at === undefined ? latest : at;
  if (moment < earliest || (moment > latest && settled === undefined)) {
    const message = `"${table}" can be restored to any second from ${earliest.toISOString()} to ${latest.toISOString()}, not to ${moment.toISOString()}`;
    return { code: 'outside-window', message };
  }
  return {
    what: `as of ${moment.toISOString()}`,
    at: moment,
    keys: source.KeySchema,
    indexes: indexesOf(source),
    hasItems: at === 'latest' && (source.ItemCount ?? 0) > 0,
    stream: source.StreamSpecification,
    timeToLive: await aws.dynamodb.timeToLive(table),
    restore: (target) => aws.dynamodb.restoreToPointInTime(table, target, moment),
    made: ({ RestoreSummary: summary }, sameTime) =>
      summary?.SourceTableArn === source.TableArn &&
      summary?.SourceBackupArn === undefined &&
      (!sameTime || seconds(summary?.RestoreDateTime) === seconds(moment)),
  };
}

async function fromBackup(table: string, arn: string, { aws }: Pick<Ports, 'aws'>): Promise<Origin | Reason> {
  const found = await aws.dynamodb.backup(arn);
  const details = found?.BackupDetails;
  const source = found?.SourceTableDetails;
  if (details === undefined || source === undefined) {
    const message = `there is no backup ${arn}; ${backupsText(await aws.dynamodb.backups(table))}`;
    return { code: 'no-such-backup', message };
  }
  if (details.BackupStatus !== 'AVAILABLE') {
    return { code: 'backup-not-available', message: `the backup ${arn} is ${details.BackupStatus}, not AVAILABLE` };
  }
  if (source.TableName !== table) {
    return {
      code: 'backup-of-other-table',
      message: `the backup ${arn} is of "${source.TableName}", not of "${table}"`,
    };
  }
  const features = found?.SourceTableFeatureDetails;
  const ttl = features?.TimeToLiveDescription;
  const made = details.BackupCreationDateTime ?? new Date(0);
  return {
    what: `from the backup ${details.BackupName} of ${made.toISOString()}`,
    at: made,
    keys: source.KeySchema,
    indexes: indexesOfBackup(features),
    hasItems: (source.ItemCount ?? 0) > 0,
    stream: features?.StreamDescription,
    timeToLive: ttl?.TimeToLiveStatus === 'ENABLED' ? ttl.AttributeName : undefined,
    restore: (target) => aws.dynamodb.restoreFromBackup(arn, target),
    made: ({ RestoreSummary }) => RestoreSummary?.SourceBackupArn === arn,
  };
}

function seconds(date: Date | undefined): number | undefined {
  return date === undefined ? undefined : Math.floor(date.getTime() / 1000);
}

/** In the order of their names. */
export function indexesOf({ GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] }: TableDescription): string[] {
  return [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map(({ IndexName }) => IndexName ?? '').sort();
}

function indexesOfBackup(features: SourceTableFeatureDetails | undefined): string[] | undefined {
  const { GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = features ?? {};
  return global === undefined && local === undefined
    ? undefined
    : [...(global ?? []), ...(local ?? [])].map(({ IndexName }) => IndexName ?? '').sort();
}

function backupsText(backups: readonly BackupSummary[]): string {
  const list = backups.map(
    ({ BackupArn, BackupCreationDateTime, BackupType }) =>
      `${BackupArn} (${BackupType ?? 'USER'}, ${BackupCreationDateTime?.toISOString()})`,
  );
  return list.length === 0 ? 'there is no backup of it either' : `--backup can name ${list.join(', ')}`;
}
