/** All experiments of the platform: started within their quota, stopped, remembered. */
import { keepLast } from '../../keep-last.ts';
import { errors } from '../errors.ts';
import { newExperimentId } from '../names.ts';
import { KEPT_EXPERIMENTS, QUOTAS } from '../quotas.ts';
import type { TemplateRecord } from '../templates/template.ts';
import { type ExperimentRecord, hasEnded } from './record.ts';
import { ExperimentRun, type RunWorld } from './run.ts';
import type { SafetyLever } from './safety-lever.ts';
import { HALTED } from './stop-conditions.ts';

export interface StartRequest {
  readonly template: TemplateRecord;
  readonly actionsMode: 'run-all' | 'skip-all';
  readonly tags: ReadonlyMap<string, string>;
}

export class Experiments {
  readonly #world: RunWorld;
  readonly #lever: SafetyLever;
  readonly #isHalted: (record: ExperimentRecord) => boolean;
  readonly #records = new Map<string, ExperimentRecord>();
  readonly #runs = new Map<string, ExperimentRun>();

  /** @param isHalted whether an alarm that the experiment is to stop at is in ALARM already */
  constructor(world: RunWorld, lever: SafetyLever, isHalted: (record: ExperimentRecord) => boolean = () => false) {
    this.#isHalted = isHalted;
    this.#world = world;
    this.#lever = lever;
  }

  /**
   * Starts an experiment, or makes a cancelled one while the safety lever is engaged.
   * @throws AwsError ServiceQuotaExceededException; UnsupportedOperationException for what AWS would do and the platform cannot
   */
  start(request: StartRequest): ExperimentRecord {
    if (this.#runs.size >= QUOTAS.activeExperiments) {
      throw errors.quota(`There are ${this.#runs.size} active experiments, which is as many as there may be.`);
    }
    this.#refuseUnsupported(request);
    const { actionsMode } = request;
    const record = this.#newRecord(request);
    keepLast(this.#records, KEPT_EXPERIMENTS, hasEnded);
    this.#records.set(record.id, record);
    if (this.#lever.stopsExperiments) {
      const reason = 'Experiment was cancelled: the safety lever is engaged.';
      record.state = { status: 'cancelled', reason };
      record.endedAt = record.createdAt;
      for (const action of record.actions) {
        action.state = { status: 'cancelled', reason };
      }
      return record;
    }
    const run = new ExperimentRun(record, this.#world);
    this.#runs.set(record.id, run);
    void run.done.then(() => this.#runs.delete(record.id));
    if (actionsMode === 'run-all' && this.#isHalted(record)) {
      run.stop(HALTED);
    }
    return record;
  }

  /** The experiment. @throws AwsError ResourceNotFoundException */
  get(id: string): ExperimentRecord {
    const record = this.#records.get(id);
    if (record === undefined) {
      throw errors.noExperiment(id);
    }
    return record;
  }

  /** In the order of their starts, ended ones too. */
  all(): ExperimentRecord[] {
    return [...this.#records.values()];
  }

  /** Begins to end an experiment; what stop conditions call, too. @throws AwsError ResourceNotFoundException, ValidationException when it has ended */
  stop(id: string, reason: string): ExperimentRecord {
    const record = this.get(id);
    const run = this.#runs.get(id);
    if (run === undefined || hasEnded(record)) {
      throw errors.invalid(`Experiment ${id} cannot be stopped: it is ${record.state.status}.`);
    }
    run.stop(reason);
    return record;
  }

  /** Ends all that run; resolves when they have ended. */
  async stopAll(reason: string): Promise<void> {
    const runs = [...this.#runs.values()];
    for (const run of runs) {
      run.stop(reason);
    }
    await Promise.all(runs.map(({ done }) => done));
  }

  #newRecord({ template, actionsMode, tags }: StartRequest): ExperimentRecord {
    const { region, accountId, clock } = this.#world;
    const id = newExperimentId();
    const { content } = template;
    return {
      id,
      arn: `arn:aws:fis:${region}:${accountId}:experiment/${id}`,
      templateId: template.id,
      content,
      options: {
        accountTargeting: 'single-account',
        emptyTargetResolutionMode: 'fail',
        ...content.experimentOptions,
        actionsMode,
      },
      createdAt: clock.now(),
      tags: new Map(tags),
      actions: Object.entries(content.actions).map(([name, input]) => ({
        name,
        input,
        state: { status: 'pending', reason: 'Initial state' },
      })),
      state: { status: 'pending', reason: 'Experiment is pending.' },
      resolved: new Map(),
    };
  }

  #refuseUnsupported({ template: { content }, actionsMode }: StartRequest): void {
    const types = Object.values(content.targets ?? {}).map(({ resourceType }) => resourceType);
    const missing = types.find((type) => !this.#world.sources.has(type));
    if (missing !== undefined) {
      throw errors.notHere(`surefoot's rehearsal platform has no resources of the type ${missing}; AWS does.`);
    }
    const ids = Object.values(content.actions).map(({ actionId }) => actionId);
    const inert = actionsMode === 'skip-all' ? undefined : ids.find((id) => !this.#world.faults.has(id));
    if (inert !== undefined) {
      throw errors.notHere(
        `surefoot's rehearsal platform does not inject ${inert}; AWS does. Start the experiment with actionsMode skip-all to see its targets.`,
      );
    }
  }
}
