/** Amazon RDS in a rehearsal of two regions: its database, the replica of it in the other region, and its promotion. */
import { invalidState, notFound } from '../rds/errors.ts';
import { operationSchema } from '../rds/schemas.ts';
import type {
  DBInstance,
  DBInstanceMessage,
  DBInstanceResult,
  DescribeDBInstancesMessage,
  PromoteReadReplicaMessage,
} from '../rds/types.ts';
import { operation, type ServiceModule } from '../wire/operation.ts';
import type { CrossRegionDatabase, InstanceName, RegionInstance } from '../world/database/cross-region.ts';

export interface RegionalRdsOptions {
  readonly database: () => CrossRegionDatabase | undefined;
  readonly engine: string;
  readonly region: string;
  readonly accountId: string;
  /** Told of a promotion that broke. */
  readonly onBug: (error: unknown) => void;
}

const API = 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference';
const CREATED = new Date();

/** The service in one of the regions. */
export function createRegionalRds(options: RegionalRdsOptions): ServiceModule {
  const { database, region, onBug } = options;
  const all = () => database()?.instances(region) ?? [];
  const find = (identifier: string) => {
    const found = all().find((each) => each.name === identifier.toLowerCase() || arnOf(each, options) === identifier);
    if (found === undefined) {
      throw notFound(identifier);
    }
    return found;
  };
  return {
    id: 'rds',
    operations: [
      operation<DescribeDBInstancesMessage, DBInstanceMessage>({
        schema: operationSchema('DescribeDBInstances'),
        supports: ['DBInstanceIdentifier'],
        source: `${API}/API_DescribeDBInstances.html`,
        handle: ({ DBInstanceIdentifier: identifier }) => ({
          DBInstances: (identifier === undefined ? all() : [find(identifier)]).map((each) => render(each, options)),
        }),
      }),
      operation<PromoteReadReplicaMessage, DBInstanceResult>({
        schema: operationSchema('PromoteReadReplica'),
        supports: ['DBInstanceIdentifier'],
        source: `${API}/API_PromoteReadReplica.html`,
        handle: ({ DBInstanceIdentifier: identifier }) => {
          const instance = find(identifier);
          if (instance.source === undefined) {
            throw invalidState(`DB instance ${instance.name} is not a read replica.`);
          }
          database()?.promote(instance).catch(onBug);
          return { DBInstance: render(find(identifier), options) };
        },
      }),
    ],
  };
}

function arnOf({ name, region }: InstanceName, { accountId }: Pick<RegionalRdsOptions, 'accountId'>): string {
  return `arn:aws:rds:${region}:${accountId}:db:${name}`;
}

/** What is in another region is named by its ARN (AWS: DBInstance, ReadReplicaSourceDBInstanceIdentifier). */
function render(instance: RegionInstance, options: RegionalRdsOptions): DBInstance {
  const named = (other: InstanceName) => (other.region === options.region ? other.name : arnOf(other, options));
  return {
    DBInstanceIdentifier: instance.name,
    DBInstanceClass: 'db.t4g.medium',
    Engine: options.engine,
    DBInstanceStatus: instance.status,
    Endpoint: { Address: instance.address.host, Port: instance.address.port },
    AllocatedStorage: 20,
    InstanceCreateTime: CREATED,
    BackupRetentionPeriod: instance.source === undefined ? 7 : 0,
    PreferredBackupWindow: '03:00-03:30',
    PreferredMaintenanceWindow: 'sun:04:00-sun:04:30',
    VpcSecurityGroups: [],
    DBParameterGroups: [],
    AvailabilityZone: instance.zone,
    MultiAZ: false,
    ...(instance.source === undefined
      ? {}
      : {
          ReadReplicaSourceDBInstanceIdentifier: named(instance.source),
          StatusInfos: [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }],
        }),
    ReadReplicaDBInstanceIdentifiers: instance.replicas.map(named),
    PubliclyAccessible: false,
    DbInstancePort: 0,
    DbiResourceId: `db-${instance.name.toUpperCase().replaceAll('-', '').slice(0, 20)}`,
    DBInstanceArn: arnOf(instance, options),
    DeletionProtection: false,
    TagList: [],
  };
}
