import { AwsError } from '../wire/operation.ts';

/** CloudWatch Logs' errors, in its own words where they are known. */
export const errors = {
  groupNotFound: () => new AwsError('ResourceNotFoundException', 'The specified log group does not exist.'),
  streamNotFound: () => new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.'),
  invalid: (message: string) => new AwsError('InvalidParameterException', message),
};
