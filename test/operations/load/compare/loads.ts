/** Loads made of drawn numbers: what each second holds is known, so that what a comparison says of it can be held against it. */
import { type LoadBin, type LoadRecord, totalsOf } from '../../../../src/report/evidence.ts';
import { addToBuckets, type Buckets } from '../../../../src/statistics/log-histogram.ts';
import { type Random, seededRandom } from '../../../../src/statistics/random.ts';

export interface Drawn {
  readonly seed: number;
  readonly seconds?: number;
  readonly perSecond?: number;
  /** Of latency, in seconds. */
  readonly median?: number;
  /** The chance of a request to fail. */
  readonly failing?: number;
  /** How much of a second's slowness the next one has: latency of a second is multiplied by e to the power of an AR(1) series. */
  readonly memory?: number;
  /** Standard deviation of that series; of single requests it is 0.3. */
  readonly swing?: number;
  /** Multiplies the latency of second s: what the plan does to every run. */
  readonly plan?: (second: number) => number;
  readonly change?: Partial<LoadRecord>;
}

/** A standard normal number, by Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function drawLoad(options: Drawn): LoadRecord {
  const {
    seed,
    seconds = 60,
    perSecond = 20,
    median = 0.1,
    failing = 0,
    memory = 0,
    swing = 0,
    plan = () => 1,
  } = options;
  const random = seededRandom(seed);
  let slowness = swing * normal(random);
  const bins = Array.from({ length: seconds }, (_, second): LoadBin => {
    slowness = memory * slowness + swing * Math.sqrt(1 - memory * memory) * normal(random);
    const latency: Buckets = new Map();
    let failed = 0;
    for (let request = 0; request < perSecond; request += 1) {
      if (random() < failing) {
        failed += 1;
      } else {
        addToBuckets(latency, median * plan(second) * Math.exp(slowness + 0.3 * normal(random)));
      }
    }
    return {
      second,
      planned: perSecond,
      ok: perSecond - failed,
      failed: failed === 0 ? {} : { 'http-500': failed },
      dropped: 0,
      interrupted: 0,
      latency: [...latency].sort(([a], [b]) => a - b),
    };
  });
  return {
    name: 'drawn',
    url: 'http://127.0.0.1:8080/',
    rate: perSecond,
    timeoutSeconds: 1,
    startedAt: '2026-11-21T10:00:00.000Z',
    finishedAt: '2026-11-21T10:01:00.000Z',
    judgedUntilSecond: seconds,
    totals: totalsOf(bins),
    bins,
    generator: { cpu: 0.1, latenessMax: 0.001, exit: '0', problems: [] },
    ...options.change,
  };
}
