/**
 * One service deployment from PENDING to its final status. The strategy says what forward and back mean; this file owns the statuses.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html
 */
import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { linkSignals } from '../../world/linked-signal.ts';
import { eventText, rolloutText } from '../plan/event-text.ts';
import type { Stage } from '../plan/stages.ts';
import { shiftsTraffic } from '../plan/weight-steps.ts';
import type { HookRecord } from '../records/deployment.ts';
import { isFinal } from '../records/deployment.ts';
import type { RevisionRecord } from '../records/revision.ts';
import type { DeploymentRecord } from '../records/service.ts';
import { revisionCounts } from '../service/facts.ts';
import type { EcsWorld } from '../world.ts';
import { BlueGreen } from './blue-green.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { DeploymentAlarms } from './deployment-alarms.ts';
import {
  FailureDetected,
  failedRollout,
  failureEvent,
  RollbackRequested,
  rollbackRollout,
  Superseded,
  statusReason,
} from './interruptions.ts';
import { PauseHooks } from './pause-hooks.ts';
import { Rolling } from './rolling.ts';
import type { ServiceHandle, StageControl, Strategy, StrategyScene } from './strategy.ts';

/** Runs one deployment; at any moment it goes forward, goes back, or has ended. */
export class DeploymentRun {
  readonly record: DeploymentRecord;
  /** Resolves when the deployment has its final status, or the platform stopped. */
  readonly done: Promise<void>;
  readonly #world: EcsWorld;
  readonly #handle: ServiceHandle;
  readonly #hooks: PauseHooks;
  readonly #strategy: Strategy;
  readonly #breaker: CircuitBreaker;
  readonly #alarms: DeploymentAlarms;
  readonly #forward = new AbortController();
  readonly #lifetime = new AbortController();

  /** Begins once `previous`, the deployment that this one takes over from, has stopped. */
  constructor(world: EcsWorld, handle: ServiceHandle, record: DeploymentRecord, previous: Promise<void>) {
    this.#world = world;
    this.#handle = handle;
    this.record = record;
    this.#hooks = new PauseHooks(world, record);
    const control: StageControl = {
      enter: (stage) => this.#enter(stage),
      pauseAt: (stage, signal) => this.#hooks.waitAt(stage, signal),
      bakeAlarms: (signal) => this.#bakeAlarms(signal),
    };
    this.#breaker = new CircuitBreaker(handle, record);
    this.#alarms = new DeploymentAlarms(world, record);
    const scene: StrategyScene = { world, handle, record, control };
    this.#strategy = shiftsTraffic(record.configuration.strategy) ? new BlueGreen(scene) : new Rolling(scene);
    const lifetime = linkSignals(this.#lifetime.signal, world.ended);
    this.done = previous.then(() => this.#execute(lifetime.signal)).finally(lifetime.release);
  }

  /** Goes back to the previous revision; does nothing when that is under way already. `because` completes "rolled back because of …". */
  requestRollback(because: string): void {
    if (this.record.status === 'PENDING' || this.record.status === 'IN_PROGRESS') {
      const cause = new RollbackRequested(because);
      this.#setStatus('ROLLBACK_REQUESTED', statusReason(cause));
      this.#forward.abort(cause);
    }
  }

  /** Stops where it is: another deployment takes over, or the service is deleted. */
  supersede(reason: string): void {
    if (!isFinal(this.record)) {
      this.#setStatus('STOP_REQUESTED', reason);
      this.#lifetime.abort(new Superseded(reason));
    }
  }

  /** Answers a hook that waits. */
  answer(hook: HookRecord, action: 'CONTINUE' | 'ROLLBACK'): void {
    if (action === 'CONTINUE') {
      this.#hooks.proceed(hook);
      return;
    }
    this.#hooks.refuse(hook);
    this.requestRollback(`ContinueServiceDeployment with ROLLBACK at ${hook.stage}`);
  }

  async #execute(lifetime: AbortSignal): Promise<void> {
    try {
      await this.#goForward(AbortSignal.any([this.#forward.signal, lifetime]));
      this.#completed(this.record.target);
      this.#finish('SUCCESSFUL', undefined);
    } catch (error) {
      if (!lifetime.aborted) {
        await this.#leaveForward(this.#forward.signal.aborted ? this.#forward.signal.reason : error, lifetime);
      }
    }
    if (!this.#world.ended.aborted && !isFinal(this.record)) {
      this.record.stoppedAt = this.#world.clock.now();
      // Past its bake time the new revision is the live one; what is left is only the old one's end.
      this.#finish(
        this.record.stage === 'CLEAN_UP' && this.record.rollback === undefined ? 'SUCCESSFUL' : 'STOPPED',
        this.record.statusReason,
      );
    }
  }

