/** A service's deploymentConfiguration: AWS's defaults, what is refused, and what an update changes of it. */
import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { errors } from '../errors.ts';
import { PAUSE_STAGES } from '../plan/stages.ts';
import { withShiftConfiguration } from './shift-configuration.ts';

/** Members that CreateService and UpdateService honour, or look at to refuse them with a reason. */
export const CONFIGURATION_SUPPORT: readonly string[] = [
  'strategy',
  'maximumPercent',
  'minimumHealthyPercent',
  'bakeTimeInMinutes',
  'canaryConfiguration.*',
  'linearConfiguration.*',
  'lifecycleHooks[].targetType',
  'lifecycleHooks[].hookTargetArn',
  'lifecycleHooks[].roleArn',
  'lifecycleHooks[].lifecycleStages',
  'lifecycleHooks[].timeoutConfiguration.*',
  'deploymentCircuitBreaker.*',
  'alarms.*',
].map((path) => `deploymentConfiguration.${path}`);

/** What AWS fills in. Source: API_DeploymentConfiguration */
export const DEFAULT_CONFIGURATION: DeploymentConfiguration = {
  deploymentCircuitBreaker: { enable: false, rollback: false },
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  alarms: { alarmNames: [], rollback: false, enable: false },
  strategy: 'ROLLING',
};

const THRESHOLD_TYPES: readonly string[] = ['BOUNDED_PERCENT', 'UNBOUNDED_PERCENT', 'COUNT'];
const MOST_PAUSE_HOOKS = 10;
const LONGEST_BAKE_MINUTES = 1440;
const LONGEST_TIMEOUT_MINUTES = 20_160;

/**
 * `base` with the members that `change` gives; members it leaves out stay, an empty list of hooks removes them. What belongs to another
 * strategy than the one that results does not stay.
 * @throws AwsError InvalidParameterException, or UnsupportedFeatureException for what the platform lacks
 */
export function changeConfiguration(
  base: DeploymentConfiguration,
  change: DeploymentConfiguration | undefined,
): DeploymentConfiguration {
  const merged = withShiftConfiguration({ ...base, ...change }, change);
  checkPercents(merged);
  checkBake(merged);
  checkThreshold(merged);
  const hooks = merged.lifecycleHooks ?? [];
  if (hooks.length > MOST_PAUSE_HOOKS) {
    throw errors.invalid(`A service can have at most ${MOST_PAUSE_HOOKS} PAUSE lifecycle hooks.`);
  }
  for (const hook of hooks) {
    checkHook(hook);
  }
  return merged;
}

function checkThreshold({ deploymentCircuitBreaker }: DeploymentConfiguration): void {
  const threshold = deploymentCircuitBreaker?.thresholdConfiguration;
  if (threshold === undefined) {
    return;
  }
  const { type, value = 0 } = threshold;
  if (type === undefined || !THRESHOLD_TYPES.includes(type)) {
    throw errors.invalid(`thresholdConfiguration type must be one of ${THRESHOLD_TYPES.join(', ')}.`);
  }
  if (!Number.isInteger(value) || value < 1) {
    throw errors.invalid('thresholdConfiguration value must be a whole number of at least 1.');
  }
}

function checkPercents({ minimumHealthyPercent = 100, maximumPercent = 200 }: DeploymentConfiguration): void {
  if (minimumHealthyPercent < 0 || maximumPercent < 100 || minimumHealthyPercent > maximumPercent) {
    throw errors.invalid(
      'maximumPercent must be at least 100 and not be less than minimumHealthyPercent, which must not be negative.',
    );
  }
  if (minimumHealthyPercent === 100 && maximumPercent === 100) {
    throw errors.invalid('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.');
  }
}

function checkBake({ strategy, bakeTimeInMinutes }: DeploymentConfiguration): void {
  if (strategy === 'BLUE_GREEN' && bakeTimeInMinutes === undefined) {
    throw errors.invalid('bakeTimeInMinutes must be specified when the deployment strategy is BLUE_GREEN.');
  }
  if (bakeTimeInMinutes !== undefined && (bakeTimeInMinutes < 0 || bakeTimeInMinutes > LONGEST_BAKE_MINUTES)) {
    throw errors.invalid(`bakeTimeInMinutes must be between 0 and ${LONGEST_BAKE_MINUTES}.`);
  }
}

function checkHook(hook: DeploymentLifecycleHook): void {
  if ((hook.targetType ?? 'AWS_LAMBDA') === 'AWS_LAMBDA') {
    throw errors.unsupported('AWS_LAMBDA lifecycle hooks', 'Use hooks with targetType PAUSE.');
  }
  if (hook.hookTargetArn !== undefined || hook.roleArn !== undefined) {
    throw errors.invalid('hookTargetArn and roleArn are not applicable for PAUSE lifecycle hooks.');
  }
  const stages = hook.lifecycleStages ?? [];
  if (stages.length === 0) {
    throw errors.invalid('lifecycleStages must be specified for a lifecycle hook.');
  }
  const wrong = stages.find((stage) => !PAUSE_STAGES.includes(stage));
  if (wrong !== undefined) {
    throw errors.invalid(`PAUSE lifecycle hooks cannot be configured at ${wrong}.`);
  }
  const minutes = hook.timeoutConfiguration?.timeoutInMinutes;
  if (minutes !== undefined && (minutes < 1 || minutes > LONGEST_TIMEOUT_MINUTES)) {
    throw errors.invalid(`timeoutInMinutes must be between 1 and ${LONGEST_TIMEOUT_MINUTES}.`);
  }
}
