/**
 * FIS's errors. Of AWS's texts only `Unexpected target … found in action …` is known from public reports
 * (https://github.com/hashicorp/terraform-provider-aws/issues/26950); the others say the same things in our words.
 */
import { AwsError } from '../wire/operation.ts';

/** Makers of errors; each returns an `AwsError` to throw. */
export const errors = {
  invalid: (message: string) => new AwsError('ValidationException', message),
  unexpectedTarget: (key: string, action: string) =>
    new AwsError('ValidationException', `Unexpected target "${key}" found in action "${action}".`),
  noTemplate: (id: string) => new AwsError('ResourceNotFoundException', `Experiment template not found: ${id}`, 404),
  noExperiment: (id: string) => new AwsError('ResourceNotFoundException', `Experiment not found: ${id}`, 404),
  noAction: (id: string) => new AwsError('ResourceNotFoundException', `Action not found: ${id}`, 404),
  noResourceType: (id: string) =>
    new AwsError('ResourceNotFoundException', `Target resource type not found: ${id}`, 404),
  noSafetyLever: (id: string) => new AwsError('ResourceNotFoundException', `Safety lever not found: ${id}`, 404),
  noResource: (arn: string) => new AwsError('ResourceNotFoundException', `Resource not found: ${arn}`, 404),
  conflict: (message: string) => new AwsError('ConflictException', message, 409),
  quota: (message: string) => new AwsError('ServiceQuotaExceededException', message, 402),
  /** AWS does it and the platform does not. */
  notHere: (message: string) => new AwsError('UnsupportedOperationException', message),
  unsupported: (message: string) => new AwsError('UnsupportedParameterException', message),
} as const;
