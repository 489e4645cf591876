/**
 * Application Auto Scaling as far as deployments and pauses meet it: the range of a service's desired count, and what suspends its
 * scaling. Policies and schedules are refused by name until something here acts on them.
 *
 * A desired count that UpdateService sets outside of the range stays until the target is registered again: "You can make out-of-band
 * changes directly to the underlying resource that are outside of this range, which Application Auto Scaling doesn't know about."
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/getting-started.html
 */
import type { InternalCall, ServiceModule } from '../wire/operation.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { AutoScalingContext } from './context.ts';
import { deregisterScalableTarget } from './operations/deregister-scalable-target.ts';
import { describeScalableTargets } from './operations/describe-scalable-targets.ts';
import { registerScalableTarget } from './operations/register-scalable-target.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';

export interface AutoScalingOptions {
  readonly call: InternalCall;
  readonly clock: RehearsalClock;
  readonly accountId: string;
  readonly region: string;
}

/** The service, with no target yet. */
export function createAutoScaling(options: AutoScalingOptions): { readonly module: ServiceModule } {
  const context: AutoScalingContext = { ...options, targets: new Map() };
  return {
    module: {
      id: 'autoscaling',
      operations: [
        registerScalableTarget(context),
        describeScalableTargets(context),
        deregisterScalableTarget(context),
        tagResource(context),
        untagResource(context),
        listTagsForResource(context),
      ],
    },
  };
}
