/**
 * One service deployment from PENDING to its final status. The strategy says what forward and back mean; this file owns the statuses.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html
 */
import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { eventText } from '../plan/event-text.ts';
import type { Stage } from '../plan/stages.ts';
import { revisionCounts } from '../service/facts.ts';
import type { DeploymentRecord, HookRecord, RevisionRecord, ServiceRecord, Workload } from '../state.ts';
import { isFinal } from '../state.ts';
import type { EcsWorld } from '../world.ts';
import { BlueGreen } from './blue-green.ts';
import { RollbackRequested, Superseded } from './interruptions.ts';
import { PauseHooks } from './pause-hooks.ts';
import { Rolling } from './rolling.ts';

/** What a deployment may do with its service. */
export interface ServiceHandle {
  readonly service: ServiceRecord;
  /** The revision's workload; a new one when none is left. */
  workload(revision: RevisionRecord): Workload;
  /** Tells the scheduler that a scale changed. */
  changed(): void;
  until(condition: () => boolean, signal: AbortSignal): Promise<void>;
  event(message: string): void;
}

export interface StageControl {
  /** Enters a stage and records it. */
  enter(stage: Stage): void;
  /** Enters a stage, then waits for its PAUSE hooks. */
  pauseAt(stage: Stage, signal: AbortSignal): Promise<void>;
}

export interface Strategy {
  forward(signal: AbortSignal): Promise<void>;
  /** Back to `fallback`. */
  back(fallback: RevisionRecord, signal: AbortSignal): Promise<void>;
}

/** Runs one deployment; at any moment it goes forward, goes back, or has ended. */
export class DeploymentRun {
  readonly record: DeploymentRecord;
  /** Resolves when the deployment has its final status, or the platform stopped. */
  readonly done: Promise<void>;
  readonly #world: EcsWorld;
  readonly #handle: ServiceHandle;
  readonly #hooks: PauseHooks;
  readonly #strategy: Strategy;
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
    };
    this.#strategy =
      record.configuration.strategy === 'BLUE_GREEN'
        ? new BlueGreen(world, handle, record, control)
        : new Rolling(world, handle, record, control);
    this.done = previous.then(() => this.#execute());
  }

  /** Goes back to the previous revision; does nothing when that is under way already. `because` completes "rolled back because of …". */
  requestRollback(because: string): void {
    if (this.record.status === 'PENDING' || this.record.status === 'IN_PROGRESS') {
      this.#setStatus('ROLLBACK_REQUESTED', `Service deployment rolled back because of ${because}`);
      this.#forward.abort(new RollbackRequested(because));
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

  async #execute(): Promise<void> {
    const lifetime = AbortSignal.any([this.#lifetime.signal, this.#world.ended]);
    const signal = AbortSignal.any([this.#forward.signal, lifetime]);
    try {
      signal.throwIfAborted();
      this.record.startedAt = this.#world.clock.now();
      this.#setStatus('IN_PROGRESS', undefined);
      await this.#strategy.forward(signal);
      this.#completed(this.record.target);
      this.#finish('SUCCESSFUL', undefined);
    } catch (error) {
      if (!lifetime.aborted) {
        await this.#rollBack(error, lifetime);
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

  async #rollBack(cause: unknown, signal: AbortSignal): Promise<void> {
    const because = cause instanceof Error ? cause.message : String(cause);
    const reason = `Service deployment rolled back because of ${because}`;
    // Ends what the way forward still waits for, such as another hook of the same stage.
    this.#forward.abort(new RollbackRequested(because));
    const { fallback } = this.record;
    if (fallback === undefined) {
      this.#handle.workload(this.record.target).scale = 'frozen';
      this.#fail(`${reason} No rollback candidate was found to run the rollback.`);
      return;
    }
    this.record.rollback = { reason, startedAt: this.#world.clock.now(), revision: fallback };
    this.#setStatus('ROLLBACK_IN_PROGRESS', reason);
    this.#handle.event(eventText.rollingBack(this.#handle.service.name, this.#handle.workload(fallback).id));
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
    workload.rolloutReason = eventText.rolloutCompleted(workload.id);
    workload.updatedAt = this.#world.clock.now();
    this.#handle.event(eventText.completed(service.name, workload.id));
  }

  #fail(reason: string): void {
    const workload = this.#handle.workload(this.record.target);
    workload.rollout = 'FAILED';
    workload.rolloutReason = eventText.rolloutFailed(workload.id, reason);
    workload.updatedAt = this.#world.clock.now();
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
