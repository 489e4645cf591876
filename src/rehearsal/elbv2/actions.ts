/** Rule actions as callers send them, checked and put into the form that AWS's Describe calls give back. */
import type { Action, FixedResponseActionConfig, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../wire/operation.ts';
import { find, notHere, targetGroupNotFound, validationError } from './errors.ts';
import { type ElbState, groupsOfAction, type LoadBalancerRecord, loadBalancersOf } from './state.ts';

const MOST_GROUPS = 5;
const HEAVIEST = 999;
const LONGEST_BODY = 1024;
const CONTENT_TYPES = ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'];

/** The members of `Actions` or `DefaultActions` that have an effect. */
export function actionSupport(member: 'Actions' | 'DefaultActions'): string[] {
  return [
    'Type',
    'Order',
    'TargetGroupArn',
    'ForwardConfig.TargetGroups[].TargetGroupArn',
    'ForwardConfig.TargetGroups[].Weight',
    // Only `false` is accepted, and for the duration nothing then hangs on it.
    'ForwardConfig.TargetGroupStickinessConfig.Enabled',
    'ForwardConfig.TargetGroupStickinessConfig.DurationSeconds',
    'FixedResponseConfig.StatusCode',
    'FixedResponseConfig.ContentType',
    'FixedResponseConfig.MessageBody',
  ].map((path) => `${member}[].${path}`);
}

/**
 * Checks the actions of one rule for a load balancer: exactly one forward or fixed response, with groups that exist and that no other
 * load balancer uses.
 * @throws AwsError in AWS's codes
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html
 */
export function readActions(
  state: ElbState,
  loadBalancer: LoadBalancerRecord,
  actions: readonly Action[] | undefined,
): readonly Action[] {
  const [action, ...more] = actions ?? [];
  if (action === undefined) {
    throw validationError('You must specify at least one action');
  }
  if (more.length > 0) {
    throw notHere('several actions in one rule', 'send one forward or fixed-response action');
  }
  if (action.Type === 'forward') {
    const forward = readForward(action);
    for (const { arn } of groupsOfAction(forward)) {
      checkGroup(state, loadBalancer, arn);
    }
    return [forward];
  }
  if (action.Type === 'fixed-response') {
    return [{ Type: 'fixed-response', Order: 1, FixedResponseConfig: readFixedResponse(action.FixedResponseConfig) }];
  }
  throw notHere(`actions of type '${action.Type}'`, 'use forward or fixed-response');
}

function readForward(action: Action): Action {
  const tuples = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }];
  if (tuples.length === 0 || tuples.length > MOST_GROUPS) {
    throw validationError(`A forward action must have 1 to ${MOST_GROUPS} target groups, got ${tuples.length}`);
  }
  if (action.ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true) {
    throw notHere('target group stickiness', 'leave TargetGroupStickinessConfig.Enabled at false');
  }
  const groups = tuples.map(readTuple);
  const arns = groups.map(({ TargetGroupArn }) => TargetGroupArn);
  if (new Set(arns).size !== arns.length) {
    throw validationError('A target group can be specified only once in a forward action');
  }
  if (action.TargetGroupArn !== undefined && !(arns.length === 1 && arns[0] === action.TargetGroupArn)) {
    throw validationError('TargetGroupArn and ForwardConfig of an action must name the same one target group');
  }
  return {
    Type: 'forward',
    ...(groups.length === 1 ? { TargetGroupArn: groups[0]?.TargetGroupArn } : {}),
    ForwardConfig: { TargetGroups: groups, TargetGroupStickinessConfig: { Enabled: false } },
  };
}

function readTuple({ TargetGroupArn, Weight = 1 }: TargetGroupTuple): TargetGroupTuple {
  if (TargetGroupArn === undefined) {
    throw validationError('A forward action must name a target group');
  }
  if (!Number.isInteger(Weight) || Weight < 0 || Weight > HEAVIEST) {
    throw validationError(`Target group weight '${Weight}' must be between 0 and ${HEAVIEST}`);
  }
  return { TargetGroupArn, Weight };
}

/** AWS lets a target group serve one load balancer only. */
function checkGroup(state: ElbState, loadBalancer: LoadBalancerRecord, arn: string): void {
  find(state.targetGroups, arn, targetGroupNotFound);
  if (loadBalancersOf(state, arn).some((other) => other.arn !== loadBalancer.arn)) {
    throw new AwsError(
      'TargetGroupAssociationLimitException',
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    );
  }
}

function readFixedResponse(config: FixedResponseActionConfig | undefined): FixedResponseActionConfig {
  const status = config?.StatusCode ?? '';
  if (!/^[245]\d\d$/.test(status)) {
    throw validationError(`Fixed response status code '${status}' must be 2XX, 4XX or 5XX`);
  }
  const body = config?.MessageBody ?? '';
  if (body.length > LONGEST_BODY) {
    throw validationError(`Fixed response message body has ${body.length} characters; the longest is ${LONGEST_BODY}`);
  }
  const type = config?.ContentType ?? 'text/plain';
  if (!CONTENT_TYPES.includes(type)) {
    throw validationError(`Fixed response content type '${type}' must be one of ${CONTENT_TYPES.join(', ')}`);
  }
  return { StatusCode: status, ContentType: type, ...(body === '' ? {} : { MessageBody: body }) };
}
