import {
  type ContinuousBackupsDescription,
  DescribeContinuousBackups$,
  type DescribeContinuousBackupsInput,
  type DescribeContinuousBackupsOutput,
  ListBackups$,
  type ListBackupsInput,
  type ListBackupsOutput,
  RestoreTableToPointInTime$,
  type RestoreTableToPointInTimeInput,
  type RestoreTableToPointInTimeOutput,
  UpdateContinuousBackups$,
  type UpdateContinuousBackupsInput,
  type UpdateContinuousBackupsOutput,
} from '@aws-sdk/client-dynamodb';
import { type Operation, operation } from '../../wire/operation.ts';
import { invalidTime, noRecovery, tableExists, tableNotFound } from '../errors.ts';
import { render, type Table, type Tables } from '../tables.ts';
import { api } from './describe.ts';

const DEFAULT_DAYS = 35;
/** AWS: "Restore times vary"; at speed 1. */
const RESTORED_AFTER_MS = 120_000;

/** DynamoDB DescribeContinuousBackups: whether, and to which moments, the table can be restored. */
export function describeContinuousBackups(tables: Tables): Operation {
  return operation<DescribeContinuousBackupsInput, DescribeContinuousBackupsOutput>({
    schema: DescribeContinuousBackups$,
    supports: ['TableName'],
    source: api('DescribeContinuousBackups'),
    handle: ({ TableName: name = '' }) => ({ ContinuousBackupsDescription: describe(known(tables, name), tables) }),
  });
}

/** DynamoDB UpdateContinuousBackups: turns point-in-time recovery on or off. */
export function updateContinuousBackups(tables: Tables): Operation {
  return operation<UpdateContinuousBackupsInput, UpdateContinuousBackupsOutput>({
    schema: UpdateContinuousBackups$,
    supports: ['TableName', 'PointInTimeRecoverySpecification.*'],
    source: api('UpdateContinuousBackups'),
    handle: ({ TableName: name = '', PointInTimeRecoverySpecification: asked }) => {
      const table = known(tables, name);
      const days = asked?.RecoveryPeriodInDays ?? table.recovery?.days ?? DEFAULT_DAYS;
      const since = table.recovery?.since ?? tables.clock.now();
      table.recovery = asked?.PointInTimeRecoveryEnabled ? { since, days } : undefined;
      return { ContinuousBackupsDescription: describe(table, tables) };
    },
  });
}

/** DynamoDB RestoreTableToPointInTime: a new table with the items as of a moment, and nothing of the settings that AWS does not restore. */
export function restoreTableToPointInTime(tables: Tables): Operation {
  return operation<RestoreTableToPointInTimeInput, RestoreTableToPointInTimeOutput>({
    schema: RestoreTableToPointInTime$,
    supports: ['SourceTableName', 'SourceTableArn', 'TargetTableName', 'RestoreDateTime', 'UseLatestRestorableTime'],
    source: api('RestoreTableToPointInTime'),
    handle: (input) => {
      const source = known(tables, input.SourceTableName ?? input.SourceTableArn ?? '');
      const target = input.TargetTableName ?? '';
      if (tables.look(target) !== undefined) {
        throw tableExists(target);
      }
      const window = tables.window(source);
      if (window === undefined) {
        throw noRecovery(source.name);
      }
      const moment = input.UseLatestRestorableTime ? window.latest : (input.RestoreDateTime ?? window.latest);
      if (moment < window.earliest || moment > window.latest) {
        throw invalidTime(
          `An invalid restore time was specified. RestoreDateTime must be between ${window.earliest.toISOString()} and ${window.latest.toISOString()}.`,
        );
      }
      const restored = { SourceTableArn: source.arn, RestoreDateTime: moment, RestoreInProgress: false };
      const writes = source.writes.filter(({ at }) => at <= moment);
      const { keys, attributes } = source;
      const table = tables.add(target, { keys, attributes }, { restored, writes, afterMs: RESTORED_AFTER_MS });
      return { TableDescription: render(table) };
    },
  });
}

/** DynamoDB ListBackups: there are none here. */
export function listBackups(_: Tables): Operation {
  return operation<ListBackupsInput, ListBackupsOutput>({
    schema: ListBackups$,
    supports: [],
    inert: { TableName: 'there are no backups here', BackupType: 'there are no backups here' },
    source: api('ListBackups'),
    handle: () => ({ BackupSummaries: [] }),
  });
}

function known(tables: Tables, name: string): Table {
  const table = tables.look(name);
  if (table === undefined) {
    throw tableNotFound(name);
  }
  return table;
}

function describe(table: Table, tables: Tables): ContinuousBackupsDescription {
  const window = tables.window(table);
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription:
      window === undefined
        ? { PointInTimeRecoveryStatus: 'DISABLED' }
        : {
            PointInTimeRecoveryStatus: 'ENABLED',
            RecoveryPeriodInDays: table.recovery?.days,
            EarliestRestorableDateTime: window.earliest,
            LatestRestorableDateTime: window.latest,
          },
  };
}
