/** Reads everything about a service that managing it depends on; changes nothing. */
import type { Service, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import type { ScalableTarget, ScheduledAction } from '../../aws/application-auto-scaling.ts';
import { InputError } from '../../errors.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import { RUNNING_STATUSES } from '../common/deployment-statuses.ts';
import type { Ports } from '../ports.ts';
import { type Memory, memoryOn, PAUSE_TAG } from './pausing/memory.ts';

export interface Live {
  readonly target: ServiceInEnvironment;
  readonly service: Service;
  /** Undefined when the service is not registered with Application Auto Scaling. */
  readonly scaling: ScalableTarget | undefined;
  readonly scheduled: readonly ScheduledAction[];
  readonly memory: Memory | undefined;
  readonly running: readonly ServiceDeploymentBrief[];
  /** Who moves the service's deployments: ECS, CODE_DEPLOY or EXTERNAL. */
  readonly controller: string;
}

/** @throws InputError when there is no such service, or its tag of a pause cannot be read */
export async function readLive(target: ServiceInEnvironment, ports: Pick<Ports, 'aws'>): Promise<Live> {
  const { ecs, autoScaling } = ports.aws;
  const service = await readService(target, ports);
  const memory = memoryOn(service);
  if (memory === 'unreadable') {
    throw new InputError(
      'memory-unreadable',
      `the tag ${PAUSE_TAG} on ${target.ecsService} is not one that this version of surefoot wrote: nothing is guessed about what was there. Use the version that paused it, or set desired count and bounds by hand and take the tag off`,
    );
  }
  const controller = service.deploymentController?.type ?? 'ECS';
  const [scaling, running] = await Promise.all([
    autoScaling.scalableTarget(target),
    controller === 'ECS' ? ecs.serviceDeployments(target.cluster, target.ecsService, [...RUNNING_STATUSES]) : [],
  ]);
  const scheduled = scaling === undefined ? [] : await autoScaling.scheduledActions(target);
  return { target, service, scaling, scheduled, memory, running, controller };
}

/** The service alone, with its tags: one call, for looking at it often. @throws InputError when there is none */
export async function readService(target: ServiceInEnvironment, ports: Pick<Ports, 'aws'>): Promise<Service> {
  const service = await ports.aws.ecs.service(target.cluster, target.ecsService);
  if (service === undefined) {
    throw new InputError(
      'no-such-service',
      `there is no ECS service "${target.ecsService}" in cluster "${target.cluster}": check the names in surefoot.yml and the region`,
    );
  }
  return service;
}

/** Tasks as ECS counts them. */
export function countsOf({ service }: Pick<Live, 'service'>): {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
} {
  return {
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
  };
}
