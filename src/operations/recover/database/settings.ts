/**
 * What a restored instance does not get from RDS. AWS (RestoreDBInstanceToPointInTime): "The target database is created with most of the
 * original configuration, but in a system-selected Availability Zone, with the default security group, the default subnet group, and the
 * default DB parameter group. By default, the new DB instance is created as a single-AZ deployment". What the call can be told is told
 * with it; what it cannot is changed once the instance is there.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DBInstance, RestoreSettings } from '../../../aws/rds/rds.ts';
import type { Ports } from '../../ports.ts';

/** The restored instance is known by these. */
export const SOURCE_TAG = 'surefoot:restored-from';
export const RUN_TAG = 'surefoot:run';

type Changes = Parameters<Ports['aws']['rds']['modify']>[1];

/**
 * Settings for the restore itself. Of an original that is gone nothing is known. A drill is small, single-AZ and never protected.
 */
export function restoreSettings(
  original: DBInstance | undefined,
  tags: Readonly<Record<string, string>>,
  drill: boolean,
): RestoreSettings {
  const made = { Tags: tagList(original, tags), DeletionProtection: false };
  if (original === undefined) {
    return made;
  }
  const { DBSubnetGroup, VpcSecurityGroups = [], DBParameterGroups = [], OptionGroupMemberships = [] } = original;
  const groups = VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []);
  return {
    ...made,
    MultiAZ: !drill && original.MultiAZ === true,
    PubliclyAccessible: original.PubliclyAccessible ?? false,
    ...given('DBInstanceClass', original.DBInstanceClass),
    ...given('DBSubnetGroupName', DBSubnetGroup?.DBSubnetGroupName),
    ...given('VpcSecurityGroupIds', groups.length === 0 ? undefined : groups),
    ...given('DBParameterGroupName', own(DBParameterGroups[0]?.DBParameterGroupName)),
    ...given('OptionGroupName', own(OptionGroupMemberships[0]?.OptionGroupName)),
    ...given('Port', original.Endpoint?.Port),
    ...given('StorageType', original.StorageType),
    ...given('AutoMinorVersionUpgrade', original.AutoMinorVersionUpgrade),
    ...given('CopyTagsToSnapshot', original.CopyTagsToSnapshot),
    ...given('EnableIAMDatabaseAuthentication', original.IAMDatabaseAuthenticationEnabled),
    ...given('EnableCloudwatchLogsExports', original.EnabledCloudwatchLogsExports),
  };
}

/** A group that somebody made. RDS gives the default ones (`default.…`, `default:…`) by itself, and not each takes them by name. */
function own(group: string | undefined): string | undefined {
  return group === undefined || /^default[.:]/.test(group) ? undefined : group;
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value });
}

/** "Tags with the prefix aws: are reserved" (AWS: tagging); a restored instance is known by two more. */
function tagList(original: DBInstance | undefined, tags: Readonly<Record<string, string>>) {
  const theirs = (original?.TagList ?? []).filter(({ Key }) => !Key?.startsWith('aws:') && !(`${Key}` in tags));
  return [
    ...theirs.map(({ Key = '', Value = '' }) => ({ Key, Value })),
    ...Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  ];
}

interface Setting {
  readonly title: string;
  readonly read: (instance: DBInstance) => unknown;
  /** How to make `instance` like `original`. */
  readonly change: (original: DBInstance) => Changes;
}

