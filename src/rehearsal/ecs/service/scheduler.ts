/**
 * The replica scheduler of one service: keeps each revision at the number of tasks it should have, over the service's zones.
 * `reconcile` looks at the records and acts once; whoever owns it calls it after every change.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
 */
import type { Changes } from '../changes.ts';
import { eventText, stoppedReason } from '../plan/event-text.ts';
import { percentBounds } from '../plan/percent-bounds.ts';
import { planReplicas } from '../plan/replica-plan.ts';
import { CONSISTENT_FAILURES, restartDelayMs } from '../plan/restart-delay.ts';
import { zonesForNewTasks } from '../plan/zone-spread.ts';
import type { ResolvedImage } from '../records/revision.ts';
import type { ServiceRecord, Workload } from '../records/service.ts';
import type { ContainerRecord, TaskRecord } from '../records/task.ts';
import type { StopRequest } from '../tasks/task-runner.ts';
import { TaskRunners } from '../tasks/task-runners.ts';
import type { EcsWorld, TaskObserver } from '../world.ts';
import {
  countTasks,
  currentRollingCounts,
  failingTarget,
  isHealthy,
  isLive,
  tasksOf,
  UNCHECKED_WAIT_MS,
  wantedOf,
} from './facts.ts';
import { newServiceTask, serviceZones } from './new-task.ts';

/** "We only show the 100 most recent events." */
const KEPT_EVENTS = 100;
const TIMER_MARGIN_MS = 2;

/** Starts and stops the tasks of one service. Holds no timer of its own except to be woken when a waiting time is over. */
export class Scheduler {
  readonly #world: EcsWorld;
  readonly #service: ServiceRecord;
  readonly #changes: Changes;
  readonly #closed: AbortSignal;
  readonly #runners: TaskRunners;
  /** Tasks whose end was looked at already. */
  readonly #accounted = new WeakSet<TaskRecord>();
  /** Tasks that were stopped because their health checks failed. */
  readonly #failedChecks = new WeakSet<TaskRecord>();
  readonly #timers = new Set<number>();
  #stuckReported = false;

  constructor(world: EcsWorld, service: ServiceRecord, changes: Changes, closed: AbortSignal) {
    this.#world = world;
    this.#service = service;
    this.#changes = changes;
    this.#closed = closed;
    this.#runners = new TaskRunners(world, this.#observer());
  }

  /** Writes a line to the service's event log. */
  event(message: string): void {
    this.#service.events.unshift({ id: crypto.randomUUID(), createdAt: this.#world.clock.now(), message });
    this.#service.events.length = Math.min(this.#service.events.length, KEPT_EVENTS);
    this.#world.emit({ type: 'service', serviceArn: this.#service.arn, message });
  }

  /** Stops one task, if it is one of this service's. */
  stopTask(task: TaskRecord, request: StopRequest): void {
    this.#runners.stop(task, request);
  }

  /** Ends every task with no drain; resolves when all are gone. */
  endAll(): Promise<void> {
    return this.#runners.endAll('ServiceSchedulerInitiated');
  }

