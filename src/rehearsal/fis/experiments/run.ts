/**
 * One experiment from its start to its end: targets, then actions in the order of `startAfter`, side by side where nothing orders them.
 * States as in https://docs.aws.amazon.com/fis/latest/userguide/experiments.html
 */
import type { InternalCall } from '../../wire/operation.ts';
import type { RehearsalClock } from '../../world/clock.ts';
import { type FaultActions, FaultFailure, type FaultTargets } from '../faults/fault-action.ts';
import { resolveTargets } from '../targets/resolve.ts';
import type { ResourceSources } from '../targets/resource.ts';
import type { ActionRecord, ExperimentRecord } from './record.ts';

export interface RunWorld {
  readonly clock: RehearsalClock;
  readonly call: InternalCall;
  readonly region: string;
  readonly accountId: string;
  readonly sources: ResourceSources;
  readonly faults: FaultActions;
}

/** What AWS takes before and for the resolution of targets, in ms of the platform's time. */
const PENDING_MS = 1000;
const INITIATING_MS = 2000;

/** There is no IAM here. A role of this name may look at everything and do nothing, so that a missing permission can be met. */
const POWERLESS_ROLE = ':role/without-permissions';

/** Why a run ends before its actions do. */
interface Halt {
  readonly status: 'stopped' | 'failed';
  readonly reason: string;
  readonly failure?: FaultFailure;
}

export class ExperimentRun {
  readonly record: ExperimentRecord;
  /** Resolves at the end, however it went. */
  readonly done: Promise<void>;
  readonly #world: RunWorld;
  readonly #halted = new AbortController();
  readonly #actions = new Map<string, Promise<void>>();
  #halt: Halt | undefined;

  /** Begins at once. */
  constructor(record: ExperimentRecord, world: RunWorld) {
    this.record = record;
    this.#world = world;
    this.done = this.#run()
      .catch((error: unknown) => this.#fail(error))
      .then(() => this.#end());
  }

  /** Ends the faults, reverts what can be reverted, cancels what has not begun. Later calls, and calls after the end, do nothing. */
  stop(reason: string): void {
    if (this.#halt === undefined && this.record.endedAt === undefined) {
      this.record.state = { status: 'stopping', reason };
      this.#haltWith({ status: 'stopped', reason });
    }
  }

  async #run(): Promise<void> {
    const { record } = this;
    const { clock, sources } = this.#world;
    await clock.sleepScaled(PENDING_MS, this.#halted.signal);
    record.state = { status: 'initiating', reason: 'Experiment is initiating.' };
    record.startedAt = clock.now();
    const whenEmpty = record.options.emptyTargetResolutionMode;
    record.resolved = await resolveTargets(record.content, { sources, whenEmpty });
    await clock.sleepScaled(INITIATING_MS, this.#halted.signal);
    if (record.options.actionsMode === 'skip-all') {
      for (const action of record.actions) {
        action.state = { status: 'skipped', reason: 'Action was skipped: the actions mode is skip-all.' };
      }
      return;
    }
    record.state = { status: 'running', reason: 'Experiment is running.' };
    await Promise.all(record.actions.map((action) => this.#actionRun(action)));
  }

  /** Begins the action when those that it starts after have ended; once, whoever asks. */
  #actionRun(action: ActionRecord): Promise<void> {
    const known = this.#actions.get(action.name);
    if (known !== undefined) {
      return known;
    }
    const before = (action.input.startAfter ?? []).flatMap((name) =>
      this.record.actions.filter((each) => each.name === name),
    );
    const run = Promise.all(before.map((each) => this.#actionRun(each))).then(() => this.#act(action));
    this.#actions.set(action.name, run);
    return run;
  }

  async #act(action: ActionRecord): Promise<void> {
    if (this.#halt !== undefined) {
      return;
    }
    const { clock } = this.#world;
    const targets = this.#targetsOf(action);
    if ([...targets.values()].some((resources) => resources.length === 0)) {
      action.state = { status: 'skipped', reason: 'Action was skipped: its target resolved to no resources.' };
      return;
    }
    action.startedAt = clock.now();
    try {
      action.state = { status: 'initiating', reason: 'Action is initiating.' };
      action.state = await this.#inject(action, targets);
    } catch (error) {
      action.state = { status: 'failed', reason: shortened(messageOf(error)) };
      this.#fail(error, action.name);
    }
    action.endedAt = clock.now();
  }

  async #inject(action: ActionRecord, targets: FaultTargets): Promise<ActionRecord['state']> {
    const { clock, call, region, accountId, faults } = this.#world;
    const { roleArn } = this.record.content;
    if (roleArn.endsWith(POWERLESS_ROLE)) {
      const text = `The role ${roleArn} is not authorized to perform the action ${action.input.actionId}.`;
      throw new FaultFailure('AuthorizationFailure', action.name, text);
    }
    const names = { experimentId: this.record.id, actionName: action.name };
    const context = { ...names, clock, call, region, accountId, signal: this.#halted.signal };
    const fault = await faults.get(action.input.actionId)?.start(targets, action.input.parameters ?? {}, context);
    if (fault === undefined) {
      throw new FaultFailure('InternalFailure', action.name, `no fault is registered for ${action.input.actionId}`);
    }
    action.state = { status: 'running', reason: 'Action is running.' };
    const ended = await Promise.race([fault.ended.then(() => true), this.#whenHalted()]);
    if (ended) {
      return { status: 'completed', reason: 'Action was completed.' };
    }
    action.state = { status: 'stopping', reason: 'Action is stopping.' };
    await fault.stop();
    return { status: 'stopped', reason: 'Action was stopped.' };
  }

  #whenHalted(): Promise<false> {
    const { signal } = this.#halted;
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve(false);
      }
      signal.addEventListener('abort', () => resolve(false), { once: true });
    });
  }

  #targetsOf({ input }: ActionRecord): FaultTargets {
    return new Map(
      Object.entries(input.targets ?? {}).map(([key, name]) => [key, this.record.resolved.get(name) ?? []]),
    );
  }

  /** What halts a run by itself ends in an error here, too; the first reason counts. */
  #fail(error: unknown, location = 'experiment'): void {
    const failure =
      error instanceof FaultFailure ? error : new FaultFailure('InternalFailure', location, messageOf(error));
    this.#haltWith({ status: 'failed', reason: shortened(failure.message), failure });
  }

  #haltWith(halt: Halt): void {
    if (this.#halt === undefined) {
      this.#halt = halt;
      this.#halted.abort(new Error(halt.reason));
    }
  }

  async #end(): Promise<void> {
    await Promise.all(this.#actions.values());
    const { record } = this;
    for (const action of record.actions) {
      if (action.state.status === 'pending') {
        action.state = { status: 'cancelled', reason: 'Action was cancelled.' };
      }
    }
    record.endedAt = this.#world.clock.now();
    record.state = this.#finalState();
  }

  #finalState(): ExperimentRecord['state'] {
    if (this.#halt === undefined) {
      return { status: 'completed', reason: 'Experiment completed.' };
    }
    const { status, reason, failure } = this.#halt;
    const { accountId } = this.#world;
    return {
      status,
      reason,
      ...(failure === undefined ? {} : { error: { code: failure.code, location: failure.location, accountId } }),
    };
  }
}

/** "Maximum length of 512" (AWS: ExperimentState). */
const LONGEST_REASON = 512;

function shortened(text: string): string {
  return text.slice(0, LONGEST_REASON) || 'unknown';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