  async #goForward(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.record.startedAt = this.#world.clock.now();
    this.#setStatus('IN_PROGRESS', undefined);
    const watch = new AbortController();
    try {
      await this.#alarms.begin();
      this.#watch(AbortSignal.any([signal, watch.signal]));
      await this.#strategy.forward(signal);
      signal.throwIfAborted();
    } finally {
      watch.abort();
      this.#breaker.complete();
      this.#alarms.complete();
    }
  }

  /** The circuit breaker and the alarms look on; either can fail the deployment. */
  #watch(signal: AbortSignal): void {
    for (const detector of [this.#breaker, this.#alarms]) {
      void detector
        .detect(signal)
        .then((failure) => {
          if (failure !== undefined) {
            this.#forward.abort(failure);
          }
        })
        .catch((error) => {
          if (!signal.aborted) {
            throw error;
          }
        });
    }
  }

  async #bakeAlarms(signal: AbortSignal): Promise<void> {
    if (this.#alarms.monitoring) {
      this.#enter('BAKE_TIME');
      await this.#world.clock.sleepScaled(this.#alarms.bakeMs, signal);
    }
  }

  async #leaveForward(cause: unknown, signal: AbortSignal): Promise<void> {
    // Ends what the way forward still waits for, such as another hook of the same stage.
    this.#forward.abort(cause);
    const { service } = this.#handle;
    const failed = this.#handle.workload(this.record.target);
    failed.rollout = 'FAILED';
    failed.rolloutReason = failedRollout(failed.id, cause);
    failed.updatedAt = this.#world.clock.now();
    const event = failureEvent(service.name, failed.id, cause);
    if (event !== undefined) {
      this.#handle.event(event);
    }
    if (cause instanceof FailureDetected && !cause.rollBack) {
      this.#stop(statusReason(cause));
    } else {
      await this.#rollBack(cause, signal);
    }
  }

  /**
   * "The rollback option is not in use for the failure detection mechanism and the service fails": the deployment stops where it is.
   * It "will transition to a failed state and stop launching new tasks": in a rolling update, and of a revision that never had all its
   * tasks healthy. What runs goes on; a green that was established keeps its tasks, for it may have traffic.
   * Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html (stoppedAt),
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentCircuitBreaker.html
   */
  #stop(reason: string): void {
    const target = this.#handle.workload(this.record.target);
    target.scale = target.established ? target.scale : 'frozen';
    this.record.stoppedAt = this.#world.clock.now();
    this.#finish('STOPPED', reason);
  }

  async #rollBack(cause: unknown, signal: AbortSignal): Promise<void> {
    const reason = statusReason(cause);
    const { fallback } = this.record;
    if (fallback === undefined) {
      this.#handle.workload(this.record.target).scale = 'frozen';
      this.#fail(`${reason} No rollback candidate was found to run the rollback.`);
      return;
    }
    this.record.rollback = { reason, startedAt: this.#world.clock.now(), revision: fallback };
    this.#setStatus('ROLLBACK_IN_PROGRESS', reason);
    const workload = this.#handle.workload(fallback);
    workload.rollout = 'IN_PROGRESS';
    workload.rolloutReason = rollbackRollout(workload.id, cause);
    this.#handle.event(eventText.rollingBack(this.#handle.service.name, workload.id));
    try {
      await this.#strategy.back(fallback, signal);
      this.#completed(fallback);
      this.#finish('ROLLBACK_SUCCESSFUL', reason);
    } catch (error) {
      if (!signal.aborted) {
        this.#fail(`${reason} The rollback failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  #completed(revision: RevisionRecord): void {
    const { service } = this.#handle;
    const workload = this.#handle.workload(revision);
    service.stable = revision;
    workload.rollout = 'COMPLETED';
    workload.rolloutReason = rolloutText.completed(workload.id);
    workload.updatedAt = this.#world.clock.now();
    this.#handle.event(eventText.completed(service.name, workload.id));
  }

  #fail(reason: string): void {
    this.record.stoppedAt = this.#world.clock.now();
    this.#finish('ROLLBACK_FAILED', reason);
  }

  #finish(status: ServiceDeploymentStatus, reason: string | undefined): void {
    const { service } = this.#handle;
    const revisions = [...this.record.sources, this.record.target];
    this.record.finalCounts = new Map(
      revisions.map((revision) => [revision.arn, revisionCounts(service, revision, this.#world.clock)]),
    );
    this.record.finishedAt = this.#world.clock.now();
    this.#setStatus(status, reason);
    this.#handle.changed();
  }

  #enter(stage: Stage): void {
    if (stage === 'CLEAN_UP') {
      // The bake time is over: no alarm and no failing task undoes the deployment any more.
      this.#alarms.complete();
      this.#breaker.complete();
    }
    this.record.stage = stage;
    this.record.updatedAt = this.#world.clock.now();
    this.#world.emit({ type: 'stage', deploymentArn: this.record.arn, stage });
  }

  #setStatus(status: ServiceDeploymentStatus, reason: string | undefined): void {
    this.record.status = status;
    this.record.statusReason = reason;
    this.record.updatedAt = this.#world.clock.now();
    this.#world.emit({ type: 'deployment', deploymentArn: this.record.arn, status, reason });
  }
}
