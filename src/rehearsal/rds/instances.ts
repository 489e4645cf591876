/** The databases and replicas of the platform as RDS's DB instances. */
import { createHash } from 'node:crypto';
import type { DatabaseSettings } from '../../platform/model/rehearsal.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { Database } from '../world/database/database.ts';
import type { Databases } from '../world/database/databases.ts';
import type { Replica } from '../world/database/replica.ts';
import { type Attributes, newAttributes } from './attributes.ts';
import { restoreWindow } from './backups.ts';
import { notFound } from './errors.ts';
import type { DBInstance, Tag } from './types.ts';

/** A DB instance: a database, the replica of one, or one that is still being restored. */
export type Instance =
  | { readonly kind: 'database'; readonly name: string; readonly database: Database }
  | { readonly kind: 'replica'; readonly name: string; readonly replica: Replica; readonly source: Database }
  | { readonly kind: 'restoring'; readonly name: string; readonly settings: DatabaseSettings };

export interface InstancesOptions {
  readonly databases: Databases;
  readonly accountId: string;
  readonly region: string;
  readonly clock: RehearsalClock;
}

/** What every instance has here; there is no storage of a size behind it. */
const ALLOCATED_STORAGE = 20;

export class Instances {
  readonly #options: InstancesOptions;
  readonly #attributes = new Map<string, Attributes>();
  readonly #restoring = new Map<string, DatabaseSettings>();
  readonly #tags = new Map<string, Map<string, string>>();

  constructor(options: InstancesOptions) {
    this.#options = options;
    for (const { name } of this.all()) {
      this.attributesOf(name);
    }
  }

  /** By identifier, in alphabetical order as RDS lists them. */
  all(): readonly Instance[] {
    const restoring = [...this.#restoring].map(([name, settings]) => ({ kind: 'restoring' as const, name, settings }));
    const running = this.#options.databases.all.filter(({ name }) => !this.#restoring.has(name));
    return running
      .flatMap((database): Instance[] => [
        { kind: 'database', name: database.name, database },
        ...(database.replica === undefined
          ? []
          : [{ kind: 'replica' as const, name: database.replica.name, replica: database.replica, source: database }]),
      ])
      .concat(restoring)
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

  /** Of an instance that has none yet: those that RDS gives by itself. */
  attributesOf(name: string): Attributes {
    const known = this.#attributes.get(name) ?? newAttributes(this.#options.clock.now(), this.#engineOf(name));
    this.#attributes.set(name, known);
    return known;
  }

  /** From now on the instance shows as being created. */
  beginRestoring(name: string, settings: DatabaseSettings): void {
    this.#restoring.set(name, settings);
  }

  endRestoring(name: string): void {
    this.#restoring.delete(name);
  }

  forget(name: string): void {
    this.#attributes.delete(name);
    this.#tags.delete(name);
  }

  #engineOf(name: string): string {
    const { databases } = this.#options;
    const owner = databases.all.find((database) => database.name === name || database.replica?.name === name);
    return databases.settings(owner?.name ?? name)?.engine ?? this.#restoring.get(name)?.engine ?? '';
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
    const { name } = instance;
    const attributes = this.attributesOf(name);
    const window = instance.kind === 'replica' ? undefined : restoreWindow(attributes, this.#options.clock);
    const { DBParameterGroupName, VpcSecurityGroupIds, createdAt, status, ...labels } = attributes;
    const shown = instance.kind === 'restoring' ? renderRestoring(instance.settings) : this.#renderRunning(instance);
    return {
      DBInstanceIdentifier: name,
      Engine: this.#engineOf(name),
      AllocatedStorage: ALLOCATED_STORAGE,
      InstanceCreateTime: createdAt,
      ...labels,
      BackupRetentionPeriod: instance.kind === 'replica' ? 0 : labels.BackupRetentionPeriod,
      ...(window === undefined || instance.kind === 'restoring' ? {} : { LatestRestorableTime: window.LatestTime }),
      VpcSecurityGroups: VpcSecurityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
      DBParameterGroups: [{ DBParameterGroupName, ParameterApplyStatus: 'in-sync' }],
      ...shown,
      ...(status === undefined ? {} : { DBInstanceStatus: status }),
      DbInstancePort: 0,
      DbiResourceId: this.resourceIdOf(name),
      DBInstanceArn: this.arnOf(name),
      TagList: renderTags(this.tagsOf(name)),
    };
  }

  resourceIdOf(name: string): string {
    return resourceId(this.arnOf(name));
  }

  #renderRunning(instance: Exclude<Instance, { kind: 'restoring' }>): Shown {
    const { database, status, address, zone } = this.#facts(instance);
    const standby = instance.kind === 'database' ? database.standby : undefined;
    const replica = instance.kind === 'database' && database.replica?.replicating ? database.replica : undefined;
    const follows = instance.kind === 'replica' && instance.replica.replicating;
    return {
      DBInstanceStatus: status,
      Endpoint: { Address: address.host, Port: address.port },
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
    };
  }

  #facts(instance: Exclude<Instance, { kind: 'restoring' }>) {
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

type Shown = Omit<
  DBInstance,
  | 'DBInstanceIdentifier'
  | 'Engine'
  | 'AllocatedStorage'
  | 'InstanceCreateTime'
  | 'VpcSecurityGroups'
  | 'DBParameterGroups'
  | 'DbInstancePort'
  | 'DbiResourceId'
  | 'DBInstanceArn'
  | 'TagList'
  | keyof Attributes
>;

/** It has no address yet. */
function renderRestoring({ zones: [zone, standby] }: DatabaseSettings): Shown {
  return {
    DBInstanceStatus: 'creating',
    AvailabilityZone: zone,
    MultiAZ: standby !== undefined,
    ReadReplicaDBInstanceIdentifiers: [],
  };
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
