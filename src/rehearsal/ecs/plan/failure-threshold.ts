/** How many failed tasks a deployment may have before its circuit breaker ends it. */
import type { ThresholdConfiguration } from '@aws-sdk/client-ecs';

const LEAST = 3;
const MOST = 200;

/** "By default, the threshold configuration uses a type of BOUNDED_PERCENT with a value of 50." */
const DEFAULT: ThresholdConfiguration = { type: 'BOUNDED_PERCENT', value: 50 };

/**
 * The number of failed tasks at which a deployment has failed. Percentages are of the service's latest desired count, rounded up;
 * BOUNDED_PERCENT is kept between 3 and 200. Never less than 1: no task, no failure.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ThresholdConfiguration.html
 */
export function failureThreshold(configuration: ThresholdConfiguration | undefined, desiredCount: number): number {
  const { type, value = 50 } = configuration ?? DEFAULT;
  if (type === 'COUNT') {
    return Math.max(1, value);
  }
  const share = Math.max(1, Math.ceil((desiredCount * value) / 100));
  return type === 'UNBOUNDED_PERCENT' ? share : Math.min(MOST, Math.max(LEAST, share));
}