/** What the restore cannot be told, and what it is told but may be overlooked. */
const SETTINGS: readonly Setting[] = [
  {
    title: 'backup retention',
    read: ({ BackupRetentionPeriod }) => BackupRetentionPeriod ?? 0,
    change: ({ BackupRetentionPeriod = 0 }) => ({ BackupRetentionPeriod }),
  },
  {
    title: 'backup window',
    read: ({ PreferredBackupWindow }) => PreferredBackupWindow,
    change: ({ PreferredBackupWindow }) => given('PreferredBackupWindow', PreferredBackupWindow),
  },
  {
    title: 'maintenance window',
    read: ({ PreferredMaintenanceWindow }) => PreferredMaintenanceWindow,
    change: ({ PreferredMaintenanceWindow }) => given('PreferredMaintenanceWindow', PreferredMaintenanceWindow),
  },
  {
    title: 'enhanced monitoring',
    read: ({ MonitoringInterval }) => MonitoringInterval ?? 0,
    change: ({ MonitoringInterval = 0, MonitoringRoleArn }) => ({
      MonitoringInterval,
      ...given('MonitoringRoleArn', MonitoringInterval === 0 ? undefined : MonitoringRoleArn),
    }),
  },
  {
    title: 'performance insights',
    read: ({ PerformanceInsightsEnabled }) => PerformanceInsightsEnabled ?? false,
    change: ({
      PerformanceInsightsEnabled = false,
      PerformanceInsightsKMSKeyId,
      PerformanceInsightsRetentionPeriod,
    }) => ({
      EnablePerformanceInsights: PerformanceInsightsEnabled,
      ...(PerformanceInsightsEnabled
        ? {
            ...given('PerformanceInsightsKMSKeyId', PerformanceInsightsKMSKeyId),
            ...given('PerformanceInsightsRetentionPeriod', PerformanceInsightsRetentionPeriod),
          }
        : {}),
    }),
  },
  {
    title: 'storage autoscaling',
    read: ({ MaxAllocatedStorage }) => MaxAllocatedStorage,
    change: ({ MaxAllocatedStorage }) => given('MaxAllocatedStorage', MaxAllocatedStorage),
  },
  {
    title: 'security groups',
    read: ({ VpcSecurityGroups = [] }) => VpcSecurityGroups.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId).sort(),
    change: ({ VpcSecurityGroups = [] }) => ({
      VpcSecurityGroupIds: VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
    }),
  },
  {
    title: 'parameter group',
    read: ({ DBParameterGroups = [] }) => DBParameterGroups[0]?.DBParameterGroupName,
    change: ({ DBParameterGroups = [] }) => given('DBParameterGroupName', DBParameterGroups[0]?.DBParameterGroupName),
  },
  {
    title: 'deletion protection',
    read: ({ DeletionProtection }) => DeletionProtection ?? false,
    change: ({ DeletionProtection = false }) => ({ DeletionProtection }),
  },
];

/** The settings in which an instance differs from the original: their names, and one change for all. */
export function differences(original: DBInstance, restored: DBInstance): { titles: string[]; changes: Changes } {
  const off = SETTINGS.filter(
    ({ read }) => read(original) !== undefined && !isDeepStrictEqual(read(original), read(restored)),
  );
  return {
    titles: off.map(({ title }) => title),
    changes: Object.assign({}, ...off.map(({ change }) => change(original))) as Changes,
  };
}

/** What neither call can put back, for people to do. */
export function leftToDo(original: DBInstance | undefined, target: string): string[] {
  if (original === undefined) {
    return [
      `the original is gone: put groups, windows, monitoring and protection of ${target} back from your Terraform`,
    ];
  }
  const { AssociatedRoles = [], ReadReplicaDBInstanceIdentifiers: replicas = [], MasterUserSecret } = original;
  return [
    ...AssociatedRoles.map(
      ({ RoleArn, FeatureName }) => `add the role ${RoleArn}${FeatureName ? ` (${FeatureName})` : ''} to ${target}`,
    ),
    ...(replicas.length === 0 ? [] : [`make read replicas of ${target} for ${replicas.join(', ')}`]),
    ...(MasterUserSecret === undefined
      ? []
      : [`let RDS manage the master password of ${target} again: the secret of the original is not carried over`]),
  ];
}

/** A setting that only a restart brings into force. */
export function needsReboot({ DBParameterGroups = [] }: DBInstance): boolean {
  return DBParameterGroups.some(({ ParameterApplyStatus }) => ParameterApplyStatus === 'pending-reboot');
}
