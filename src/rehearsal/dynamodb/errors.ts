/** DynamoDB's errors, each spelled once. */
import { AwsError } from '../wire/operation.ts';

export const noTable = (name: string) =>
  new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
/** Of what concerns backups. */
export const tableNotFound = (name: string) => new AwsError('TableNotFoundException', `Table not found: ${name}`);
export const tableExists = (name: string) =>
  new AwsError('TableAlreadyExistsException', `Table already exists: ${name}`);
export const inUse = (message: string) => new AwsError('ResourceInUseException', message);
export const invalid = (message: string) => new AwsError('ValidationException', message);
export const noRecovery = (name: string) =>
  new AwsError('PointInTimeRecoveryUnavailableException', `Point in time recovery is not enabled for table '${name}'`);
export const invalidTime = (message: string) => new AwsError('InvalidRestoreTimeException', message);
