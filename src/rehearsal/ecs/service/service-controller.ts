/** One service: its scheduler's loop, and the deployments that change what it runs. */
import { linkSignals } from '../../world/linked-signal.ts';
import { Changes } from '../changes.ts';
import { newBreaker } from '../deployments/circuit-breaker.ts';
import { newAlarms } from '../deployments/deployment-alarms.ts';
import { DeploymentRun } from '../deployments/deployment-run.ts';
import type { ServiceHandle } from '../deployments/strategy.ts';
import { arns, workloadId } from '../names.ts';
import { eventText, rolloutText } from '../plan/event-text.ts';
import { isFinal } from '../records/deployment.ts';
import type { RevisionRecord } from '../records/revision.ts';
import type { DeploymentRecord, ServiceRecord, Workload } from '../records/service.ts';
import type { TaskRecord } from '../records/task.ts';
import type { StopRequest } from '../tasks/task-runner.ts';
import type { EcsWorld } from '../world.ts';
import { isSteady } from './facts.ts';
import { Scheduler } from './scheduler.ts';

/** Owns a service: its loop reacts to changes of tasks, health and API, and at most one deployment runs at a time. */
export class ServiceController {
  readonly service: ServiceRecord;
  /** Resolves when the service has been deleted and its last task is gone. */
  readonly closed: Promise<void>;
  readonly #world: EcsWorld;
  readonly #changes = new Changes();
  readonly #scheduler: Scheduler;
  readonly #closed = new AbortController();
  readonly #handle: ServiceHandle;
  #run: DeploymentRun | undefined;
  #steady = false;

  constructor(world: EcsWorld, service: ServiceRecord) {
    this.#world = world;
    this.service = service;
    const closed = linkSignals(this.#closed.signal, world.ended).signal;
    this.#scheduler = new Scheduler(world, service, this.#changes, closed);
    this.closed = new Promise((resolve) => this.#closed.signal.addEventListener('abort', () => resolve()));
    this.#handle = {
      service,
      workload: (revision) => this.#workload(revision),
      changed: () => this.changed(),
      until: (condition, signal) => this.#changes.until(condition, signal),
      event: (message) => this.#scheduler.event(message),
    };
    void this.#loop(closed).catch((error) => {
      if (!closed.aborted) {
        throw error;
      }
    });
  }

  /** Something that the scheduler looks at has changed. */
  changed(): void {
    this.#changes.notify();
  }

  /** Starts a service deployment to `target`; one that runs is superseded. */
  deploy(target: RevisionRecord): DeploymentRecord {
    const { service } = this;
    const now = this.#world.clock.now();
    const fallback = service.stable;
    const active = service.workloads.map((workload) => workload.revision);
    const record: DeploymentRecord = {
      arn: arns.deployment(this.#world.account, service.cluster.name, service.name),
      service,
      configuration: service.configuration,
      sources: [...new Set([...(fallback === undefined ? [] : [fallback]), ...active])],
      fallback,
      target,
      createdAt: now,
      startedAt: undefined,
      finishedAt: undefined,
      stoppedAt: undefined,
      updatedAt: now,
      status: 'PENDING',
      statusReason: undefined,
      stage: undefined,
      hooks: [],
      breaker: newBreaker(service.configuration),
      alarms: newAlarms(service.configuration),
      weights: undefined,
      rollback: undefined,
      finalCounts: undefined,
    };
    service.deployments = [record, ...service.deployments];
    service.revisions.set(target.arn, target);
    service.primary = this.#workload(target);
    const previous = this.#run;
    previous?.supersede('Service deployment stopped because a new service deployment was started.');
    this.#run = new DeploymentRun(this.#world, this.#handle, record, previous?.done ?? Promise.resolve());
    void this.#run.done.then(() => this.#world.state.deploymentEnded(service, this.#world.clock.now()));
    return record;
  }

  /** The run of a deployment that has not ended. */
  runOf(record: DeploymentRecord): DeploymentRun | undefined {
    return this.#run?.record === record && !isFinal(record) ? this.#run : undefined;
  }

  stopTask(task: TaskRecord, request: StopRequest): void {
    this.#scheduler.stopTask(task, request);
  }

  /** Drains and stops everything; the service is INACTIVE when the last task is gone. */
  async delete(): Promise<void> {
    const { service } = this;
    service.status = 'DRAINING';
    service.desiredCount = 0;
    this.#run?.supersede('Service deployment stopped because the service was deleted.');
    await this.#run?.done;
    for (const workload of service.workloads) {
      workload.scale = 'none';
    }
    service.primary = undefined;
    this.changed();
    await this.#changes.until(() => service.tasks.size === 0, this.#world.ended).catch(() => {});
    service.workloads.length = 0;
    this.#world.state.endService(service);
    this.#closed.abort();
  }

  /** Resolves when no deployment runs and every task is as it should be. Rejects when `signal` aborts first. */
  idle(signal: AbortSignal): Promise<void> {
    const idle = () => this.service.status !== 'ACTIVE' || (this.#steady && this.#isSteady());
    return this.#changes.until(idle, signal);
  }

  /** Ends every task at once; the loop has ended with the platform's signal. */
  end(): Promise<void> {
    return this.#scheduler.endAll();
  }

  #isSteady(): boolean {
    const deploying = this.#run !== undefined && !isFinal(this.#run.record);
    return !deploying && isSteady(this.service, this.#world.clock);
  }

  async #loop(closed: AbortSignal): Promise<void> {
    while (!closed.aborted) {
      const { version } = this.#changes;
      this.#scheduler.reconcile();
      this.#reportSteady();
      await this.#changes.after(version, closed);
      // Several changes at once (all tasks of a deployment) are looked at together.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #reportSteady(): void {
    const steady = this.#isSteady();
    if (steady && !this.#steady) {
      this.#scheduler.event(eventText.steady(this.service.name));
      this.#changes.notify();
    }
    this.#steady = steady;
  }

  #workload(revision: RevisionRecord): Workload {
    const existing = this.service.workloads.find((workload) => workload.revision === revision);
    if (existing !== undefined) {
      return existing;
    }
    const id = workloadId();
    const now = this.#world.clock.now();
    const workload: Workload = {
      id,
      revision,
      createdAt: now,
      updatedAt: now,
      scale: 'none',
      rollout: 'IN_PROGRESS',
      rolloutReason: rolloutText.inProgress(id),
      established: false,
      failures: 0,
      failed: { inARow: 0, inAll: 0 },
      retryAt: 0,
    };
    this.service.workloads.push(workload);
    return workload;
  }
}
