/** Tags of every kind of resource. */
import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../wire/operation.ts';
import { listenerNotFound, loadBalancerNotFound, ruleNotFound, targetGroupNotFound } from './errors.ts';
import type { ElbState } from './state.ts';

const MOST_TAGS = 50;

/**
 * Puts tags on a resource; a key that is there gets the new value.
 * @throws AwsError DuplicateTagKeysException, TooManyTagsException
 */
export function putTags(draft: ElbState, arn: string, tags: readonly Tag[] | undefined): void {
  if (tags === undefined || tags.length === 0) {
    return;
  }
  const keys = tags.map(({ Key }) => Key);
  if (new Set(keys).size !== keys.length) {
    throw new AwsError('DuplicateTagKeysException', 'Tag keys must be unique in a request');
  }
  const merged = new Map(draft.tags.get(arn));
  for (const { Key, Value } of tags) {
    merged.set(Key ?? '', Value ?? '');
  }
  if (merged.size > MOST_TAGS) {
    throw new AwsError('TooManyTagsException', `'${arn}' would have ${merged.size} tags; the most is ${MOST_TAGS}`);
  }
  draft.tags.set(arn, merged);
}

/** @throws AwsError the not-found error of the kind of resource that the ARN names */
export function requireResource(state: ElbState, arn: string): void {
  const kinds = [
    { mark: ':loadbalancer/', records: state.loadBalancers, missing: loadBalancerNotFound },
    { mark: ':targetgroup/', records: state.targetGroups, missing: targetGroupNotFound },
    { mark: ':listener/', records: state.listeners, missing: listenerNotFound },
    { mark: ':listener-rule/', records: state.rules, missing: ruleNotFound },
  ];
  const kind = kinds.find(({ mark }) => arn.includes(mark));
  if (kind === undefined) {
    throw new AwsError('ValidationError', `'${arn}' is not a valid load balancer, target group, listener or rule ARN`);
  }
  if (!kind.records.has(arn)) {
    throw kind.missing(arn);
  }
}
