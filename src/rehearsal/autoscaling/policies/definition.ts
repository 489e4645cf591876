/** A scaling policy, checked. Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html */
import { isDeepStrictEqual } from 'node:util';
import type {
  PutScalingPolicyRequest,
  StepScalingPolicyConfiguration,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { errors } from '../errors.ts';
import { wrongSteps } from './steps.ts';

/** The alarms that a target tracking policy manages; `low` is not there when scale-in is disabled. */
export interface ManagedAlarms {
  readonly high: string;
  readonly low: string | undefined;
}

interface CommonPolicy {
  readonly arn: string;
  readonly name: string;
  readonly resourceId: string;
  readonly createdAt: Date;
}

export interface TrackingPolicy extends CommonPolicy {
  readonly type: 'TargetTrackingScaling';
  readonly configuration: TargetTrackingScalingPolicyConfiguration;
  readonly alarms: ManagedAlarms;
}

export interface StepPolicy extends CommonPolicy {
  readonly type: 'StepScaling';
  readonly configuration: StepScalingPolicyConfiguration;
}

export type Policy = TrackingPolicy | StepPolicy;

/** "For Amazon ECS: 300 seconds", out and in. Source: target-tracking-scaling-policy-overview.html#target-tracking-cooldown */
export const DEFAULT_COOLDOWN_S = 300;

/** What of a policy a request gives, before it has names. */
export type PolicySettings =
  | Pick<TrackingPolicy, 'type' | 'configuration'>
  | Pick<StepPolicy, 'type' | 'configuration'>;

/**
 * The type and configuration that a request asks for; `before` is the policy that it changes.
 * @throws AwsError ValidationException that says which rule of AWS's it breaks
 */
export function policySettings(input: PutScalingPolicyRequest, before: Policy | undefined): PolicySettings {
  const type = input.PolicyType ?? before?.type ?? 'StepScaling';
  if (before !== undefined && before.type !== type) {
    throw errors.invalid(
      `The type of a policy cannot be changed from ${before.type} to ${type}. Delete it and create another.`,
    );
  }
  if (type === 'TargetTrackingScaling') {
    const configuration = input.TargetTrackingScalingPolicyConfiguration ?? trackingOf(before);
    refuseBeside(input.StepScalingPolicyConfiguration, 'StepScalingPolicyConfiguration', type);
    return { type, configuration: checkTracking(configuration) };
  }
  if (type === 'StepScaling') {
    const configuration = { ...stepsOf(before), ...input.StepScalingPolicyConfiguration };
    refuseBeside(input.TargetTrackingScalingPolicyConfiguration, 'TargetTrackingScalingPolicyConfiguration', type);
    return { type, configuration: checkSteps(configuration) };
  }
  throw errors.invalid(
    `The rehearsal platform has TargetTrackingScaling and StepScaling, not ${type}: there are no weeks of history to learn from.`,
  );
}

function trackingOf(before: Policy | undefined): TargetTrackingScalingPolicyConfiguration | undefined {
  return before?.type === 'TargetTrackingScaling' ? before.configuration : undefined;
}

function stepsOf(before: Policy | undefined): StepScalingPolicyConfiguration | undefined {
  return before?.type === 'StepScaling' ? before.configuration : undefined;
}

function refuseBeside(configuration: object | undefined, name: string, type: string): void {
  if (configuration !== undefined) {
    throw errors.invalid(`${name} cannot be given for a policy of type ${type}.`);
  }
}

function checkTracking(
  configuration: TargetTrackingScalingPolicyConfiguration | undefined,
): TargetTrackingScalingPolicyConfiguration {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = configuration ?? {};
  if (configuration === undefined || (predefined === undefined) === (customized === undefined)) {
    throw errors.invalid(
      'A target tracking policy needs either a PredefinedMetricSpecification or a CustomizedMetricSpecification.',
    );
  }
  if (!((configuration.TargetValue ?? 0) > 0)) {
    throw errors.invalid(`TargetValue must be greater than 0, not ${configuration.TargetValue}.`);
  }
  for (const name of ['ScaleOutCooldown', 'ScaleInCooldown'] as const) {
    checkCooldown(name, configuration[name]);
  }
  return configuration;
}

function checkSteps(configuration: StepScalingPolicyConfiguration): StepScalingPolicyConfiguration {
  const { AdjustmentType: type, StepAdjustments: steps = [] } = configuration;
  if (type === undefined) {
    throw errors.invalid('AdjustmentType must be specified for a step scaling policy.');
  }
  const wrong = wrongSteps(steps);
  if (wrong !== undefined) {
    throw errors.invalid(wrong);
  }
  if (type === 'ExactCapacity' && steps.some(({ ScalingAdjustment }) => (ScalingAdjustment ?? 0) < 0)) {
    throw errors.invalid('For ExactCapacity, ScalingAdjustment must be at least 0.');
  }
  if (configuration.MinAdjustmentMagnitude !== undefined && type !== 'PercentChangeInCapacity') {
    throw errors.invalid(`MinAdjustmentMagnitude is for PercentChangeInCapacity, not for ${type}.`);
  }
  checkCooldown('Cooldown', configuration.Cooldown);
  return configuration;
}

function checkCooldown(name: string, seconds: number | undefined): void {
  if (seconds !== undefined && seconds < 0) {
    throw errors.invalid(`${name} must be at least 0, not ${seconds}.`);
  }
}

/** Do both follow the same metric? AWS allows one target tracking policy for each. */
export function sameMetric(
  a: TargetTrackingScalingPolicyConfiguration,
  b: TargetTrackingScalingPolicyConfiguration,
): boolean {
  return (
    isDeepStrictEqual(a.PredefinedMetricSpecification, b.PredefinedMetricSpecification) &&
    isDeepStrictEqual(a.CustomizedMetricSpecification, b.CustomizedMetricSpecification)
  );
}
