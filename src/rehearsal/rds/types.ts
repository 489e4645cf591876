/** The members of RDS's answers and requests that the platform gives and honours, with the API's own names. */

export interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

export interface DBInstance {
  readonly DBInstanceIdentifier: string;
  readonly DBInstanceClass: string;
  readonly Engine: string;
  readonly DBInstanceStatus: string;
  readonly Endpoint: { readonly Address: string; readonly Port: number };
  readonly AllocatedStorage: number;
  readonly InstanceCreateTime: Date;
  readonly BackupRetentionPeriod: number;
  readonly AvailabilityZone: string;
  readonly SecondaryAvailabilityZone?: string;
  readonly MultiAZ: boolean;
  readonly ReadReplicaSourceDBInstanceIdentifier?: string;
  readonly ReadReplicaDBInstanceIdentifiers: readonly string[];
  readonly StatusInfos?: readonly { readonly StatusType: string; readonly Normal: boolean; readonly Status: string }[];
  readonly PubliclyAccessible: boolean;
  readonly DbInstancePort: number;
  readonly DbiResourceId: string;
  readonly DBInstanceArn: string;
  readonly DeletionProtection: boolean;
  readonly TagList: readonly Tag[];
}

interface Paging {
  readonly MaxRecords?: number;
  readonly Marker?: string;
}

export interface DescribeDBInstancesMessage extends Paging {
  readonly DBInstanceIdentifier?: string;
  readonly Filters?: readonly { readonly Name: string; readonly Values: readonly string[] }[];
}

export interface DBInstanceMessage {
  readonly DBInstances: readonly DBInstance[];
  readonly Marker?: string;
}

export interface RebootDBInstanceMessage {
  readonly DBInstanceIdentifier: string;
  readonly ForceFailover?: boolean;
}

export interface PromoteReadReplicaMessage {
  readonly DBInstanceIdentifier: string;
}

export interface DBInstanceResult {
  readonly DBInstance: DBInstance;
}

export interface DescribeEventsMessage extends Paging {
  readonly SourceIdentifier?: string;
  readonly SourceType?: string;
  readonly StartTime?: Date;
  readonly EndTime?: Date;
  /** Minutes. */
  readonly Duration?: number;
  readonly EventCategories?: readonly string[];
}

export interface RdsEvent {
  readonly SourceIdentifier: string;
  readonly SourceType: 'db-instance';
  readonly Message: string;
  readonly EventCategories: readonly string[];
  readonly Date: Date;
  readonly SourceArn: string;
}

export interface EventsMessage {
  readonly Events: readonly RdsEvent[];
  readonly Marker?: string;
}

export interface ListTagsForResourceMessage {
  readonly ResourceName: string;
}

export interface TagListMessage {
  readonly TagList: readonly Tag[];
}

export interface AddTagsToResourceMessage extends ListTagsForResourceMessage {
  readonly Tags: readonly Tag[];
}

export interface RemoveTagsFromResourceMessage extends ListTagsForResourceMessage {
  readonly TagKeys: readonly string[];
}
