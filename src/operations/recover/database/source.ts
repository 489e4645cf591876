/** What a database is restored from: a moment that its automated backups reach, or a snapshot; with every reason why not. */
import type { DBInstance, DBSnapshot, RestoreFrom } from '../../../aws/rds/rds.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';

/** Exactly one of `at` and `snapshot`. */
export interface DatabaseOrigin {
  /** A DB instance's identifier. */
  readonly instance: string;
  readonly at: Date | 'latest' | undefined;
  /** Identifier or ARN. */
  readonly snapshot: string | undefined;
}

export interface Source {
  /** For people: "as of …", "from the snapshot …". */
  readonly what: string;
  readonly from: RestoreFrom;
  /** Until when its data is complete. */
  readonly at: Date;
  readonly engine: string | undefined;
  readonly engineVersion: string | undefined;
}

/** So many snapshots are named to whoever named none that is there. */
const NAMED = 5;

/** The source, or why there is none. `settled` is what `latest` meant when the run began. */
export async function sourceOf(
  origin: DatabaseOrigin,
  instance: DBInstance | undefined,
  settled: string | undefined,
  ports: Ports,
): Promise<Source | Reason> {
  if (instance?.DBClusterIdentifier) {
    const message = `"${origin.instance}" is a member of the cluster ${instance.DBClusterIdentifier}: a cluster is restored as a whole (RDS: RestoreDBClusterToPointInTime), which this procedure does not do`;
    return { code: 'in-a-cluster', message };
  }
  return origin.snapshot === undefined
    ? pointInTime(origin, instance, settled, ports)
    : fromSnapshot(origin.instance, origin.snapshot, ports);
}

async function pointInTime(
  { instance: id, at }: DatabaseOrigin,
  instance: DBInstance | undefined,
  settled: string | undefined,
  ports: Ports,
): Promise<Source | Reason> {
  const backup = await ports.aws.rds.automatedBackup(id);
  const resourceId = instance?.DbiResourceId ?? backup?.DbiResourceId;
  const earliest = backup?.RestoreWindow?.EarliestTime;
  const latest = instance?.LatestRestorableTime ?? backup?.RestoreWindow?.LatestTime;
  if (resourceId === undefined || earliest === undefined || latest === undefined) {
    const known = instance === undefined ? `there is no DB instance "${id}", and` : `of "${id}"`;
    const message = `${known} there are no automated backups to restore a moment from${retentionText(instance)}; ${snapshotsText(await ports.aws.rds.snapshots(id))}`;
    return { code: instance === undefined ? 'no-such-instance' : 'no-recovery', message };
  }
  const isLatest = at === 'latest' || at === undefined;
  const moment = settled !== undefined ? new Date(settled) : isLatest ? latest : at;
  if (moment < earliest || (moment > latest && settled === undefined)) {
    const message = `"${id}" can be restored to any second from ${earliest.toISOString()} to ${latest.toISOString()}, not to ${moment.toISOString()}; backups reach up to about five minutes ago`;
    return { code: 'outside-window', message };
  }
  return {
    what: `as of ${moment.toISOString()}`,
    from: { resourceId, at: isLatest ? undefined : moment },
    at: moment,
    engine: instance?.Engine ?? backup?.Engine,
    engineVersion: instance?.EngineVersion ?? backup?.EngineVersion,
  };
}

function retentionText(instance: DBInstance | undefined): string {
  return instance?.BackupRetentionPeriod === 0 ? ' (its BackupRetentionPeriod is 0)' : '';
}

async function fromSnapshot(id: string, name: string, { aws }: Ports): Promise<Source | Reason> {
  const found = await aws.rds.snapshot(name);
  if (found === undefined) {
    const message = `there is no snapshot ${name}; ${snapshotsText(await aws.rds.snapshots(id))}`;
    return { code: 'no-such-snapshot', message };
  }
  if (found.DBInstanceIdentifier !== id) {
    const message = `the snapshot ${name} is of "${found.DBInstanceIdentifier}", not of "${id}"`;
    return { code: 'snapshot-of-other-instance', message };
  }
  if (found.Status !== 'available') {
    return { code: 'snapshot-not-available', message: `the snapshot ${name} is ${found.Status}, not available` };
  }
  const made = found.SnapshotCreateTime ?? new Date(0);
  return {
    what: `from the snapshot ${found.DBSnapshotIdentifier} of ${made.toISOString()}`,
    from: { snapshot: name },
    at: made,
    engine: found.Engine,
    engineVersion: found.EngineVersion,
  };
}

function snapshotsText(snapshots: readonly DBSnapshot[]): string {
  const list = snapshots
    .slice(0, NAMED)
    .map(({ DBSnapshotIdentifier: name, SnapshotCreateTime: at }) => `${name} (${at?.toISOString()})`);
  return list.length === 0 ? 'there is no snapshot of it either' : `--snapshot can name ${list.join(', ')}`;
}
