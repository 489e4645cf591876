/** What can be read off a service's records: counts, health, steadiness. */
import type { RehearsalClock } from '../../world/clock.ts';
import { type RollingCounts, rollingCounts } from '../plan/percent-bounds.ts';
import type { RevisionCounts } from '../records/deployment.ts';
import type { RevisionRecord } from '../records/revision.ts';
import type { ServiceRecord, Workload } from '../records/service.ts';
import type { TaskRecord } from '../records/task.ts';

/** "If a task has no health check, the scheduler waits 40 seconds after RUNNING": for services without a load balancer, at speed 1. */
export const UNCHECKED_WAIT_MS = 40_000;

export interface WorkloadCount {
  /** Meant to run. */
  readonly live: number;
  readonly healthy: number;
  readonly running: number;
  readonly pending: number;
  /** Not STOPPED, whatever they are meant to do. */
  readonly present: number;
}

/** Is the task meant to run? */
export function isLive(task: TaskRecord): boolean {
  return task.desiredStatus === 'RUNNING';
}

/**
 * Does the task count as healthy? It runs and every target group says so; without a target group, it has run for 40 s (scaled).
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html (minimumHealthyPercent)
 */
export function isHealthy(task: TaskRecord, clock: RehearsalClock): boolean {
  if (task.lastStatus !== 'RUNNING' || !isLive(task) || task.startedAt === undefined) {
    return false;
  }
  return task.targets.length > 0
    ? task.targets.every((target) => target.health === 'healthy')
    : clock.now().getTime() - task.startedAt.getTime() >= clock.scaled(UNCHECKED_WAIT_MS);
}

/** The target group in which the task fails its health checks, once the grace period (real time, from RUNNING) is over. */
export function failingTarget(
  task: TaskRecord,
  service: ServiceRecord,
  now: number,
): TaskRecord['targets'][number] | undefined {
  const graceEnds = (task.startedAt?.getTime() ?? now) + service.healthCheckGracePeriodSeconds * 1000;
  if (task.lastStatus !== 'RUNNING' || !isLive(task) || now < graceEnds) {
    return undefined;
  }
  return task.targets.find((target) => target.health === 'unhealthy');
}

/** Tasks of a workload, oldest first. */
export function tasksOf(service: ServiceRecord, workload: Workload): TaskRecord[] {
  return [...service.tasks].filter((task) => task.startedBy === workload.id);
}

/** Counts the tasks of a workload by what they are doing now. */
export function countTasks(service: ServiceRecord, workload: Workload, clock: RehearsalClock): WorkloadCount {
  const tasks = tasksOf(service, workload);
  const live = tasks.filter(isLive);
  return {
    live: live.length,
    healthy: live.filter((task) => isHealthy(task, clock)).length,
    running: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pending: live.filter((task) => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.lastStatus)).length,
    present: tasks.length,
  };
}

/** The workload that runs a revision; undefined when it has no task left and is not wanted. */
export function workloadOf(service: ServiceRecord, revision: RevisionRecord): Workload | undefined {
  return service.workloads.find((workload) => workload.revision === revision);
}

/** A revision's counts as service deployments show them. */
export function revisionCounts(
  service: ServiceRecord,
  revision: RevisionRecord,
  clock: RehearsalClock,
): RevisionCounts {
  const workload = workloadOf(service, revision);
  if (workload === undefined) {
    return { requested: 0, running: 0, pending: 0 };
  }
  const count = countTasks(service, workload, clock);
  return { requested: wantedOf(service, workload, clock), running: count.running, pending: count.pending };
}

/** The rolling update's counts at this moment; undefined while none runs. */
export function currentRollingCounts(service: ServiceRecord, clock: RehearsalClock): RollingCounts | undefined {
  const next = service.rollingIn;
  if (next === undefined) {
    return undefined;
  }
  return rollingCounts({
    desired: service.desiredCount,
    minimumHealthyPercent: service.configuration.minimumHealthyPercent ?? 100,
    maximumPercent: service.configuration.maximumPercent ?? 200,
    next: countTasks(service, next, clock),
    previous: previousOf(service).map((workload) => countTasks(service, workload, clock)),
  });
}

/** How many tasks the workload should have now. */
export function wantedOf(service: ServiceRecord, workload: Workload, clock: RehearsalClock): number {
  switch (workload.scale) {
    case 'desired':
      return service.desiredCount;
    case 'none':
      return 0;
    case 'frozen':
      return countTasks(service, workload, clock).live;
    case 'rolling': {
      const counts = currentRollingCounts(service, clock);
      const wanted =
        workload === service.rollingIn ? counts?.next : counts?.previous[previousOf(service).indexOf(workload)];
      return wanted ?? 0;
    }
  }
}

function previousOf(service: ServiceRecord): Workload[] {
  return service.workloads.filter((workload) => workload !== service.rollingIn && workload.scale === 'rolling');
}

/** Every workload has the tasks it should have, all of them healthy, and nothing is on its way out. */
export function isSteady(service: ServiceRecord, clock: RehearsalClock): boolean {
  return (
    service.primary !== undefined &&
    service.workloads.every((workload) => {
      const count = countTasks(service, workload, clock);
      const wanted = wantedOf(service, workload, clock);
      return count.present === wanted && count.healthy === wanted;
    })
  );
}
