/** What RDS knows of an instance besides the processes that run it: labels, groups, windows, and what is being done to it. */
import type { Changeable } from './types.ts';

export interface Attributes {
  readonly createdAt: Date;
  DBInstanceClass: string;
  BackupRetentionPeriod: number;
  PreferredBackupWindow: string;
  PreferredMaintenanceWindow: string;
  PubliclyAccessible: boolean;
  DeletionProtection: boolean;
  DBParameterGroupName: string;
  VpcSecurityGroupIds: readonly string[];
  /** Over the status of its processes, while there is one. */
  status: 'modifying' | 'deleting' | undefined;
}

/** What an instance has that nobody said anything of. AWS gives windows at random within a block of each region. */
export function newAttributes(createdAt: Date, engine: string): Attributes {
  return {
    createdAt,
    DBInstanceClass: 'db.t4g.medium',
    BackupRetentionPeriod: 1,
    PreferredBackupWindow: '07:00-07:30',
    PreferredMaintenanceWindow: 'sun:09:00-sun:09:30',
    PubliclyAccessible: false,
    DeletionProtection: false,
    DBParameterGroupName: `default.${engine}`,
    VpcSecurityGroupIds: ['sg-default'],
    status: undefined,
  };
}

const NAMES = [
  ...(['DBInstanceClass', 'BackupRetentionPeriod', 'PreferredBackupWindow', 'PreferredMaintenanceWindow'] as const),
  ...(['PubliclyAccessible', 'DeletionProtection', 'DBParameterGroupName', 'VpcSecurityGroupIds'] as const),
];

/** Changes what is given; the rest stays. */
export function change(attributes: Attributes, given: Changeable): void {
  for (const name of NAMES) {
    if (given[name] !== undefined) {
      Object.assign(attributes, { [name]: given[name] });
    }
  }
}
