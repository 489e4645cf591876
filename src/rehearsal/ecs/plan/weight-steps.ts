/**
 * How production traffic moves to a new revision: at once, in two phases, or in equal steps.
 * Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html and deployment-type-linear.html
 */
import type {
  CanaryConfiguration,
  DeploymentConfiguration,
  DeploymentStrategy,
  LinearConfiguration,
} from '@aws-sdk/client-ecs';

/** One move of production traffic: the share of the new revision in percent, and how long to watch it before the next. */
export interface WeightStep {
  readonly percent: number;
  readonly bakeMinutes: number;
}

/** A configuration with nothing left open. */
export type Complete<Configuration> = {
  readonly [member in keyof Configuration]-?: Exclude<Configuration[member], undefined>;
};

/** What is not given as AWS fills it in. Source: API_CanaryConfiguration */
export function completeCanary(given: CanaryConfiguration | undefined): Complete<CanaryConfiguration> {
  return {
    canaryPercent: given?.canaryPercent ?? 5,
    canaryBakeTimeInMinutes: given?.canaryBakeTimeInMinutes ?? 10,
  };
}

/** What is not given as AWS fills it in. Source: API_LinearConfiguration */
export function completeLinear(given: LinearConfiguration | undefined): Complete<LinearConfiguration> {
  return { stepPercent: given?.stepPercent ?? 10, stepBakeTimeInMinutes: given?.stepBakeTimeInMinutes ?? 6 };
}

/** Does the strategy start a second revision and move traffic to it? A rolling update replaces tasks in place. */
export function shiftsTraffic(strategy: DeploymentStrategy | undefined): boolean {
  return strategy === 'BLUE_GREEN' || strategy === 'CANARY' || strategy === 'LINEAR';
}

/**
 * The moves of a deployment, the last of them to 100 %. No step bakes once all traffic has moved: that is what `bakeTimeInMinutes` is for
 * ("This bake time is not applied after reaching 100 percent traffic", API_LinearConfiguration).
 */
export function weightSteps(configuration: DeploymentConfiguration): readonly WeightStep[] {
  const whole: WeightStep = { percent: 100, bakeMinutes: 0 };
  if (configuration.strategy === 'CANARY') {
    const { canaryPercent, canaryBakeTimeInMinutes } = completeCanary(configuration.canaryConfiguration);
    return [{ percent: canaryPercent, bakeMinutes: canaryBakeTimeInMinutes }, whole];
  }
  if (configuration.strategy === 'LINEAR') {
    const { stepPercent, stepBakeTimeInMinutes } = completeLinear(configuration.linearConfiguration);
    return [...shares(stepPercent).map((percent) => ({ percent, bakeMinutes: stepBakeTimeInMinutes })), whole];
  }
  return [whole];
}

/** The multiples of `step` below 100 %, counted in tenths of a percent, in which AWS's percentages are exact. */
function shares(step: number): readonly number[] {
  const tenths = Math.round(step * 10);
  return Array.from({ length: Math.ceil(1000 / tenths) - 1 }, (_, index) => ((index + 1) * tenths) / 10);
}

/**
 * Integer rule weights (0 to 999 in ELBv2) for a share of `percent` on the new group; shares are multiples of 0.1, so fractions are
 * sent per mille.
 */
export function ruleWeights(percent: number): { readonly next: number; readonly previous: number } {
  const scale = Number.isInteger(percent) ? 1 : 10;
  const next = Math.round(percent * scale);
  return { next, previous: 100 * scale - next };
}
