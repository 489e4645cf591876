/**
 * A guard beside the comparison of a shift: how fast the error budget of the whole service burns, over windows that reach back before the
 * shift. It sees what no comparison can: a failure that hits both revisions alike, or a small share of traffic that fails entirely.
 */
import type { Service } from '@aws-sdk/client-ecs';
import { OutsideError } from '../../../errors.ts';
import type { Objective } from '../../../platform/model/objectives.ts';
import type { BurnGuardRecord } from '../../../report/slo/record.ts';
import {
  type BurnWindow,
  burnRate,
  burnState,
  burnWindows,
  highestBurnRate,
  oneRequestDecides,
} from '../../../statistics/burn-rate.ts';
import { countPair } from '../../common/slo/assess.ts';
import { readCounts } from '../../common/slo/read-counts.ts';
import { findSource, type Source } from '../../common/slo/source.ts';
import { describeWindow, lastClosed, lengthOf } from '../../common/slo/windows.ts';
import type { Ports } from '../../ports.ts';
import type { Recorder } from '../../recorder.ts';

export interface BurnGuardOptions {
  readonly service: Service;
  readonly objective: Objective;
  readonly rehearsalSpeed: number | undefined;
  readonly recorder: Recorder;
}

const DAY = 86_400;

export class BurnGuard {
  readonly #options: BurnGuardOptions;
  readonly #window: BurnWindow | undefined;
  readonly #samples: BurnGuardRecord['samples'] = [];
  #source: Source | undefined;
  #readUntil = 0;
  #armed = true;
  #told = false;

  constructor(options: BurnGuardOptions) {
    this.#options = options;
    const { budget, windowDays } = options.objective;
    // The fastest pair that this budget can burn as fast as.
    this.#window = burnWindows(Math.round(windowDays * DAY)).find(({ factor }) => factor < highestBurnRate(budget));
  }

  /**
   * Reads what has closed since the last look; resolves with a sentence when the candidate is to be given up. `percent` is its share of
   * production traffic: what burns while that is 0 is none of its doing, and until that is over the guard is not armed.
   */
  async look(percent: number, ports: Ports): Promise<string | undefined> {
    const { rehearsalSpeed, objective } = this.#options;
    const { end, periodSeconds } = lastClosed(ports.clock.now().getTime(), rehearsalSpeed);
    if (this.#window === undefined || end <= this.#readUntil || percent >= 100) {
      return undefined;
    }
    this.#readUntil = end;
    const start = end - lengthOf(this.#window.longSeconds, rehearsalSpeed);
    const counts = await this.#read({ start, end, periodSeconds }, ports);
    if (counts === undefined) {
      return undefined;
    }
    const { long, short } = countPair(counts, this.#window, end, rehearsalSpeed);
    const state = burnState(long, short, objective.budget, this.#window.exactFactor);
    const oneDecides = oneRequestDecides(long, short, objective.budget, this.#window.exactFactor);
    const burns = state === 'burning';
    this.#armed = percent > 0 ? this.#armed || !burns : !burns;
    this.#keep({ at: new Date(end * 1000).toISOString(), long, short, state, oneDecides, armed: this.#armed });
    return burns && !oneDecides && this.#armed && percent > 0 ? this.#describe() : undefined;
  }

  /** For the evidence; undefined where nothing was seen. */
  record(): BurnGuardRecord | undefined {
    if (this.#window === undefined || this.#samples.length === 0) {
      return undefined;
    }
    const { factor, longSeconds, shortSeconds } = this.#window;
    return { objective: this.#options.objective.name, factor, longSeconds, shortSeconds, samples: this.#samples };
  }

  /** What the guard cannot see is told once; it is not the only one that looks. */
  async #read(span: { start: number; end: number; periodSeconds: number }, ports: Ports) {
    const { service, objective } = this.#options;
    try {
      const source = this.#source ?? (await findSource(service, ports));
      if ('code' in source) {
        this.#tell(source.message, ports);
        return undefined;
      }
      this.#source = source;
      return (await readCounts(source, [objective], [span], ports)).get(objective.name);
    } catch (error) {
      if (!(error instanceof OutsideError)) {
        throw error;
      }
      this.#tell(error.message, ports);
      return undefined;
    }
  }

  #tell(why: string, ports: Ports): void {
    if (!this.#told) {
      this.#told = true;
      ports.reporter.warn(`the burn rate of the service is not known: ${why}`);
      this.#options.recorder.event('note', 'no burn rate', why);
    }
  }

  #keep(sample: BurnGuardRecord['samples'][number]): void {
    this.#samples.push(sample);
    const { recorder, objective } = this.#options;
    for (const [length, counts] of [
      ['long', sample.long],
      ['short', sample.short],
    ] as const) {
      const name = `burn rate of the whole service, ${length} window`;
      const rate = burnRate(counts, objective.budget);
      recorder.point({ name, unit: '×', source: SOURCE }, rate ?? null, new Date(sample.at));
    }
  }

  #describe(): string {
    const { objective, rehearsalSpeed } = this.#options;
    const sample = this.#samples.at(-1);
    const over = (counts: { requests: number; bad: number } | undefined, seconds = 0) =>
      `${counts?.bad} of ${counts?.requests} requests in ${describeWindow(seconds, rehearsalSpeed)}`;
    const threshold = Number((this.#window?.factor ?? 0).toPrecision(3));
    return `the error budget of "${objective.name}" burns more than ${threshold} times too fast: ${over(sample?.long, this.#window?.longSeconds)} and ${over(sample?.short, this.#window?.shortSeconds)} failed, over both revisions`;
  }
}

const SOURCE = 'cloudwatch:GetMetricData, all requests of the service';
