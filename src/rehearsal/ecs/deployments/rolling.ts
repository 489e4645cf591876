/**
 * ROLLING: the scheduler replaces tasks within minimumHealthyPercent and maximumPercent; no traffic is shifted.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
import { ROLLING_STAGES } from '../plan/stages.ts';
import type { DeploymentRecord } from '../records/deployment.ts';
import type { RevisionRecord } from '../records/service.ts';
import { countTasks } from '../service/facts.ts';
import type { EcsWorld } from '../world.ts';
import type { ServiceHandle, StageControl, Strategy } from './deployment-run.ts';
import { reconcile, sameGroups, unfinishedSources } from './reconcile.ts';

/** Hands the replacing to the scheduler, forward and back alike, and waits for its end. */
export class Rolling implements Strategy {
  readonly #world: EcsWorld;
  readonly #handle: ServiceHandle;
  readonly #record: DeploymentRecord;
  readonly #control: StageControl;

  constructor(world: EcsWorld, handle: ServiceHandle, record: DeploymentRecord, control: StageControl) {
    this.#world = world;
    this.#handle = handle;
    this.#record = record;
    this.#control = control;
  }

  async forward(signal: AbortSignal): Promise<void> {
    if (unfinishedSources(this.#record).length > 0) {
      this.#control.enter('RECONCILE_SERVICE');
      await this.#reconcile(signal);
      await this.#control.pauseAt('RECONCILE_SERVICE', signal);
    }
    for (const stage of ROLLING_STAGES) {
      this.#control.enter(stage);
      if (stage === 'SCALE_UP') {
        await this.#rollTo(this.#record.target, signal);
      }
      await this.#control.pauseAt(stage, signal);
    }
    await this.#control.bakeAlarms(signal);
  }

  async back(fallback: RevisionRecord, signal: AbortSignal): Promise<void> {
    await this.#reconcile(signal);
    await this.#rollTo(fallback, signal);
  }

  /** Unfinished revisions in the same target groups are replaced like any other; those elsewhere are ended first. */
  #reconcile(signal: AbortSignal): Promise<void> {
    const keep = (revision: RevisionRecord) => sameGroups(revision, this.#record.target);
    return reconcile(this.#world, this.#handle, this.#record, keep, signal);
  }

  /** Replaces whatever runs by `revision`; resolves when it has all its tasks healthy and the others are gone. */
  async #rollTo(revision: RevisionRecord, signal: AbortSignal): Promise<void> {
    const { service } = this.#handle;
    const next = this.#handle.workload(revision);
    for (const workload of service.workloads) {
      workload.scale = workload.scale === 'none' ? 'none' : 'rolling';
    }
    next.scale = 'rolling';
    service.rollingIn = next;
    service.primary = next;
    this.#handle.changed();
    try {
      await this.#handle.until(() => {
        const { healthy, live } = countTasks(service, next, this.#world.clock);
        return service.workloads.length === 1 && healthy === service.desiredCount && live === healthy;
      }, signal);
      next.scale = 'desired';
    } finally {
      service.rollingIn = undefined;
      // Interrupted half way: what is there stays until whoever takes over decides.
      for (const workload of service.workloads) {
        workload.scale = workload.scale === 'rolling' ? 'frozen' : workload.scale;
      }
      this.#handle.changed();
    }
  }
}
