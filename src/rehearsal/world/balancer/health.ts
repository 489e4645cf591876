/** A target's health as a state machine over check outcomes. Pure; `health-checker.ts` makes the checks. */
import type { HealthCheckConfig } from './protocol.ts';

export type CheckOutcome =
  | { readonly passed: true }
  | { readonly passed: false; readonly reason: string; readonly description: string };

export interface Health {
  readonly state: 'initial' | 'healthy' | 'unhealthy';
  readonly reason?: string;
  readonly description?: string;
  /** Consecutive outcomes that speak against the present state. */
  readonly streak: number;
}

export const INITIAL_HEALTH: Health = {
  state: 'initial',
  reason: 'Elb.InitialHealthChecking',
  description: 'Initial health checks in progress',
  streak: 0,
};

const HEALTHY: Health = { state: 'healthy', streak: 0 };

/**
 * The health after one more check. One passed check makes a new target healthy; an unhealthy one needs `healthyThreshold`
 * in a row; `unhealthyThreshold` failures in a row take a target out.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export function nextHealth(
  health: Health,
  outcome: CheckOutcome,
  thresholds: Pick<HealthCheckConfig, 'healthyThreshold' | 'unhealthyThreshold'>,
): Health {
  if (outcome.passed) {
    const enough = health.state === 'initial' || health.streak + 1 >= thresholds.healthyThreshold;
    return health.state === 'healthy' || enough ? HEALTHY : { ...health, streak: health.streak + 1 };
  }
  const { reason, description } = outcome;
  if (health.state === 'unhealthy') {
    return { state: 'unhealthy', reason, description, streak: 0 };
  }
  const streak = health.streak + 1;
  return streak >= thresholds.unhealthyThreshold
    ? { state: 'unhealthy', reason, description, streak: 0 }
    : { ...health, streak };
}

/** Compiles AWS's matcher text (`200`, `200,202`, `200-299`, and mixtures) into a test of a status code. */
export function compileMatcher(text: string): (status: number) => boolean {
  const ranges = text.split(',').map((part) => {
    const [low, high] = part.trim().split('-').map(Number);
    return { low: low ?? Number.NaN, high: high ?? low ?? Number.NaN };
  });
  return (status) => ranges.some(({ low, high }) => status >= low && status <= high);
}
