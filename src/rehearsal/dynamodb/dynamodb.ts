/** Amazon DynamoDB as a recovery meets it: tables on demand, whole items, point-in-time recovery. No indexes, queries, streams to read, or backups. */
import type { ServiceModule } from '../wire/operation.ts';
import { deleteItem, getItem, putItem, scan } from './operations/items.ts';
import {
  describeContinuousBackups,
  listBackups,
  restoreTableToPointInTime,
  updateContinuousBackups,
} from './operations/recovery.ts';
import { describeTimeToLive, listTagsOfResource, tagResource, updateTimeToLive } from './operations/settings.ts';
import { createTable, deleteTable, describeTable, listTables, updateTable } from './operations/tables.ts';
import { Tables, type TablesOptions } from './tables.ts';

/** The service, with no table yet. */
export function createDynamoDb(options: TablesOptions): ServiceModule {
  const tables = new Tables(options);
  const operations = [
    ...[createTable, deleteTable, describeTable, listTables, updateTable],
    ...[putItem, getItem, deleteItem, scan],
    ...[describeContinuousBackups, updateContinuousBackups, restoreTableToPointInTime, listBackups],
    ...[describeTimeToLive, updateTimeToLive, tagResource, listTagsOfResource],
  ].map((make) => make(tables));
  return { id: 'dynamodb', operations };
}
