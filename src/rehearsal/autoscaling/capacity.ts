/** The capacity of a scalable target: the desired count of its ECS service, read and set by the public ECS operations. */
import type {
  DescribeServicesResponse,
  ListServiceDeploymentsResponse,
  Service,
  ServiceDeploymentStatus,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { InternalCall } from '../wire/operation.ts';
import type { RehearsalClock } from '../world/clock.ts';
import { linkSignals } from '../world/linked-signal.ts';
import type { ActivityLog, ActivityRecord } from './activities.ts';
import { intoRange, serviceOf, type TargetRecord } from './scalable-targets.ts';

/** How often a change that ECS has not fulfilled yet is looked at, and for how long; AWS does not say. */
const LOOK_EVERY_MS = 1000;
const FULFILLED_WITHIN_MS = 30 * 60_000;

const UNDER_WAY: ServiceDeploymentStatus[] = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
];

export interface CapacityParts {
  readonly call: InternalCall;
  readonly clock: RehearsalClock;
  readonly activities: ActivityLog;
  /** Aborts when the platform stops. */
  readonly ended: AbortSignal;
}

/** Reads and sets desired counts, and follows each change to its end. */
export class Capacity {
  readonly #parts: CapacityParts;
  /** Ends the following of a resource's last change, by resource id. */
  readonly #following = new Map<string, AbortController>();

  constructor(parts: CapacityParts) {
    this.#parts = parts;
  }

  /** The service that a target names; undefined when there is none. */
  async service(resourceId: string): Promise<Service | undefined> {
    const { cluster, service } = referenceOf(resourceId);
    const answer = await this.#parts
      .call<DescribeServicesResponse>('ecs', 'DescribeServices', { cluster, services: [service] })
      .catch(() => undefined);
    return answer?.services?.[0];
  }

  /** Does a deployment of the service run, or go back? */
  async isDeploying(resourceId: string): Promise<boolean> {
    const answer = await this.#parts.call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
      ...referenceOf(resourceId),
      status: UNDER_WAY,
    });
    return (answer.serviceDeployments?.length ?? 0) > 0;
  }

  /**
   * Brings the desired count into the target's range: "If it's below the minimum capacity or above the maximum capacity, Application
   * Auto Scaling adjusts the capacity". "If the specified resource is not active in the target service, this operation does not change
   * the resource's current capacity." Source: API_RegisterScalableTarget
   */
  async bringIntoRange(target: TargetRecord): Promise<void> {
    const service = await this.service(target.resourceId);
    const count = service?.desiredCount ?? 0;
    const wanted = intoRange(count, target);
    if (service?.status === 'ACTIVE' && wanted !== count) {
      const bound = count < wanted ? 'minimum' : 'maximum';
      await this.set(target.resourceId, wanted, `${bound} capacity was set to ${wanted}`);
    }
  }

  /** Sets a desired count; the activity tells what became of it. */
  async set(resourceId: string, count: number, cause: string): Promise<void> {
    const { activities, call, ended } = this.#parts;
    const activity = activities.add({
      resourceId,
      description: `Setting desired count to ${count}.`,
      cause,
      status: 'InProgress',
    });
    this.#following.get(resourceId)?.abort();
    try {
      const input: UpdateServiceRequest = { ...referenceOf(resourceId), desiredCount: count };
      await call('ecs', 'UpdateService', input);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      activities.end(activity, 'Failed', `Failed to set desired count to ${count}. Reason: ${reason}`);
      return;
    }
    activity.statusMessage = `Successfully set desired count to ${count}. Waiting for change to be fulfilled by ecs.`;
    const overridden = new AbortController();
    this.#following.set(resourceId, overridden);
    const { signal, release } = linkSignals(overridden.signal, ended);
    void this.#follow(activity, count, signal)
      .catch((error) => {
        if (!signal.aborted) {
          throw error;
        }
        activities.end(activity, 'Overridden', 'A newer scaling activity has overridden this one.');
      })
      .finally(release);
  }

  async #follow(activity: ActivityRecord, count: number, signal: AbortSignal): Promise<void> {
    const { activities, clock } = this.#parts;
    const until = clock.now().getTime() + FULFILLED_WITHIN_MS;
    while (clock.now().getTime() < until) {
      await clock.sleep(LOOK_EVERY_MS, signal);
      const service = await this.service(activity.resourceId);
      signal.throwIfAborted();
      if (service?.desiredCount !== count) {
        activities.end(activity, 'Overridden', 'The desired count was changed outside of Application Auto Scaling.');
        return;
      }
      if (service.runningCount === count) {
        const text = `Successfully set desired count to ${count}. Change successfully fulfilled by ecs.`;
        activities.end(activity, 'Successful', text);
        return;
      }
    }
    activities.end(activity, 'Unfulfilled', `ecs does not run ${count} tasks.`);
  }
}

function referenceOf(resourceId: string): { readonly cluster: string; readonly service: string } {
  return serviceOf({ ServiceNamespace: 'ecs', ResourceId: resourceId });
}
