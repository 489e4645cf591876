/**
 * Application Auto Scaling as far as deployments and pauses meet it: the range of a service's desired count, what suspends its scaling,
 * schedules that change the range, policies that follow metrics, and what was scaled.
 *
 * A desired count that UpdateService sets outside of the range stays until the target is registered again, or a scheduled action fires:
 * "You can make out-of-band changes directly to the underlying resource that are outside of this range, which Application Auto Scaling
 * doesn't know about." Source: https://docs.aws.amazon.com/autoscaling/application/userguide/getting-started.html
 */
import { setMaxListeners } from 'node:events';
import { Exclusive } from '../ecs/exclusive.ts';
import type { InternalCall, ServiceModule } from '../wire/operation.ts';
import type { RehearsalClock } from '../world/clock.ts';
import { ActivityLog } from './activities.ts';
import { Capacity } from './capacity.ts';
import type { AutoScalingContext } from './context.ts';
import { deleteScalingPolicy } from './operations/delete-scaling-policy.ts';
import { deleteScheduledAction } from './operations/delete-scheduled-action.ts';
import { deregisterScalableTarget } from './operations/deregister-scalable-target.ts';
import { describeScalableTargets } from './operations/describe-scalable-targets.ts';
import { describeScalingActivities } from './operations/describe-scaling-activities.ts';
import { describeScalingPolicies } from './operations/describe-scaling-policies.ts';
import { describeScheduledActions } from './operations/describe-scheduled-actions.ts';
import { putScalingPolicy } from './operations/put-scaling-policy.ts';
import { putScheduledAction } from './operations/put-scheduled-action.ts';
import { registerScalableTarget } from './operations/register-scalable-target.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';
import type { AlarmSource } from './policies/alarm-source.ts';
import { Scaler } from './policies/scaler.ts';
import { ScalingPolicies } from './policies/scaling-policies.ts';
import type { TargetRecord } from './scalable-targets.ts';
import { ScheduledActions } from './schedules/scheduled-actions.ts';

export interface AutoScalingOptions {
  readonly call: InternalCall;
  readonly clock: RehearsalClock;
  readonly accountId: string;
  readonly region: string;
  /** CloudWatch's alarms, which scaling policies act on. */
  readonly alarms: AlarmSource;
}

export interface AutoScaling {
  readonly module: ServiceModule;
  /** Ends every schedule and all that is being followed; nothing is scaled from then on. */
  stop(): void;
}

/** The service, with no target yet. */
export function createAutoScaling({ call, clock, accountId, region, alarms }: AutoScalingOptions): AutoScaling {
  const end = new AbortController();
  // Every scheduled action and every alarm in ALARM listens to it.
  setMaxListeners(0, end.signal);
  const targets = new Map<string, TargetRecord>();
  const exclusive = new Exclusive();
  const activities = new ActivityLog(() => clock.now());
  const capacity = new Capacity({ call, clock, activities, ended: end.signal });
  const parts = { clock, targets, capacity, activities, exclusive };
  const schedules = new ScheduledActions({ ...parts, ended: end.signal });
  const policies = new ScalingPolicies({ call, clock, alarms, accountId, region });
  new Scaler({ ...parts, alarms, policies, ended: end.signal }).start();
  const context: AutoScalingContext = { ...parts, accountId, region, schedules, policies };
  return {
    module: { id: 'autoscaling', operations: OPERATIONS.map((make) => make(context)) },
    stop: () => end.abort(new Error('the rehearsal platform was stopped')),
  };
}

const OPERATIONS = [
  registerScalableTarget,
  describeScalableTargets,
  deregisterScalableTarget,
  putScheduledAction,
  describeScheduledActions,
  deleteScheduledAction,
  describeScalingActivities,
  putScalingPolicy,
  describeScalingPolicies,
  deleteScalingPolicy,
  tagResource,
  untagResource,
  listTagsForResource,
];
