/** RDS's errors, each spelled once. */
import { AwsError } from '../wire/operation.ts';

export const notFound = (identifier: string) =>
  new AwsError('DBInstanceNotFound', `DBInstance ${identifier} not found.`, 404);
export const invalidState = (message: string) => new AwsError('InvalidDBInstanceState', message);
export const invalidValue = (message: string) => new AwsError('InvalidParameterValue', message);
export const invalidCombination = (message: string) => new AwsError('InvalidParameterCombination', message);
