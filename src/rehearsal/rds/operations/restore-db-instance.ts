import type { DatabaseSettings } from '../../../platform/model/rehearsal.ts';
import { type Operation, operation } from '../../wire/operation.ts';
import { historyOf } from '../../world/database/history.ts';
import type { Entry } from '../../world/database/protocol.ts';
import { change } from '../attributes.ts';
import { restoreWindow } from '../backups.ts';
import type { RdsContext } from '../context.ts';
import { exists, invalidCombination, invalidRestore, invalidState, noBackups, notFound } from '../errors.ts';
import type { Instance } from '../instances.ts';
import { operationSchema } from '../schemas.ts';
import type {
  DBInstanceResult,
  RestoreFromSnapshotMessage,
  RestoreMessage,
  RestoreToPointInTimeMessage,
} from '../types.ts';

const API = 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference';
/** AWS gives no numbers: it depends on size and engine; at speed 1. */
const RESTORED_AFTER_MS = 300_000;

const SUPPORTED = [
  ...['DBInstanceClass', 'MultiAZ', 'PubliclyAccessible', 'VpcSecurityGroupIds', 'DBParameterGroupName'],
  ...['DeletionProtection', 'Tags[].*'],
];
const INERT: Readonly<Record<string, string>> = {
  Port: 'it listens on the port of the original',
  DBSubnetGroupName: 'the zones are those of the original',
  AvailabilityZone: 'the zones are those of the original',
  OptionGroupName: 'there are no option groups here',
  StorageType: 'there is no storage of a type here',
  AutoMinorVersionUpgrade: 'there are no engine versions here',
  CopyTagsToSnapshot: 'tags are not copied',
  EnableIAMDatabaseAuthentication: 'there is no IAM here',
  EnableCloudwatchLogsExports: 'databases write no logs here',
};

/** RDS RestoreDBInstanceToPointInTime: a new instance with every write that was acknowledged by then. */
export function restoreDbInstanceToPointInTime(context: RdsContext): Operation {
  return operation<RestoreToPointInTimeMessage, DBInstanceResult>({
    schema: operationSchema('RestoreDBInstanceToPointInTime'),
    supports: [
      ...['TargetDBInstanceIdentifier', 'SourceDBInstanceIdentifier', 'SourceDbiResourceId', 'RestoreTime'],
      ...['UseLatestRestorableTime', ...SUPPORTED],
    ],
    inert: INERT,
    source: `${API}/API_RestoreDBInstanceToPointInTime.html`,
    handle: async (input) => {
      const source = sourceOf(input, context);
      const settings = context.databases.settings(source.name);
      if (source.kind !== 'database' || settings === undefined) {
        throw invalidState(`Instance ${source.name} is no database of its own that is available.`);
      }
      const moment = momentOf(input, source.name, context);
      const entries = await historyOf(source.database, moment);
      return begin(input.TargetDBInstanceIdentifier, input, settings, entries, context);
    },
  });
}

/** RDS RestoreDBInstanceFromDBSnapshot: a new instance with what the snapshot holds. */
export function restoreDbInstanceFromDbSnapshot(context: RdsContext): Operation {
  return operation<RestoreFromSnapshotMessage, DBInstanceResult>({
    schema: operationSchema('RestoreDBInstanceFromDBSnapshot'),
    supports: ['DBInstanceIdentifier', 'DBSnapshotIdentifier', ...SUPPORTED],
    inert: INERT,
    source: `${API}/API_RestoreDBInstanceFromDBSnapshot.html`,
    handle: (input) => {
      const snapshot = context.snapshots.find(input.DBSnapshotIdentifier ?? '');
      if (snapshot.status !== 'available') {
        throw invalidState(`DBSnapshot ${snapshot.id} is not in available state.`);
      }
      return begin(input.DBInstanceIdentifier, input, snapshot.settings, snapshot.entries, context);
    },
  });
}

function sourceOf(
  { SourceDBInstanceIdentifier: identifier, SourceDbiResourceId: id }: RestoreToPointInTimeMessage,
  { instances }: RdsContext,
): Instance {
  if (identifier !== undefined) {
    return instances.find(identifier);
  }
  const found = instances.all().find(({ name }) => instances.resourceIdOf(name) === id);
  if (found === undefined) {
    throw notFound(id ?? 'that is not named');
  }
  return found;
}

function momentOf(
  { RestoreTime: asked, UseLatestRestorableTime: latest = false }: RestoreToPointInTimeMessage,
  name: string,
  { instances, clock }: RdsContext,
): Date {
  if (latest === (asked !== undefined)) {
    throw invalidCombination('Specify either RestoreTime or UseLatestRestorableTime.');
  }
  const window = restoreWindow(instances.attributesOf(name), clock);
  if (window === undefined) {
    throw noBackups(name);
  }
  const moment = asked ?? window.LatestTime;
  if (moment < window.EarliestTime || moment > window.LatestTime) {
    throw invalidRestore(
      `Cannot restore ${name} to ${moment.toISOString()}: it can be restored from ${window.EarliestTime.toISOString()} to ${window.LatestTime.toISOString()}.`,
    );
  }
  return moment;
}

/** Answers at once, with the status `creating`. */
function begin(
  identifier: string,
  given: RestoreMessage,
  original: DatabaseSettings,
  entries: readonly Entry[],
  { instances, databases, events, clock, inBackground }: RdsContext,
): DBInstanceResult {
  const name = identifier.toLowerCase();
  if (instances.all().some((instance) => instance.name === name)) {
    throw exists(name);
  }
  const [zone, standby] = original.zones;
  const settings: DatabaseSettings = {
    ...original,
    replica: undefined,
    zones: given.MultiAZ === true && standby !== undefined ? [zone, standby] : [zone],
  };
  instances.beginRestoring(name, settings);
  change(instances.attributesOf(name), given);
  for (const { Key = '', Value = '' } of given.Tags ?? []) {
    instances.tagsOf(name).set(Key, Value);
  }
  inBackground(
    clock.sleepScaled(RESTORED_AFTER_MS).then(async () => {
      await databases.restore(name, settings, entries);
      instances.endRestoring(name);
      events.add(name, instances.arnOf(name), 'restored', clock.now());
    }),
  );
  return { DBInstance: instances.render(instances.find(name)) };
}
