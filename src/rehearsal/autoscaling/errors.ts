/** Application Auto Scaling's errors with the codes that AWS sends. */
import { AwsError } from '../wire/operation.ts';

/** Makers of errors; each returns an `AwsError` to throw. */
export const errors = {
  invalid: (message: string) => new AwsError('ValidationException', message),
  invalidToken: () => new AwsError('InvalidNextTokenException', 'The next token supplied was invalid.'),
  notRegistered: (resourceId: string) =>
    new AwsError(
      'ObjectNotFoundException',
      `No scalable target registered for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ecs:service:DesiredCount`,
    ),
  noScheduledAction: (resourceId: string, name: string) =>
    new AwsError(
      'ObjectNotFoundException',
      `No scheduled action found for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ecs:service:DesiredCount, scheduled action name: ${name}`,
    ),
  noPolicy: (resourceId: string, name: string) =>
    new AwsError(
      'ObjectNotFoundException',
      `No scaling policy found for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ecs:service:DesiredCount, policy name: ${name}`,
    ),
  limitExceeded: (message: string) => new AwsError('LimitExceededException', message),
  resourceNotFound: (arn: string) =>
    new AwsError('ResourceNotFoundException', `The specified resource doesn't exist: ${arn}`),
  tooManyTags: (most: number) =>
    new AwsError('TooManyTagsException', `A scalable target can have at most ${most} tags.`),
} as const;
