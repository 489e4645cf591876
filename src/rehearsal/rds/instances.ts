/** The databases and replicas of the platform as RDS's DB instances. */
import { createHash } from 'node:crypto';
import type { Database } from '../world/database/database.ts';
import type { Databases } from '../world/database/databases.ts';
import type { Replica } from '../world/database/replica.ts';
import { notFound } from './errors.ts';
import type { DBInstance, Tag } from './types.ts';

/** A DB instance: a database, or the replica of one. */
export type Instance =
  | { readonly kind: 'database'; readonly name: string; readonly database: Database }
  | { readonly kind: 'replica'; readonly name: string; readonly replica: Replica; readonly source: Database };

export interface InstancesOptions {
  readonly databases: Databases;
  readonly accountId: string;
  readonly region: string;
  readonly now: () => Date;
}

/** What every instance has here; there is no machine of a class and no storage of a size behind it. */
const LABELS = { DBInstanceClass: 'db.t4g.medium', AllocatedStorage: 20 } as const;

export class Instances {
  readonly #options: InstancesOptions;
  readonly #createdAt: Date;
  readonly #tags = new Map<string, Map<string, string>>();

  constructor(options: InstancesOptions) {
    this.#options = options;
    this.#createdAt = options.now();
  }

  /** By identifier, in alphabetical order as RDS lists them. */
  all(): readonly Instance[] {
    return this.#options.databases.all
      .flatMap((database): Instance[] => [
        { kind: 'database', name: database.name, database },
        ...(database.replica === undefined
          ? []
          : [{ kind: 'replica' as const, name: database.replica.name, replica: database.replica, source: database }]),
      ])
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** By identifier or ARN, in any case. @throws AwsError DBInstanceNotFound */
  find(identifierOrArn: string): Instance {
    const identifier = identifierOrArn.toLowerCase();
    const found = this.all().find(({ name }) => name === identifier || this.arnOf(name) === identifier);
    if (found === undefined) {
      throw notFound(identifierOrArn);
    }
    return found;
  }

  arnOf(name: string): string {
    return `arn:aws:rds:${this.#options.region}:${this.#options.accountId}:db:${name}`;
  }

  tagsOf(name: string): Map<string, string> {
    const tags = this.#tags.get(name) ?? new Map<string, string>();
    this.#tags.set(name, tags);
    return tags;
  }

  /** The instance in the form of DescribeDBInstances. */
  render(instance: Instance): DBInstance {
    const { databases } = this.#options;
    const { database, status, address, zone } = this.#facts(instance);
    const standby = instance.kind === 'database' ? database.standby : undefined;
    const replica = instance.kind === 'database' && database.replica?.replicating ? database.replica : undefined;
    const follows = instance.kind === 'replica' && instance.replica.replicating;
    return {
      DBInstanceIdentifier: instance.name,
      DBInstanceClass: LABELS.DBInstanceClass,
      Engine: databases.settings(database.name)?.engine ?? '',
      DBInstanceStatus: status,
      Endpoint: { Address: address.host, Port: address.port },
      AllocatedStorage: LABELS.AllocatedStorage,
      InstanceCreateTime: this.#createdAt,
      BackupRetentionPeriod: 0,
      AvailabilityZone: zone,
      ...(standby === undefined ? {} : { SecondaryAvailabilityZone: standby.zone }),
      MultiAZ: standby !== undefined,
      ...(follows
        ? {
            ReadReplicaSourceDBInstanceIdentifier: database.name,
            StatusInfos: [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }],
          }
        : {}),
      ReadReplicaDBInstanceIdentifiers: replica === undefined ? [] : [replica.name],
      PubliclyAccessible: false,
      DbInstancePort: 0,
      DbiResourceId: resourceId(this.arnOf(instance.name)),
      DBInstanceArn: this.arnOf(instance.name),
      DeletionProtection: false,
      TagList: renderTags(this.tagsOf(instance.name)),
    };
  }

  #facts(instance: Instance) {
    return instance.kind === 'database'
      ? {
          database: instance.database,
          status: instance.database.status,
          address: instance.database.address,
          zone: instance.database.primary.zone,
        }
      : {
          database: instance.source,
          status: instance.replica.status,
          address: instance.replica.member.address,
          zone: instance.replica.member.zone,
        };
  }
}

/** Tags in the order in which they were added. */
export function renderTags(tags: ReadonlyMap<string, string>): readonly Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** `db-` and 26 capitals and digits, as RDS's are; always the same for an ARN. */
function resourceId(arn: string): string {
  const digest = createHash('sha256').update(arn).digest();
  return `db-${[...digest.subarray(0, 26)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('')}`;
}
