/** RDS's errors, each spelled once. */
import { AwsError } from '../wire/operation.ts';

export const notFound = (identifier: string) =>
  new AwsError('DBInstanceNotFound', `DBInstance ${identifier} not found.`, 404);
export const exists = (identifier: string) =>
  new AwsError('DBInstanceAlreadyExists', `DB Instance ${identifier} already exists`);
export const noSnapshot = (identifier: string) =>
  new AwsError('DBSnapshotNotFound', `DBSnapshot ${identifier} not found.`, 404);
export const snapshotExists = (identifier: string) =>
  new AwsError(
    'DBSnapshotAlreadyExists',
    `Cannot create the snapshot because one with the identifier ${identifier} already exists.`,
  );
export const invalidRestore = (message: string) => new AwsError('InvalidRestoreFault', message);
export const noBackups = (identifier: string) =>
  new AwsError('PointInTimeRestoreNotEnabled', `Automated backups are not enabled for ${identifier}.`);
export const invalidState = (message: string) => new AwsError('InvalidDBInstanceState', message);
export const invalidValue = (message: string) => new AwsError('InvalidParameterValue', message);
export const invalidCombination = (message: string) => new AwsError('InvalidParameterCombination', message);
