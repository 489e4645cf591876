/** CloudWatch's errors by their shape names, so that each is spelled once. */
import { AwsError } from '../wire/operation.ts';

export const invalidValue = (message: string) => new AwsError('InvalidParameterValueException', message);
export const invalidCombination = (message: string) => new AwsError('InvalidParameterCombinationException', message);
export const missingParameter = (name: string) =>
  new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
/** GetMetricData and PutMetricAlarm name no error of their own for wrong input; AWS answers the common `ValidationError`. */
export const validationError = (message: string) => new AwsError('ValidationError', message);
export const invalidToken = () =>
  new AwsError('InvalidNextToken', 'NextToken is not one that this operation gave out for this request.');
