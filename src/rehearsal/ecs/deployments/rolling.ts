/**
 * ROLLING: the scheduler replaces tasks within minimumHealthyPercent and maximumPercent; no traffic is shifted.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
import { ROLLING_STAGES } from '../plan/stages.ts';
import type { RevisionRecord } from '../records/revision.ts';
import { countTasks } from '../service/facts.ts';
import { reconcile, sameGroups, unfinishedSources } from './reconcile.ts';
import type { Strategy, StrategyScene } from './strategy.ts';

/** Hands the replacing to the scheduler, forward and back alike, and waits for its end. */
export class Rolling implements Strategy {
  readonly #scene: StrategyScene;

  constructor(scene: StrategyScene) {
    this.#scene = scene;
  }

  async forward(signal: AbortSignal): Promise<void> {
    const { record, control } = this.#scene;
    if (unfinishedSources(record).length > 0) {
      control.enter('RECONCILE_SERVICE');
      await this.#reconcile(signal);
      await control.pauseAt('RECONCILE_SERVICE', signal);
    }
    for (const stage of ROLLING_STAGES) {
      control.enter(stage);
      if (stage === 'SCALE_UP') {
        await this.#rollTo(record.target, signal);
      }
      await control.pauseAt(stage, signal);
    }
    await control.bakeAlarms(signal);
  }

  async back(fallback: RevisionRecord, signal: AbortSignal): Promise<void> {
    await this.#reconcile(signal);
    await this.#rollTo(fallback, signal);
  }

  /** Unfinished revisions in the same target groups are replaced like any other; those elsewhere are ended first. */
  #reconcile(signal: AbortSignal): Promise<void> {
    const keep = (revision: RevisionRecord) => sameGroups(revision, this.#scene.record.target);
    return reconcile(this.#scene, keep, signal);
  }

  /** Replaces whatever runs by `revision`; resolves when it has all its tasks healthy and the others are gone. */
  async #rollTo(revision: RevisionRecord, signal: AbortSignal): Promise<void> {
    const { world, handle } = this.#scene;
    const { service } = handle;
    const next = handle.workload(revision);
    for (const workload of service.workloads) {
      workload.scale = workload.scale === 'none' ? 'none' : 'rolling';
    }
    next.scale = 'rolling';
    service.rollingIn = next;
    service.primary = next;
    handle.changed();
    try {
      await handle.until(() => {
        const { healthy, live } = countTasks(service, next, world.clock);
        return service.workloads.length === 1 && healthy === service.desiredCount && live === healthy;
      }, signal);
      next.scale = 'desired';
    } finally {
      service.rollingIn = undefined;
      // Interrupted half way: what is there stays until whoever takes over decides.
      for (const workload of service.workloads) {
        workload.scale = workload.scale === 'rolling' ? 'frozen' : workload.scale;
      }
      handle.changed();
    }
  }
}
