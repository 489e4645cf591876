/** ECS's errors with the codes and messages that AWS sends. */
import { AwsError } from '../wire/operation.ts';

/** Makers of errors; each returns an `AwsError` to throw. */
export const errors = {
  clusterNotFound: () => new AwsError('ClusterNotFoundException', 'Cluster not found.'),
  serviceNotFound: () => new AwsError('ServiceNotFoundException', 'Service not found.'),
  serviceNotActive: () => new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.'),
  deploymentNotFound: () =>
    new AwsError('ServiceDeploymentNotFoundException', 'The specified service deployment was not found.'),
  taskDefinitionNotFound: () => new AwsError('ClientException', 'TaskDefinition not found.'),
  taskDefinitionInactive: () => new AwsError('ClientException', 'TaskDefinition is inactive'),
  cannotDescribeTaskDefinition: () => new AwsError('ClientException', 'Unable to describe task definition.'),
  taskNotFound: () => new AwsError('InvalidParameterException', 'The referenced task was not found.'),
  conflict: (message: string) => new AwsError('ConflictException', message),
  invalid: (message: string) => new AwsError('InvalidParameterException', message),
  client: (message: string) => new AwsError('ClientException', message),
  resourceNotFound: (arn: string) =>
    new AwsError('ResourceNotFoundException', `The specified resource could not be found: ${arn}`),
  /** Something that AWS has and this platform has not: said loudly, with what works instead. */
  unsupported: (what: string, instead: string) =>
    new AwsError('UnsupportedFeatureException', `The rehearsal platform does not support ${what} yet. ${instead}`),
} as const;
