/** Secrets Manager's errors, each spelled once. */
import { AwsError } from '../wire/operation.ts';

export const notFound = (what = 'secret') =>
  new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}.`);
export const exists = (message: string) => new AwsError('ResourceExistsException', message);
export const invalidRequest = (message: string) => new AwsError('InvalidRequestException', message);
export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message);
