import { type Operation, operation } from '../../wire/operation.ts';
import { historyOf } from '../../world/database/history.ts';
import type { Snapshot } from '../backups.ts';
import type { RdsContext } from '../context.ts';
import { invalidState, snapshotExists } from '../errors.ts';
import { pageOf } from '../paging.ts';
import { operationSchema } from '../schemas.ts';
import type {
  CreateDBSnapshotMessage,
  DBSnapshot,
  DBSnapshotMessage,
  DBSnapshotResult,
  DescribeDBSnapshotsMessage,
} from '../types.ts';

const API = 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference';
/** AWS gives no numbers: it depends on the size; at speed 1. */
const MADE_AFTER_MS = 60_000;

/** RDS CreateDBSnapshot: holds every write that was acknowledged when it was asked for. */
export function createDbSnapshot(context: RdsContext): Operation {
  const { instances, snapshots, databases, clock, inBackground } = context;
  return operation<CreateDBSnapshotMessage, DBSnapshotResult>({
    schema: operationSchema('CreateDBSnapshot'),
    supports: ['DBSnapshotIdentifier', 'DBInstanceIdentifier', 'Tags[].*'],
    source: `${API}/API_CreateDBSnapshot.html`,
    handle: async ({ DBSnapshotIdentifier: name, DBInstanceIdentifier: identifier, Tags = [] }) => {
      const instance = instances.find(identifier);
      const settings = databases.settings(instance.name);
      if (instance.kind !== 'database' || settings === undefined) {
        throw invalidState(`Instance ${instance.name} is no database of its own that is available.`);
      }
      if (snapshots.has(name)) {
        throw snapshotExists(name);
      }
      const snapshot: Snapshot = {
        id: name.toLowerCase(),
        instance: instance.name,
        settings,
        at: clock.now(),
        tags: Tags,
        status: 'creating',
        entries: await historyOf(instance.database),
      };
      snapshots.add(snapshot);
      inBackground(
        clock.sleepScaled(MADE_AFTER_MS).then(() => {
          snapshot.status = 'available';
        }),
      );
      return { DBSnapshot: render(snapshot, context) };
    },
  });
}

/** RDS DescribeDBSnapshots: those that were asked for, of an instance or by name. */
export function describeDbSnapshots(context: RdsContext): Operation {
  return operation<DescribeDBSnapshotsMessage, DBSnapshotMessage>({
    schema: operationSchema('DescribeDBSnapshots'),
    supports: ['DBInstanceIdentifier', 'DBSnapshotIdentifier', 'MaxRecords', 'Marker'],
    inert: { SnapshotType: 'there are manual ones only' },
    source: `${API}/API_DescribeDBSnapshots.html`,
    handle: (input) => {
      const { DBInstanceIdentifier: instance, DBSnapshotIdentifier: name } = input;
      const chosen = name === undefined ? context.snapshots.all() : [context.snapshots.find(name)];
      const found = chosen.filter((each) => (instance?.toLowerCase() ?? each.instance) === each.instance);
      const { items, next } = pageOf(found, input, 'db-snapshots');
      return { DBSnapshots: items.map((snapshot) => render(snapshot, context)), ...next };
    },
  });
}

/** RDS DeleteDBSnapshot. */
export function deleteDbSnapshot(context: RdsContext): Operation {
  return operation<{ readonly DBSnapshotIdentifier: string }, DBSnapshotResult>({
    schema: operationSchema('DeleteDBSnapshot'),
    supports: ['DBSnapshotIdentifier'],
    source: `${API}/API_DeleteDBSnapshot.html`,
    handle: ({ DBSnapshotIdentifier: name }) => {
      const snapshot = context.snapshots.find(name);
      context.snapshots.remove(snapshot.id);
      return { DBSnapshot: { ...render(snapshot, context), Status: 'deleted' } };
    },
  });
}

function render({ id, instance, settings, at, tags, status }: Snapshot, { snapshots }: RdsContext): DBSnapshot {
  return {
    DBSnapshotIdentifier: id,
    DBSnapshotArn: snapshots.arnOf(id),
    DBInstanceIdentifier: instance,
    SnapshotCreateTime: at,
    SnapshotType: 'manual',
    Status: status,
    Engine: settings.engine,
    TagList: tags,
  };
}
