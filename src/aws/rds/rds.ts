/** RDS as a restore needs it: instances, what they can be restored from, restoring beside, and taking away what a drill made. */
import {
  type DBInstance,
  type DBInstanceAutomatedBackup,
  type DBSnapshot,
  DeleteDBInstanceCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceMessage,
  paginateDescribeDBSnapshots,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  type RestoreDBInstanceFromDBSnapshotMessage,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { awsCall, isAwsError } from '../errors.ts';

export type { DBInstance, DBInstanceAutomatedBackup, DBSnapshot } from '@aws-sdk/client-rds';

/** What a restore can be told of the new instance; the rest is changed once it is there. */
export type RestoreSettings = Partial<
  Omit<RestoreDBInstanceFromDBSnapshotMessage, 'DBInstanceIdentifier' | 'DBSnapshotIdentifier'>
>;

/** What is restored: a snapshot, or the automated backups of an instance, of which `at` is undefined for the latest moment there is. */
export type RestoreFrom =
  | { readonly snapshot: string }
  | { readonly resourceId: string; readonly at: Date | undefined };

export interface RdsGateway {
  /** Undefined when there is none of that identifier. */
  instance(id: string): Promise<DBInstance | undefined>;
  /** The automated backups of an instance, also of one that was deleted and left them; undefined when there are none. */
  automatedBackup(id: string): Promise<DBInstanceAutomatedBackup | undefined>;
  /** Of an instance, whether or not it is still there; newest first. */
  snapshots(instance: string): Promise<DBSnapshot[]>;
  /** By identifier or ARN. */
  snapshot(id: string): Promise<DBSnapshot | undefined>;
  /** Makes a new instance; it is `available` much later. */
  restoreInstance(from: RestoreFrom, target: string, settings: RestoreSettings): Promise<void>;
  /** At once, not in the next maintenance window. */
  modify(
    id: string,
    changes: Omit<ModifyDBInstanceMessage, 'DBInstanceIdentifier' | 'ApplyImmediately'>,
  ): Promise<void>;
  /** Without a last snapshot, and with its automated backups. */
  deleteInstance(id: string): Promise<void>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createRdsGateway(client: RDSClient, signal?: AbortSignal): RdsGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  const snapshotsOf = async (filter: { DBInstanceIdentifier?: string; DBSnapshotIdentifier?: string }) => {
    const found: DBSnapshot[] = [];
    try {
      await awsCall('rds:DescribeDBSnapshots', async () => {
        for await (const page of paginateDescribeDBSnapshots({ client }, filter, options)) {
          found.push(...(page.DBSnapshots ?? []));
        }
      });
    } catch (error) {
      if (!isAwsError(error, 'DBSnapshotNotFound', 'DBSnapshotNotFoundFault', 'DBInstanceNotFound')) {
        throw error;
      }
    }
    const time = ({ SnapshotCreateTime }: DBSnapshot) => SnapshotCreateTime?.getTime() ?? 0;
    return found.sort((one, other) => time(other) - time(one));
  };
  return {
    async instance(id) {
      try {
        const answer = await awsCall('rds:DescribeDBInstances', () =>
          client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }), options),
        );
        return answer.DBInstances?.[0];
      } catch (error) {
        if (isAwsError(error, 'DBInstanceNotFound', 'DBInstanceNotFoundFault')) {
          return undefined;
        }
        throw error;
      }
    },
    async automatedBackup(id) {
      try {
        const answer = await awsCall('rds:DescribeDBInstanceAutomatedBackups', () =>
          client.send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: id }), options),
        );
        const backups = answer.DBInstanceAutomatedBackups ?? [];
        return backups.find(({ Status }) => Status === 'active') ?? backups[0];
      } catch (error) {
        if (isAwsError(error, 'DBInstanceAutomatedBackupNotFound', 'DBInstanceAutomatedBackupNotFoundFault')) {
          return undefined;
        }
        throw error;
      }
    },
    snapshots: (instance) => snapshotsOf({ DBInstanceIdentifier: instance }),
    snapshot: async (id) => (await snapshotsOf({ DBSnapshotIdentifier: id }))[0],
    async restoreInstance(from, target, settings) {
      if ('snapshot' in from) {
        const input = { ...settings, DBInstanceIdentifier: target, DBSnapshotIdentifier: from.snapshot };
        await awsCall('rds:RestoreDBInstanceFromDBSnapshot', () =>
          client.send(new RestoreDBInstanceFromDBSnapshotCommand(input), options),
        );
        return;
      }
      const when = from.at === undefined ? { UseLatestRestorableTime: true } : { RestoreTime: from.at };
      await awsCall('rds:RestoreDBInstanceToPointInTime', () =>
        client.send(
          new RestoreDBInstanceToPointInTimeCommand({
            ...settings,
            ...when,
            SourceDbiResourceId: from.resourceId,
            TargetDBInstanceIdentifier: target,
          }),
          options,
        ),
      );
    },
    async modify(id, changes) {
      await awsCall('rds:ModifyDBInstance', () =>
        client.send(
          new ModifyDBInstanceCommand({ ...changes, DBInstanceIdentifier: id, ApplyImmediately: true }),
          options,
        ),
      );
    },
    async deleteInstance(id) {
      await awsCall('rds:DeleteDBInstance', () =>
        client.send(
          new DeleteDBInstanceCommand({
            DBInstanceIdentifier: id,
            SkipFinalSnapshot: true,
            DeleteAutomatedBackups: true,
          }),
          options,
        ),
      );
    },
  };
}
