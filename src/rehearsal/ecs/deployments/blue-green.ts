/**
 * BLUE_GREEN: the new revision is started beside the old one, and traffic is moved by listener rule weights. CANARY and LINEAR are the
 * same walk with more weight steps.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
import { firstStages, type StageAction, shiftingStages, weightSteps } from '../plan/stages.ts';
import type { DeploymentRecord } from '../records/deployment.ts';
import type { RevisionRecord } from '../records/service.ts';
import { countTasks, workloadOf } from '../service/facts.ts';
import type { EcsWorld } from '../world.ts';
import type { ServiceHandle, StageControl, Strategy } from './deployment-run.ts';
import { reconcile, unfinishedSources } from './reconcile.ts';
import { networkingProblem, type RuleKind, returnTraffic, shiftTraffic } from './traffic.ts';

/** The way forward by the stages of `plan/stages.ts`, and the way back by moving the traffic first. */
export class BlueGreen implements Strategy {
  readonly #world: EcsWorld;
  readonly #handle: ServiceHandle;
  readonly #record: DeploymentRecord;
  readonly #control: StageControl;

  constructor(world: EcsWorld, handle: ServiceHandle, record: DeploymentRecord, control: StageControl) {
    this.#world = world;
    this.#handle = handle;
    this.#record = record;
    this.#control = control;
    const tested = record.target.targets.some((target) => target.testListenerRule !== undefined);
    record.weights = { production: 0, test: tested ? 0 : undefined };
  }

  async forward(signal: AbortSignal): Promise<void> {
    const { configuration, fallback } = this.#record;
    const unfinished = unfinishedSources(this.#record).length > 0;
    const first = fallback === undefined;
    const stages = first
      ? firstStages(unfinished)
      : shiftingStages(weightSteps(configuration), configuration.bakeTimeInMinutes ?? 0, unfinished);
    for (const { stage, action } of stages) {
      this.#control.enter(stage);
      await this.#perform(action, signal);
      if (!first) {
        await this.#control.pauseAt(stage, signal);
      }
    }
  }

  /** Traffic goes back first; only then does the new revision end. AWS runs the two shift stages again for it. */
  async back(fallback: RevisionRecord, signal: AbortSignal): Promise<void> {
    const { service } = this.#handle;
    const blue = this.#handle.workload(fallback);
    service.primary = blue;
    blue.scale = 'desired';
    this.#handle.changed();
    // Kept warm, it takes the traffic at once, whatever its health; started again, it has to be there first.
    const kept = blue.established && countTasks(service, blue, this.#world.clock).running > 0;
    await this.#handle.until(() => kept || this.#healthy(fallback) >= Math.min(1, service.desiredCount), signal);
    await reconcile(this.#world, this.#handle, this.#record, () => false, signal);
    const { weights } = this.#record;
    if (weights !== undefined && weights.production > 0) {
      this.#control.enter('PRODUCTION_TRAFFIC_SHIFT');
      await this.#unshift('production', fallback);
    }
    if (weights?.test !== undefined && weights.test > 0) {
      this.#control.enter('TEST_TRAFFIC_SHIFT');
      await this.#unshift('test', fallback);
    }
    this.#control.enter('CLEAN_UP');
    await this.#end(this.#record.target, signal);
    await this.#untilFull(fallback, signal);
  }

  async #perform(action: StageAction, signal: AbortSignal): Promise<void> {
    switch (action.do) {
      case 'nothing':
        return;
      case 'reconcile':
        return reconcile(this.#world, this.#handle, this.#record, () => false, signal);
      case 'scale-up':
        return this.#scaleUp(signal);
      case 'shift-test':
        return this.#shift('test', action.percent);
      case 'shift-production':
        await this.#shift('production', action.percent);
        return this.#world.clock.sleepScaled(action.bakeMinutes * 60_000, signal);
      case 'bake':
        return this.#world.clock.sleepScaled(action.minutes * 60_000, signal);
      case 'clean-up':
        return this.#cleanUp(signal);
    }
  }

  async #scaleUp(signal: AbortSignal): Promise<void> {
    const { service } = this.#handle;
    const { target } = this.#record;
    const problem = await networkingProblem(this.#world.call, target.targets);
    if (problem !== undefined) {
      throw new Error(problem);
    }
    signal.throwIfAborted();
    const green = this.#handle.workload(target);
    green.scale = 'desired';
    service.primary = green;
    this.#handle.changed();
    await this.#untilFull(target, signal);
  }

  async #cleanUp(signal: AbortSignal): Promise<void> {
    const { service } = this.#handle;
    service.stable = this.#record.target;
    for (const revision of this.#record.sources) {
      await this.#end(revision, signal);
    }
  }

  async #shift(kind: RuleKind, percent: number): Promise<void> {
    const { target, weights } = this.#record;
    await shiftTraffic(this.#world.call, target.targets, kind, percent);
    if (weights !== undefined && weights[kind] !== undefined) {
      weights[kind] = percent;
    }
  }

  async #unshift(kind: RuleKind, fallback: RevisionRecord): Promise<void> {
    const { target, weights } = this.#record;
    await returnTraffic(this.#world.call, target.targets, fallback.targets, kind);
    if (weights !== undefined && weights[kind] !== undefined) {
      weights[kind] = 0;
    }
  }

  #healthy(revision: RevisionRecord): number {
    const workload = workloadOf(this.#handle.service, revision);
    return workload === undefined ? 0 : countTasks(this.#handle.service, workload, this.#world.clock).healthy;
  }

  #untilFull(revision: RevisionRecord, signal: AbortSignal): Promise<void> {
    return this.#handle.until(() => this.#healthy(revision) >= this.#handle.service.desiredCount, signal);
  }

  /** Scales the revision to 0; resolves when its last task is STOPPED. */
  async #end(revision: RevisionRecord, signal: AbortSignal): Promise<void> {
    const workload = workloadOf(this.#handle.service, revision);
    if (workload !== undefined) {
      workload.scale = 'none';
      this.#handle.changed();
    }
    await this.#handle.until(() => workloadOf(this.#handle.service, revision) === undefined, signal);
  }
}
