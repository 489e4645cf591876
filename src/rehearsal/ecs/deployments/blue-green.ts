/**
 * BLUE_GREEN, CANARY and LINEAR: the new revision is started beside the old one with all its tasks, and traffic is moved by listener rule
 * weights, in one step, two, or many.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
import { firstStages, type StageAction, shiftingStages } from '../plan/stages.ts';
import { weightSteps } from '../plan/weight-steps.ts';
import type { RevisionRecord } from '../records/revision.ts';
import { countTasks, workloadOf } from '../service/facts.ts';
import { reconcile, unfinishedSources } from './reconcile.ts';
import type { Strategy, StrategyScene } from './strategy.ts';
import { networkingProblem, type RuleKind, returnTraffic, shiftTraffic } from './traffic.ts';

/** The way forward by the stages of `plan/stages.ts`, and the way back by moving the traffic first. */
export class BlueGreen implements Strategy {
  readonly #scene: StrategyScene;

  constructor(scene: StrategyScene) {
    this.#scene = scene;
    const tested = scene.record.target.targets.some((target) => target.testListenerRule !== undefined);
    scene.record.weights = { production: 0, test: tested ? 0 : undefined };
  }

  async forward(signal: AbortSignal): Promise<void> {
    const { world, record, control } = this.#scene;
    const { configuration, fallback } = record;
    const reconcile = unfinishedSources(record).length > 0;
    const first = fallback === undefined;
    const { stepBake } = world;
    const stages = first
      ? firstStages(reconcile)
      : shiftingStages(weightSteps(configuration), configuration.bakeTimeInMinutes ?? 0, { reconcile, stepBake });
    for (const { stage, action } of stages) {
      // Whoever asked to go back while a rule was being changed must not see the next stage move more.
      signal.throwIfAborted();
      control.enter(stage);
      await this.#perform(action, signal);
      if (!first) {
        await control.pauseAt(stage, signal);
      }
    }
  }

  /** Traffic goes back first; only then does the new revision end. AWS runs the two shift stages again for it. */
  async back(fallback: RevisionRecord, signal: AbortSignal): Promise<void> {
    const { world, handle, record, control } = this.#scene;
    const { service } = handle;
    const blue = handle.workload(fallback);
    service.primary = blue;
    blue.scale = 'desired';
    handle.changed();
    // Kept warm, it takes the traffic at once, whatever its health; started again, it has to be there first.
    const kept = blue.established && countTasks(service, blue, world.clock).running > 0;
    await handle.until(() => kept || this.#healthy(fallback) >= Math.min(1, service.desiredCount), signal);
    await reconcile(this.#scene, () => false, signal);
    const { weights } = record;
    if (weights !== undefined && weights.production > 0) {
      control.enter('PRODUCTION_TRAFFIC_SHIFT');
      await this.#unshift('production', fallback);
    }
    if (weights?.test !== undefined && weights.test > 0) {
      control.enter('TEST_TRAFFIC_SHIFT');
      await this.#unshift('test', fallback);
    }
    control.enter('CLEAN_UP');
    await this.#end(record.target, signal);
    await this.#untilFull(fallback, signal);
  }

  async #perform(action: StageAction, signal: AbortSignal): Promise<void> {
    const { world } = this.#scene;
    switch (action.do) {
      case 'nothing':
        return;
      case 'reconcile':
        return reconcile(this.#scene, () => false, signal);
      case 'scale-up':
        return this.#scaleUp(signal);
      case 'shift-test':
        return this.#shift('test', action.percent);
      case 'shift-production':
        await world.clock.sleepScaled(action.waitMinutes * 60_000, signal);
        await this.#shift('production', action.percent);
        return world.clock.sleepScaled(action.bakeMinutes * 60_000, signal);
      case 'bake':
        return world.clock.sleepScaled(action.minutes * 60_000, signal);
      case 'clean-up':
        return this.#cleanUp(signal);
    }
  }

  async #scaleUp(signal: AbortSignal): Promise<void> {
    const { world, handle, record } = this.#scene;
    const { service } = handle;
    const { target } = record;
    const problem = await networkingProblem(world.call, target.targets);
    if (problem !== undefined) {
      throw new Error(problem);
    }
    signal.throwIfAborted();
    const green = handle.workload(target);
    green.scale = 'desired';
    service.primary = green;
    handle.changed();
    await this.#untilFull(target, signal);
  }

  async #cleanUp(signal: AbortSignal): Promise<void> {
    const { handle, record } = this.#scene;
    const { service } = handle;
    service.stable = record.target;
    for (const revision of record.sources) {
      await this.#end(revision, signal);
    }
  }

  async #shift(kind: RuleKind, percent: number): Promise<void> {
    const { world, record } = this.#scene;
    const requested = () => this.#note(kind, percent);
    await shiftTraffic(world.call, record.target.targets, kind, percent, requested);
    requested();
  }

  async #unshift(kind: RuleKind, fallback: RevisionRecord): Promise<void> {
    const { world, record } = this.#scene;
    await returnTraffic(world.call, record.target.targets, fallback.targets, kind);
    this.#note(kind, 0);
  }

  /** Records what is requested for the new revision; of test traffic only where there is a rule for it. */
  #note(kind: RuleKind, percent: number): void {
    const { weights } = this.#scene.record;
    if (weights !== undefined && weights[kind] !== undefined) {
      weights[kind] = percent;
    }
  }

  #healthy(revision: RevisionRecord): number {
    const { world, handle } = this.#scene;
    const workload = workloadOf(handle.service, revision);
    return workload === undefined ? 0 : countTasks(handle.service, workload, world.clock).healthy;
  }

  #untilFull(revision: RevisionRecord, signal: AbortSignal): Promise<void> {
    const { handle } = this.#scene;
    return handle.until(() => this.#healthy(revision) >= handle.service.desiredCount, signal);
  }

  /** Scales the revision to 0; resolves when its last task is STOPPED. */
  async #end(revision: RevisionRecord, signal: AbortSignal): Promise<void> {
    const { handle } = this.#scene;
    const workload = workloadOf(handle.service, revision);
    if (workload !== undefined) {
      workload.scale = 'none';
      handle.changed();
    }
    await handle.until(() => workloadOf(handle.service, revision) === undefined, signal);
  }
}
