/** The scalable targets of the platform: which ECS services may be scaled, and within which range. */
import { randomBytes } from 'node:crypto';
import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import { errors } from './errors.ts';

export interface Suspension {
  readonly DynamicScalingInSuspended: boolean;
  readonly DynamicScalingOutSuspended: boolean;
  readonly ScheduledScalingSuspended: boolean;
}

/** A registered target; records are replaced, not changed. */
export interface TargetRecord {
  readonly arn: string;
  /** `service/<cluster>/<service>`. */
  readonly resourceId: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly suspended: Suspension;
  readonly roleArn: string;
  readonly createdAt: Date;
  readonly tags: ReadonlyMap<string, string>;
}

export const NOT_SUSPENDED: Suspension = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

export interface ServiceReference {
  readonly cluster: string;
  readonly service: string;
}

export interface TargetKey {
  readonly ServiceNamespace?: string | undefined;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
}

/**
 * The ECS service that a request is about.
 * @throws AwsError ValidationException for other namespaces and dimensions than `ecs` and `ecs:service:DesiredCount`, which this platform
 * has nothing for, and for malformed ids
 */
export function serviceOf(key: TargetKey): ServiceReference {
  checkKind(key);
  const [, cluster, service] = /^service\/([\w-]+)\/([\w-]+)$/.exec(key.ResourceId ?? '') ?? [];
  if (cluster === undefined || service === undefined) {
    throw errors.invalid(
      `Unsupported service namespace, resource type or scalable dimension: ${key.ResourceId}. Write service/<cluster>/<service>.`,
    );
  }
  return { cluster, service };
}

/** @throws AwsError ValidationException for anything but the desired count of ECS services */
export function checkKind({ ServiceNamespace, ScalableDimension }: TargetKey): void {
  if (ServiceNamespace !== 'ecs' || (ScalableDimension ?? 'ecs:service:DesiredCount') !== 'ecs:service:DesiredCount') {
    throw errors.invalid(
      `The rehearsal platform scales ECS services only: ServiceNamespace must be ecs and ScalableDimension ecs:service:DesiredCount, not ${ServiceNamespace} and ${ScalableDimension}.`,
    );
  }
}

/** @throws AwsError ValidationException; "If you specify a scalable dimension, you must also specify a resource ID" */
export function checkFilter(filter: TargetKey): void {
  checkKind(filter);
  if (filter.ResourceId !== undefined) {
    serviceOf(filter);
  } else if (filter.ScalableDimension !== undefined) {
    throw errors.invalid('A ScalableDimension needs a ResourceId beside it.');
  }
}

/** A target's ARN. Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScalableTarget.html */
export function newTargetArn({ region, accountId }: { readonly region: string; readonly accountId: string }): string {
  return `arn:aws:application-autoscaling:${region}:${accountId}:scalable-target/${randomBytes(18).toString('hex')}`;
}

/** "Otherwise, it changes the resource's current capacity to a value that is inside of this range": the nearest one. */
export function intoRange(count: number, { minimum, maximum }: Pick<TargetRecord, 'minimum' | 'maximum'>): number {
  return Math.min(maximum, Math.max(minimum, count));
}

/** @throws AwsError ObjectNotFoundException when the service that a request is about is not registered */
export function registeredTarget(targets: ReadonlyMap<string, TargetRecord>, key: TargetKey): TargetRecord {
  serviceOf(key);
  const target = targets.get(key.ResourceId ?? '');
  if (target === undefined) {
    throw errors.notRegistered(key.ResourceId ?? '');
  }
  return target;
}

/** @throws AwsError ValidationException for a range that is none, or reaches below 0 */
export function checkRange({
  minimum,
  maximum,
}: {
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}): void {
  for (const [name, value] of Object.entries({ MinCapacity: minimum, MaxCapacity: maximum })) {
    if (value !== undefined && (!Number.isInteger(value) || value < 0)) {
      throw errors.invalid(`${name} must be a whole number of at least 0, not ${value}.`);
    }
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    throw errors.invalid(`Minimum capacity cannot be greater than maximum capacity: ${minimum} > ${maximum}.`);
  }
}

/** A target as DescribeScalableTargets answers with it. */
export function targetView(target: TargetRecord): ScalableTarget {
  return {
    ServiceNamespace: 'ecs',
    ResourceId: target.resourceId,
    ScalableDimension: 'ecs:service:DesiredCount',
    MinCapacity: target.minimum,
    MaxCapacity: target.maximum,
    RoleARN: target.roleArn,
    CreationTime: target.createdAt,
    SuspendedState: target.suspended,
    ScalableTargetARN: target.arn,
  };
}
