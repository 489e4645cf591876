/**
 * A planned move with a command that stops writes: the old database takes none, the replicas have all of them and are promoted; and only
 * then users are moved. Nothing that was acknowledged is lost, whoever still uses the other region, and reads go on meanwhile.
 */
import { mayPass } from '../../../../aws/errors.ts';
import { lookEveryMs } from '../../../common/polling.ts';
import type { Recorder } from '../../../recorder.ts';
import { type Step, StepFailed } from '../../request.ts';
import { placeOf, type RegionInputs, type RegionPorts, type WriteHold } from '../request.ts';
import { untilCaughtUp } from './drained.ts';
import { beginPromotion, notPromoted, promoteAll, replicasAmong } from './replicas.ts';

/** Longer than that nobody's writes are refused for a replica that does not come. */
const LIMIT_SECONDS = 300;
const ASK_EACH_MS = 250;
/** Of a run that was cancelled: the command that lets writes in again has so long. */
const RELEASE_WITHIN_MS = 60_000;
/** What the command ends with. */
const [THERE, NOT_YET] = [0, 1];

/** @param names of the replicas */
export function pauseStep(names: readonly string[], hold: WriteHold, inputs: RegionInputs, ports: RegionPorts): Step {
  const [have, become] = names.length === 1 ? ['has', 'a database of its own'] : ['have', 'databases of their own'];
  return {
    id: 'pause',
    title: `stop writes to the database of ${placeOf(inputs.from)}, wait until ${names.join(', ')} ${have} all of them, and make it ${become}: for good`,
    undo: 'until the promotion has begun, the command of --hold-writes with SUREFOOT_STEP=release',
    async done() {
      const left = await notPromoted(names, ports);
      return left.length === 0 ? `${names.join(', ')}: no replica any more` : undefined;
    },
    carryOut: (recorder) => new WritePause(names, hold, inputs, ports).carryOut(recorder),
  };
}

class WritePause {
  readonly #names: readonly string[];
  readonly #hold: WriteHold;
  readonly #inputs: RegionInputs;
  readonly #ports: RegionPorts;
  /** Promotions that RDS took; and whether one was asked for at all: its answer may have been lost. */
  readonly #taken = new Set<string>();
  #asked = false;

  constructor(names: readonly string[], hold: WriteHold, inputs: RegionInputs, ports: RegionPorts) {
    this.#names = names;
    this.#hold = hold;
    this.#inputs = inputs;
    this.#ports = ports;
  }

  async carryOut(recorder: Recorder): Promise<string> {
    const { clock } = this.#ports;
    const since = clock.now();
    const seen = await this.#untilBegun();
    const did = await promoteAll(this.#names, this.#taken, this.#inputs.speed, this.#ports);
    recorder.measure({
      ...{ indicator: 'rpo', value: 0, unit: 's' },
      method: 'writes were stopped, and all that was acknowledged was in the replicas before they were promoted',
    });
    recorder.measure({
      ...{
        indicator: 'write pause',
        value: Math.round((clock.now().getTime() - since.getTime()) / 100) / 10,
        unit: 's',
      },
      method: 'no database took writes: from the call of the command until the promotion was seen to be over',
    });
    return `${seen}; ${did}`;
  }

  /** Until a promotion may have begun, whatever goes wrong lets writes in again. */
  async #untilBegun(): Promise<string> {
    const { clock, signal } = this.#ports;
    try {
      await this.#stopWrites();
      const heldAt = clock.now();
      const replicas = await this.#settled();
      if (replicas.length === 0) {
        return 'the promotion had begun already';
      }
      const seen = await this.#caughtUp(replicas, heldAt);
      signal.throwIfAborted();
      this.#asked = true;
      await beginPromotion(replicas, this.#taken, this.#ports);
      return seen;
    } catch (error) {
      throw await this.#afterwards(error);
    }
  }

  async #stopWrites(): Promise<void> {
    const { signal } = this.#ports;
    const ended = await this.#hold('hold', this.#names, signal);
    signal.throwIfAborted();
    if (ended !== 0) {
      throw new StepFailed(
        'writes-not-held',
        `the command of --hold-writes ended with ${ended ?? 'a signal'} for hold`,
      );
    }
  }

  /** Those that are replicas for sure: what RDS works on may be under promotion, by an earlier run. */
  async #settled(): Promise<string[]> {
    const { clock, signal, reporter } = this.#ports;
    const limit = clock.now().getTime() + LIMIT_SECONDS * 1000;
    for (;;) {
      const { replicas, unclear } = await replicasAmong(this.#names, this.#ports);
      if (unclear.length === 0) {
        return replicas;
      }
      if (clock.now().getTime() > limit) {
        this.#asked = true;
        throw new StepFailed('promotion-unclear', `${unclear.join('; ')}: whether that is its promotion is not known`);
      }
      reporter.progress(unclear.join('; '));
      await clock.sleep(lookEveryMs(this.#inputs.speed), signal);
    }
  }

  /** The command knows best; where it cannot tell, ReplicaLag does, minutes later. */
  async #caughtUp(replicas: readonly string[], heldAt: Date): Promise<string> {
    const { clock, signal, reporter } = this.#ports;
    const which = replicas.join(', ');
    for (;;) {
      const ended = await this.#hold('caught-up', replicas, signal);
      signal.throwIfAborted();
      if (ended === THERE) {
        return `no writes since ${heldAt.toISOString()}, and all of them in ${which}, as the command says`;
      }
      if (ended !== NOT_YET) {
        return untilCaughtUp(replicas, heldAt, this.#inputs, this.#ports);
      }
      if (clock.now().getTime() > heldAt.getTime() + LIMIT_SECONDS * 1000) {
        throw new StepFailed('not-caught-up', `${which} had not all writes ${LIMIT_SECONDS} s after they were stopped`);
      }
      reporter.progress('writes are stopped; the replicas catch up');
      await clock.sleep(ASK_EACH_MS, signal);
    }
  }

  /** Resolves with the error as it is to be told. Writes into the old database while another one is promoted would be lost. */
  async #afterwards(error: unknown): Promise<unknown> {
    const { reporter, signal } = this.#ports;
    const refusedByRds = this.#taken.size === 0 && !signal.aborted && !(error instanceof StepFailed) && !mayPass(error);
    const told = this.#asked && !refusedByRds ? STAYS : await this.#release();
    reporter.warn(told);
    return error instanceof StepFailed ? new StepFailed(error.code, `${error.message}. ${told}`) : error;
  }

  async #release(): Promise<string> {
    const ended = await this.#hold('release', this.#names, AbortSignal.timeout(RELEASE_WITHIN_MS));
    return ended === 0
      ? 'Writes were let in again, nothing was promoted'
      : `NOTHING WAS PROMOTED, AND WRITES MAY STILL BE STOPPED: the command of --hold-writes ended with ${ended ?? 'a signal'} for release. Run it with SUREFOOT_STEP=release`;
  }
}

const STAYS =
  'Writes stay stopped, as a promotion may have begun: the same command goes on. Let them in again (SUREFOOT_STEP=release) only when every replica is still one';