  /** Brings the tasks one step nearer to what they should be. */
  reconcile(): void {
    for (const task of this.#service.tasks) {
      this.#account(task);
    }
    this.#reportStuck();
    // Counts for all revisions first: what one starts must not change what another may stop in the same step.
    const wanted = this.#service.workloads.map((workload) => wantedOf(this.#service, workload, this.#world.clock));
    for (const [index, workload] of [...this.#service.workloads].entries()) {
      if (workload.scale !== 'frozen') {
        this.#reconcileWorkload(workload, wanted[index] ?? 0);
      }
    }
    this.#forgetEmptyWorkloads();
  }

  #reconcileWorkload(workload: Workload, wanted: number): void {
    const { clock } = this.#world;
    const service = this.#service;
    const now = clock.now().getTime();
    const tasks = tasksOf(service, workload).filter(isLive);
    const count = countTasks(service, workload, clock);
    if (wanted > 0 && wanted === service.desiredCount && count.healthy >= wanted) {
      workload.established = true;
    }
    const plan = planReplicas({
      wanted,
      tasks: tasks.map((task) => ({
        id: task.id,
        zone: task.zone,
        healthy: isHealthy(task, clock),
        failing: failingTarget(task, service, now) !== undefined,
      })),
      maximum: Math.max(
        wanted,
        percentBounds(service.desiredCount, 0, service.configuration.maximumPercent ?? 200).maximum,
      ),
      replaceFirst: workload.established,
    });
    const byId = new Map(tasks.map((task) => [task.id, task]));
    this.#stopFailing(
      plan.stopFailing.flatMap((id) => byId.get(id) ?? []),
      now,
    );
    this.#stopSurplus(
      plan.stopSurplus.flatMap((id) => byId.get(id) ?? []),
      workload,
    );
    if (plan.start > 0 && workload.retryAt > now) {
      this.#wakeAt(workload.retryAt);
    } else if (plan.start > 0) {
      this.#start(workload, plan.start);
    }
  }

  #start(workload: Workload, count: number): void {
    const service = this.#service;
    const perZone = new Map<string, number>();
    for (const task of tasksOf(service, workload).filter(isLive)) {
      perZone.set(task.zone, (perZone.get(task.zone) ?? 0) + 1);
    }
    const zones = serviceZones(this.#world, workload.revision);
    const started = zonesForNewTasks(count, zones, perZone).map((zone) => {
      const task = newServiceTask(this.#world, service, workload, zone);
      service.tasks.add(task);
      return task;
    });
    this.event(
      eventText.started(
        service.name,
        started.map((task) => task.id),
      ),
    );
    for (const task of started) {
      const images = (container: ContainerRecord) => this.#image(workload, container);
      this.#runners.start(task, workload.revision.targets, images);
    }
  }

  /** All tasks of a revision run what the first one pulled, whatever became of the tag meanwhile. */
  #image(workload: Workload, container: ContainerRecord): ResolvedImage | undefined {
    const { images } = workload.revision;
    const image = images.get(container.name) ?? this.#world.resolveImage(container.image);
    if (image !== undefined) {
      images.set(container.name, image);
    }
    return image;
  }

  #stopFailing(tasks: readonly TaskRecord[], now: number): void {
    for (const task of tasks) {
      const target = failingTarget(task, this.#service, now);
      if (target === undefined) {
        continue;
      }
      const reason = target.reason ?? 'Health checks failed';
      this.#failedChecks.add(task);
      this.event(eventText.unhealthy(this.#service.name, task.id, target.port, target.targetGroupArn, reason));
      this.event(eventText.stopped(this.#service.name, [task.id]));
      this.stopTask(task, {
        drain: true,
        code: 'ServiceSchedulerInitiated',
        reason: stoppedReason.failedHealthChecks(target.targetGroupArn),
      });
    }
  }

  #stopSurplus(tasks: readonly TaskRecord[], workload: Workload): void {
    if (tasks.length === 0) {
      return;
    }
    this.event(
      eventText.stopped(
        this.#service.name,
        tasks.map((task) => task.id),
      ),
    );
    for (const task of tasks) {
      this.#accounted.add(task);
      const reason = stoppedReason.scaling(this.#service.primary?.id ?? workload.id);
      this.stopTask(task, { drain: true, code: 'ServiceSchedulerInitiated', reason });
    }
  }

  /**
   * Looks at a task's health, and once at its end: was it a failure? One that was never healthy slows the next start down; the circuit
   * breaker also counts one whose health checks failed later on, but not one that was healthy and then ended by itself.
   */
  #account(task: TaskRecord): void {
    const workload = this.#service.workloads.find(({ id }) => id === task.startedBy);
    if (workload === undefined) {
      return;
    }
    if (isHealthy(task, this.#world.clock)) {
      workload.failed.inARow = task.wasHealthy ? workload.failed.inARow : 0;
      task.wasHealthy = true;
      workload.failures = 0;
      workload.retryAt = 0;
    }
    if (isLive(task) || this.#accounted.has(task)) {
      return;
    }
    this.#accounted.add(task);
    if (task.stopCode === 'UserInitiated') {
      return;
    }
    if (!task.wasHealthy || this.#failedChecks.has(task)) {
      workload.failed.inARow += 1;
      workload.failed.inAll += 1;
      this.#changes.notify();
    }
    if (!task.wasHealthy) {
      workload.failures += 1;
      workload.retryAt =
        this.#world.clock.now().getTime() + this.#world.clock.scaled(restartDelayMs(workload.failures));
      if (workload.failures === CONSISTENT_FAILURES) {
        this.event(eventText.cannotStart(this.#service.name));
      }
    }
  }

  #reportStuck(): void {
    const stuck = currentRollingCounts(this.#service, this.#world.clock)?.stuck ?? false;
    if (stuck && !this.#stuckReported) {
      this.event(eventText.stuck(this.#service.name));
    }
    this.#stuckReported = stuck;
  }

  #forgetEmptyWorkloads(): void {
    const { workloads } = this.#service;
    for (const workload of [...workloads]) {
      const replaced =
        workload.scale === 'none' || (workload.scale === 'rolling' && workload !== this.#service.rollingIn);
      if (replaced && workload !== this.#service.primary && tasksOf(this.#service, workload).length === 0) {
        workloads.splice(workloads.indexOf(workload), 1);
        this.#changes.notify();
      }
    }
  }

  /** Wakes the owner at a moment (epoch ms) at which a record starts to mean something else. */
  #wakeAt(moment: number): void {
    const now = this.#world.clock.now().getTime();
    if (moment <= now || this.#timers.has(moment)) {
      return;
    }
    this.#timers.add(moment);
    // A timer may fire a little before the wall clock is there; waking too early would be waking for nothing.
    const wait = moment - now + TIMER_MARGIN_MS;
    void this.#world.clock
      .sleep(wait, this.#closed)
      .then(() => {
        this.#timers.delete(moment);
        this.#changes.notify();
      })
      .catch(() => {});
  }

  #observer(): TaskObserver {
    return {
      changed: (task) => {
        if (task.lastStatus === 'RUNNING' && task.startedAt !== undefined) {
          const started = task.startedAt.getTime();
          this.#wakeAt(started + this.#service.healthCheckGracePeriodSeconds * 1000);
          if (task.targets.length === 0) {
            this.#wakeAt(Math.ceil(started + this.#world.clock.scaled(UNCHECKED_WAIT_MS)));
          }
        }
        if (task.lastStatus === 'STOPPED') {
          this.#account(task);
          this.#service.tasks.delete(task);
        }
        this.#changes.notify();
      },
      registered: (_task, group) => this.event(eventText.registered(this.#service.name, 1, group)),
      deregistered: (_task, group) => this.event(eventText.deregistered(this.#service.name, 1, group)),
      draining: () => this.event(eventText.draining(this.#service.name, 1)),
    };
  }
}
