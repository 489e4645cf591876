/** Which capacity an alarm's policy asks for, as the data stand. Pure but for reading alarms. */
import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { intoRange, type TargetRecord } from '../scalable-targets.ts';
import type { AlarmSource } from './alarm-source.ts';
import type { Policy, StepPolicy, TrackingPolicy } from './definition.ts';
import { effectiveTarget } from './managed-alarms.ts';
import { capacityByStep } from './steps.ts';
import { capacityIn, capacityOut, type ScaleOut } from './tracking.ts';

export interface Situation {
  readonly alarms: AlarmSource;
  /** All policies of the target. */
  readonly policies: readonly Policy[];
  /** How many real seconds a minute of the alarms takes. */
  readonly minute: number;
  readonly current: number;
  readonly target: Pick<TargetRecord, 'minimum' | 'maximum'>;
  /** The scale-out that is cooling down. */
  readonly cooling: ScaleOut | undefined;
}

export interface Wanted {
  readonly direction: 'out' | 'in';
  /** Not yet within the target's range. */
  readonly capacity: number;
}

/**
 * Undefined when there is nothing to do: no data, no step for the breach, an alarm that is not one of the policy's own, or another target
 * tracking policy that is not ready to scale in.
 *
 * A desired count below the range counts as the minimum when scaling out, one above it as the maximum when scaling in.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
 */
export function wantedCapacity(policy: Policy, alarm: MetricAlarm, situation: Situation): Wanted | undefined {
  if (policy.type === 'StepScaling') {
    return byStep(policy, alarm, situation);
  }
  switch (alarm.AlarmName) {
    case policy.alarms.high:
      return trackingOut(policy, situation);
    case policy.alarms.low:
      return trackingIn(situation);
    default:
      return undefined;
  }
}

function trackingOut(policy: TrackingPolicy, situation: Situation): Wanted | undefined {
  const { alarms, minute, current, target, cooling } = situation;
  const metric = alarms.recent(policy.alarms.high).at(-1);
  const base = Math.max(current, target.minimum);
  return metric === undefined
    ? undefined
    : { direction: 'out', capacity: capacityOut(base, metric, effectiveTarget(policy.configuration, minute), cooling) };
}

/** "Scale in only if all of the target tracking policies (with the scale-in portion enabled) are ready to scale in"; the largest wins. */
function trackingIn({ alarms, policies, minute, current, target }: Situation): Wanted | undefined {
  const base = Math.min(current, target.maximum);
  const wanted = policies.flatMap((policy) => {
    const low = policy.type === 'TargetTrackingScaling' ? policy.alarms.low : undefined;
    if (policy.type === 'StepScaling' || low === undefined) {
      return [];
    }
    const isReady = alarms.list().some(({ AlarmName, StateValue }) => AlarmName === low && StateValue === 'ALARM');
    const goal = effectiveTarget(policy.configuration, minute);
    return [isReady ? capacityIn(base, alarms.recent(low), goal) : undefined];
  });
  return wanted.length > 0 && wanted.every((capacity) => capacity !== undefined)
    ? { direction: 'in', capacity: Math.max(...wanted) }
    : undefined;
}

function byStep(policy: StepPolicy, alarm: MetricAlarm, situation: Situation): Wanted | undefined {
  const { alarms, current, target, cooling } = situation;
  const metric = aggregate(alarms.recent(alarm.AlarmName ?? ''), policy.configuration.MetricAggregationType);
  if (metric === undefined) {
    return undefined;
  }
  const breach = {
    difference: metric - (alarm.Threshold ?? 0),
    above: alarm.ComparisonOperator?.startsWith('Greater') ?? true,
  };
  const base = intoRange(current, target);
  const capacity = capacityByStep(base, breach, policy.configuration);
  if (capacity === undefined || capacity === base) {
    return undefined;
  }
  if (capacity < base) {
    return { direction: 'in', capacity };
  }
  // As with target tracking: what a cooling scale-out has added is part of the next.
  const again = cooling === undefined ? capacity : capacityByStep(cooling.before, breach, policy.configuration);
  return { direction: 'out', capacity: Math.max(base, again ?? base) };
}

function aggregate(values: readonly number[], type = 'Average'): number | undefined {
  if (values.length === 0) {
    return undefined;
  }
  switch (type) {
    case 'Minimum':
      return Math.min(...values);
    case 'Maximum':
      return Math.max(...values);
    default:
      return values.reduce((sum, value) => sum + value, 0) / values.length;
  }
}
