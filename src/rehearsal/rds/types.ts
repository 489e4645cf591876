/** The members of RDS's answers and requests that the platform gives and honours, with the API's own names. */

export interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

/** What can be said of an instance when it is made or changed. */
export interface Changeable {
  readonly DBInstanceClass?: string;
  readonly BackupRetentionPeriod?: number;
  readonly PreferredBackupWindow?: string;
  readonly PreferredMaintenanceWindow?: string;
  readonly PubliclyAccessible?: boolean;
  readonly DeletionProtection?: boolean;
  readonly DBParameterGroupName?: string;
  readonly VpcSecurityGroupIds?: readonly string[];
}

export interface DBInstance {
  readonly DBInstanceIdentifier: string;
  readonly DBInstanceClass: string;
  readonly Engine: string;
  readonly DBInstanceStatus: string;
  /** Absent while it is created. */
  readonly Endpoint?: { readonly Address: string; readonly Port: number };
  readonly AllocatedStorage: number;
  readonly InstanceCreateTime: Date;
  readonly BackupRetentionPeriod: number;
  readonly PreferredBackupWindow: string;
  readonly PreferredMaintenanceWindow: string;
  /** Absent without automated backups. */
  readonly LatestRestorableTime?: Date;
  readonly VpcSecurityGroups: readonly { readonly VpcSecurityGroupId: string; readonly Status: string }[];
  readonly DBParameterGroups: readonly {
    readonly DBParameterGroupName: string;
    readonly ParameterApplyStatus: string;
  }[];
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

export interface ModifyDBInstanceMessage extends Changeable {
  readonly DBInstanceIdentifier: string;
  readonly ApplyImmediately?: boolean;
}

export interface DeleteDBInstanceMessage {
  readonly DBInstanceIdentifier: string;
  readonly SkipFinalSnapshot?: boolean;
  readonly FinalDBSnapshotIdentifier?: string;
  readonly DeleteAutomatedBackups?: boolean;
}

export interface RestoreMessage
  extends Pick<
    Changeable,
    'DBInstanceClass' | 'PubliclyAccessible' | 'DeletionProtection' | 'DBParameterGroupName' | 'VpcSecurityGroupIds'
  > {
  readonly MultiAZ?: boolean;
  readonly Tags?: readonly Tag[];
}

export interface RestoreToPointInTimeMessage extends RestoreMessage {
  readonly TargetDBInstanceIdentifier: string;
  readonly SourceDBInstanceIdentifier?: string;
  readonly SourceDbiResourceId?: string;
  readonly RestoreTime?: Date;
  readonly UseLatestRestorableTime?: boolean;
}

export interface RestoreFromSnapshotMessage extends RestoreMessage {
  readonly DBInstanceIdentifier: string;
  readonly DBSnapshotIdentifier?: string;
}

export interface CreateDBSnapshotMessage {
  readonly DBSnapshotIdentifier: string;
  readonly DBInstanceIdentifier: string;
  readonly Tags?: readonly Tag[];
}

export interface DescribeDBSnapshotsMessage extends Paging {
  readonly DBInstanceIdentifier?: string;
  readonly DBSnapshotIdentifier?: string;
}

export interface DBSnapshot {
  readonly DBSnapshotIdentifier: string;
  readonly DBSnapshotArn: string;
  readonly DBInstanceIdentifier: string;
  readonly SnapshotCreateTime: Date;
  readonly SnapshotType: 'manual';
  readonly Status: string;
  readonly Engine: string;
  readonly TagList: readonly Tag[];
}

export interface DBSnapshotMessage {
  readonly DBSnapshots: readonly DBSnapshot[];
  readonly Marker?: string;
}

export interface DBSnapshotResult {
  readonly DBSnapshot: DBSnapshot;
}

export interface DescribeAutomatedBackupsMessage {
  readonly DBInstanceIdentifier?: string;
  readonly DbiResourceId?: string;
}

export interface AutomatedBackup {
  readonly DBInstanceIdentifier: string;
  readonly DBInstanceArn: string;
  readonly DbiResourceId: string;
  readonly RestoreWindow: { readonly EarliestTime: Date; readonly LatestTime: Date };
  readonly Status: 'active';
  readonly Engine: string;
  readonly BackupRetentionPeriod: number;
}

export interface AutomatedBackupsMessage {
  readonly DBInstanceAutomatedBackups: readonly AutomatedBackup[];
}
