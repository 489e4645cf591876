/** canaryConfiguration and linearConfiguration of a service: AWS's defaults and ranges, and the one strategy that each belongs to. */
import type { CanaryConfiguration, DeploymentConfiguration, LinearConfiguration } from '@aws-sdk/client-ecs';
import { errors } from '../errors.ts';
import { type Complete, completeCanary, completeLinear } from '../plan/weight-steps.ts';

/** What differs between the two. Sources: API_CanaryConfiguration, API_LinearConfiguration */
const SMALLEST_CANARY = 0.1;
const SMALLEST_STEP = 3;
const LARGEST_PERCENT = 100;
const LONGEST_BAKE_MINUTES = 1440;

/**
 * `merged` with the percentages and bake times of its own strategy complete, and without those of the others.
 * @param change what the request gave: a configuration there "is only valid when the deployment strategy is" its own
 * @throws AwsError InvalidParameterException
 */
export function withShiftConfiguration(
  merged: DeploymentConfiguration,
  change: DeploymentConfiguration | undefined,
): DeploymentConfiguration {
  const { canaryConfiguration, linearConfiguration, ...rest } = merged;
  if (change?.canaryConfiguration !== undefined && merged.strategy !== 'CANARY') {
    throw misplaced('canaryConfiguration', 'CANARY', merged);
  }
  if (change?.linearConfiguration !== undefined && merged.strategy !== 'LINEAR') {
    throw misplaced('linearConfiguration', 'LINEAR', merged);
  }
  switch (merged.strategy) {
    case 'CANARY':
      return { ...rest, canaryConfiguration: checkedCanary(canaryConfiguration) };
    case 'LINEAR':
      return { ...rest, linearConfiguration: checkedLinear(linearConfiguration) };
    default:
      return rest;
  }
}

function misplaced(member: string, strategy: string, merged: DeploymentConfiguration): Error {
  return errors.invalid(`${member} is only valid when the deployment strategy is ${strategy}, not ${merged.strategy}.`);
}

function checkedCanary(given: CanaryConfiguration | undefined): Complete<CanaryConfiguration> {
  const complete = completeCanary(given);
  checkPercent('canaryPercent', complete.canaryPercent, SMALLEST_CANARY);
  checkBake('canaryBakeTimeInMinutes', complete.canaryBakeTimeInMinutes);
  return complete;
}

function checkedLinear(given: LinearConfiguration | undefined): Complete<LinearConfiguration> {
  const complete = completeLinear(given);
  checkPercent('stepPercent', complete.stepPercent, SMALLEST_STEP);
  checkBake('stepBakeTimeInMinutes', complete.stepBakeTimeInMinutes);
  return complete;
}

function checkPercent(member: string, percent: number, smallest: number): void {
  // A tenth is no binary fraction: 33.3 is a multiple of it when it is the double nearest to one.
  const isMultiple = Math.round(percent * 10) / 10 === percent;
  if (!isMultiple || percent < smallest || percent > LARGEST_PERCENT) {
    throw errors.invalid(
      `${member} must be a multiple of 0.1 from ${smallest.toFixed(1)} to ${LARGEST_PERCENT.toFixed(1)}, not ${percent}.`,
    );
  }
}

function checkBake(member: string, minutes: number): void {
  if (minutes < 0 || minutes > LONGEST_BAKE_MINUTES) {
    throw errors.invalid(`${member} must be between 0 and ${LONGEST_BAKE_MINUTES}, not ${minutes}.`);
  }
}
