/** AWS's errors of this API, in AWS's words. */
import { AwsError } from '../wire/operation.ts';

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

/** Something that AWS has and the rehearsal platform has not. */
export const notHere = (what: string, instead: string): AwsError =>
  validationError(`The rehearsal platform does not support ${what}: ${instead}`);

export const loadBalancerNotFound = (arn: string): AwsError =>
  new AwsError('LoadBalancerNotFoundException', `Load balancer '${arn}' not found`);

export const targetGroupNotFound = (arn: string): AwsError =>
  new AwsError('TargetGroupNotFoundException', `Target group '${arn}' not found`);

export const listenerNotFound = (arn: string): AwsError =>
  new AwsError('ListenerNotFoundException', `Listener '${arn}' not found`);

export const ruleNotFound = (arn: string): AwsError => new AwsError('RuleNotFoundException', `Rule '${arn}' not found`);

/** The record of an ARN, or the error that says it is not there. */
export function find<T>(
  records: ReadonlyMap<string, T>,
  arn: string | undefined,
  missing: (arn: string) => AwsError,
): T {
  const record = records.get(arn ?? '');
  if (record === undefined) {
    throw missing(arn ?? '');
  }
  return record;
}
