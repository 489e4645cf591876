/**
 * How much capacity a target tracking policy wants. Pure.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */

/** A scale-out whose cooldown is in effect: what it started from. */
export interface ScaleOut {
  readonly before: number;
  readonly after: number;
}

/**
 * The capacity that a metric above its target asks for: in proportion, rounded up. During a cooldown, "the capacity that has been added by
 * the previous scale-out event that initiated the cooldown is calculated as part of the desired capacity for the next scale out", so the
 * proportion is taken of what was there before it.
 */
export function capacityOut(current: number, metric: number, target: number, cooling: ScaleOut | undefined): number {
  const base = cooling !== undefined && cooling.after === current ? cooling.before : current;
  return Math.max(current, proportional(base, metric, target));
}

/**
 * The capacity that is enough for a metric below its target, rounded up: never so few that the metric would exceed the target. AWS scales
 * in "more gradually" and does not say how; here the highest of the low alarm's datapoints counts.
 */
export function capacityIn(current: number, metrics: readonly number[], target: number): number {
  return metrics.length === 0 ? current : Math.min(current, proportional(current, Math.max(...metrics), target));
}

/** Without rounding noise: 3 × 80 / 60 is 4, not 5. */
function proportional(count: number, metric: number, target: number): number {
  return Math.ceil(Number(((count * metric) / target).toPrecision(12)));
}
