/** RDS read replicas as a failover needs them: whose replica an instance is, and making it a database of its own. */
import { DescribeDBInstancesCommand, PromoteReadReplicaCommand, type RDSClient } from '@aws-sdk/client-rds';
import { awsCall, isAwsError } from '../errors.ts';

export { RDSClient } from '@aws-sdk/client-rds';

export interface ReplicaFacts {
  readonly name: string;
  readonly arn: string;
  /** RDS's word, such as `available`, `modifying` or `rebooting`. */
  readonly status: string;
  readonly engine: string;
  /** What it replicates from: an identifier, or an ARN where that is in another region; undefined: from nothing. */
  readonly source: string | undefined;
  /** What replicates from it, in the same form. */
  readonly replicas: readonly string[];
  /** Promotion needs automated backups, or takes the retention that is asked for (days). */
  readonly backupDays: number;
}

export interface RdsReplicaGateway {
  /** Undefined when there is no such instance. */
  instance(name: string): Promise<ReplicaFacts | undefined>;
  /**
   * Makes the replica a database of its own, for good; it reboots and is `available` some minutes later. False while RDS works on the
   * instance, as it does from an earlier call on: nothing is begun then.
   * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html
   */
  promote(name: string): Promise<boolean>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createRdsReplicaGateway(client: RDSClient, signal?: AbortSignal): RdsReplicaGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    async instance(name) {
      try {
        const { DBInstances: [found] = [] } = await awsCall('rds:DescribeDBInstances', () =>
          client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }), options),
        );
        return (
          found && {
            name,
            arn: found.DBInstanceArn ?? '',
            status: found.DBInstanceStatus ?? '',
            engine: found.Engine ?? '',
            source: found.ReadReplicaSourceDBInstanceIdentifier || undefined,
            replicas: found.ReadReplicaDBInstanceIdentifiers ?? [],
            backupDays: found.BackupRetentionPeriod ?? 0,
          }
        );
      } catch (error) {
        if (isAwsError(error, 'DBInstanceNotFound', 'DBInstanceNotFoundFault')) {
          return undefined;
        }
        throw error;
      }
    },
    async promote(name) {
      try {
        await awsCall('rds:PromoteReadReplica', () =>
          client.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: name }), options),
        );
        return true;
      } catch (error) {
        if (isAwsError(error, 'InvalidDBInstanceState', 'InvalidDBInstanceStateFault')) {
          return false;
        }
        throw error;
      }
    },
  };
}
