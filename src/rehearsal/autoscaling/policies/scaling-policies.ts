/** All scaling policies, and the alarms that come and go with them. */
import { randomUUID } from 'node:crypto';
import type { Alarm, PutScalingPolicyRequest, ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import { shortened } from '../../cloudwatch/alarms/registry.ts';
import { AwsError, type InternalCall } from '../../wire/operation.ts';
import type { RehearsalClock } from '../../world/clock.ts';
import { errors } from '../errors.ts';
import type { AlarmSource } from './alarm-source.ts';
import { type Policy, policySettings, sameMetric, type TrackingPolicy } from './definition.ts';
import { managedAlarms } from './managed-alarms.ts';

/** Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-limits.html */
const MOST_PER_TARGET = 50;

export interface PolicyParts {
  readonly call: InternalCall;
  readonly clock: RehearsalClock;
  readonly alarms: AlarmSource;
  readonly accountId: string;
  readonly region: string;
}

export class ScalingPolicies {
  readonly #parts: PolicyParts;
  readonly #policies = new Map<string, Policy>();

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  /** How many real seconds a minute of an alarm takes. */
  get minute(): number {
    return shortened(this.#parts.clock, 60);
  }

  /** In the order in which they were created. */
  list(): Policy[] {
    return [...this.#policies.values()];
  }

  of(resourceId: string): Policy[] {
    return this.list().filter((policy) => policy.resourceId === resourceId);
  }

  /**
   * Creates a policy or changes the one of its name, with its alarms.
   * @throws AwsError ValidationException, LimitExceededException
   */
  async put(resourceId: string, input: PutScalingPolicyRequest): Promise<Policy> {
    const name = input.PolicyName ?? '';
    const before = this.#policies.get(keyOf(resourceId, name));
    const settings = policySettings(input, before);
    const others = this.of(resourceId).filter((policy) => policy !== before);
    if (others.length >= MOST_PER_TARGET) {
      throw errors.limitExceeded(`A scalable target can have at most ${MOST_PER_TARGET} scaling policies.`);
    }
    const common = {
      arn: before?.arn ?? this.#newArn(resourceId, name),
      name,
      resourceId,
      createdAt: before?.createdAt ?? this.#parts.clock.now(),
    };
    const policy: Policy =
      settings.type === 'StepScaling'
        ? { ...common, ...settings }
        : { ...common, ...settings, alarms: alarmNames(resourceId, settings.configuration.DisableScaleIn, before) };
    if (policy.type === 'TargetTrackingScaling') {
      refuseSecond(policy, others);
      await this.#putAlarms(policy, before);
    }
    this.#policies.set(keyOf(resourceId, name), policy);
    return policy;
  }

  /** False when there is none of that name. */
  async remove(resourceId: string, name: string): Promise<boolean> {
    const policy = this.#policies.get(keyOf(resourceId, name));
    if (policy === undefined) {
      return false;
    }
    this.#policies.delete(keyOf(resourceId, name));
    await this.#deleteAlarms(alarmsOf(policy));
    return true;
  }

  /** "Deregistering a scalable target deletes the scaling policies … that are associated with it." */
  async removeAll(resourceId: string): Promise<void> {
    for (const { name } of this.of(resourceId)) {
      await this.remove(resourceId, name);
    }
  }

  /** The alarms that invoke a policy: those that it manages, or those that somebody has given its ARN as an action. */
  alarmsFor({ arn }: Policy): Alarm[] {
    return this.#parts.alarms
      .list()
      .filter(({ AlarmActions }) => AlarmActions?.includes(arn) === true)
      .map(({ AlarmName, AlarmArn }) => ({ AlarmName, AlarmARN: AlarmArn }));
  }

  /** A policy as DescribeScalingPolicies answers with it. */
  view(policy: Policy): ScalingPolicy {
    return {
      PolicyARN: policy.arn,
      PolicyName: policy.name,
      ServiceNamespace: 'ecs',
      ResourceId: policy.resourceId,
      ScalableDimension: 'ecs:service:DesiredCount',
      PolicyType: policy.type,
      ...(policy.type === 'StepScaling'
        ? { StepScalingPolicyConfiguration: policy.configuration }
        : { TargetTrackingScalingPolicyConfiguration: policy.configuration }),
      Alarms: this.alarmsFor(policy),
      CreationTime: policy.createdAt,
    };
  }

  async #putAlarms(policy: TrackingPolicy, before: Policy | undefined): Promise<void> {
    for (const alarm of managedAlarms(policy, this.minute)) {
      await this.#parts.call('cloudwatch', 'PutMetricAlarm', alarm).catch((error: unknown) => {
        throw error instanceof AwsError ? errors.invalid(`The metric cannot be followed: ${error.message}`) : error;
      });
    }
    const kept = alarmsOf(policy);
    await this.#deleteAlarms(before === undefined ? [] : alarmsOf(before).filter((name) => !kept.includes(name)));
  }

  async #deleteAlarms(AlarmNames: readonly string[]): Promise<void> {
    if (AlarmNames.length > 0) {
      await this.#parts.call('cloudwatch', 'DeleteAlarms', { AlarmNames });
    }
  }

  /** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScalingPolicy.html */
  #newArn(resourceId: string, name: string): string {
    const { region, accountId } = this.#parts;
    return `arn:aws:autoscaling:${region}:${accountId}:scalingPolicy:${randomUUID()}:resource/ecs/${resourceId}:policyName/${name}`;
  }
}

function keyOf(resourceId: string, name: string): string {
  return `${resourceId} ${name}`;
}

function alarmsOf(policy: Policy): string[] {
  return policy.type === 'StepScaling'
    ? []
    : [policy.alarms.high, policy.alarms.low].filter((name) => name !== undefined);
}

function alarmNames(
  resourceId: string,
  disableScaleIn: boolean | undefined,
  before: Policy | undefined,
): TrackingPolicy['alarms'] {
  const known = before?.type === 'TargetTrackingScaling' ? before.alarms : undefined;
  const newName = (side: string) => `TargetTracking-${resourceId}-Alarm${side}-${randomUUID()}`;
  return {
    high: known?.high ?? newName('High'),
    low: disableScaleIn === true ? undefined : (known?.low ?? newName('Low')),
  };
}

function refuseSecond(policy: TrackingPolicy, others: readonly Policy[]): void {
  const same = others.some(
    (other) => other.type === 'TargetTrackingScaling' && sameMetric(other.configuration, policy.configuration),
  );
  if (same) {
    throw errors.invalid('Only one TargetTrackingScaling policy for a given metric specification is allowed.');
  }
}
