/**
 * How much capacity a step scaling policy wants. Pure.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
import type {
  AdjustmentType,
  StepAdjustment,
  StepScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';

/** "Step adjustments per policy: 20." Source: application-auto-scaling-limits.html */
const MOST_STEPS = 20;

/**
 * What is wrong with the steps, by AWS's rules; undefined when nothing: their ranges must not overlap or leave a gap, one at most has no
 * lower bound and one no upper bound, none has neither, and what reaches below 0 or above 0 must do so without end.
 */
export function wrongSteps(steps: readonly StepAdjustment[]): string | undefined {
  if (steps.length === 0 || steps.length > MOST_STEPS) {
    return `There must be 1 to ${MOST_STEPS} step adjustments, not ${steps.length}.`;
  }
  const ranges = steps.map(rangeOf).sort((a, b) => a.lower - b.lower);
  const empty = ranges.find(({ lower, upper }) => lower >= upper);
  if (empty !== undefined) {
    return `The upper bound of a step adjustment must be greater than its lower bound: ${empty.lower} to ${empty.upper}.`;
  }
  if (ranges.some(({ lower, upper }) => lower === -Infinity && upper === Infinity)) {
    return 'A step adjustment must have a lower or an upper bound.';
  }
  const apart = ranges.findIndex(({ lower }, index) => index > 0 && lower !== ranges[index - 1]?.upper);
  if (apart >= 0) {
    return `Step adjustments must neither overlap nor leave a gap: one ends at ${ranges[apart - 1]?.upper}, the next begins at ${ranges[apart]?.lower}.`;
  }
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (first !== undefined && first.lower < 0 && first.lower !== -Infinity) {
    return 'If one step adjustment has a negative lower bound, there must be one without a lower bound.';
  }
  if (last !== undefined && last.upper > 0 && last.upper !== Infinity) {
    return 'If one step adjustment has a positive upper bound, there must be one without an upper bound.';
  }
  return undefined;
}

export interface Breach {
  /** The metric less the alarm's threshold. */
  readonly difference: number;
  /** Does the alarm watch for values above its threshold? It decides on which side a metric that equals the threshold lies. */
  readonly above: boolean;
}

/**
 * The capacity that the step for a breach asks for; undefined when no step covers it. "If the metric value is above the breach threshold,
 * the lower bound is inclusive … and the upper bound is exclusive", below it the other way. Source: API_StepAdjustment
 */
export function capacityByStep(
  current: number,
  { difference, above }: Breach,
  { StepAdjustments = [], AdjustmentType = 'ChangeInCapacity', MinAdjustmentMagnitude }: StepScalingPolicyConfiguration,
): number | undefined {
  const step = StepAdjustments.find((candidate) => {
    const { lower, upper } = rangeOf(candidate);
    const isAbove = difference === 0 ? above : difference > 0;
    return isAbove ? difference >= lower && difference < upper : difference > lower && difference <= upper;
  });
  return step === undefined
    ? undefined
    : adjusted(current, step.ScalingAdjustment ?? 0, AdjustmentType, MinAdjustmentMagnitude ?? 0);
}

/**
 * A percentage is of the current capacity: "Values greater than 1 are rounded down", those between 0 and 1 to 1, "values between 0 and -1
 * to -1" and "less than -1 are rounded up"; `least` is what it adds or removes at least.
 */
function adjusted(current: number, adjustment: number, type: AdjustmentType, least: number): number {
  switch (type) {
    case 'ExactCapacity':
      return adjustment;
    case 'PercentChangeInCapacity': {
      const share = (current * adjustment) / 100;
      const whole = Math.abs(share) < 1 ? Math.sign(share) : Math.trunc(share);
      return current + Math.sign(adjustment) * Math.max(Math.abs(whole), least);
    }
    default:
      return current + adjustment;
  }
}

function rangeOf({ MetricIntervalLowerBound, MetricIntervalUpperBound }: StepAdjustment) {
  return { lower: MetricIntervalLowerBound ?? -Infinity, upper: MetricIntervalUpperBound ?? Infinity };
}
