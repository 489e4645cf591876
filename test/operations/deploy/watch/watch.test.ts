import { describe, expect, it } from 'vitest';
import type { CloudWatchGateway } from '../../../../src/aws/cloudwatch/cloudwatch.ts';
import {
  type Counts,
  decideWatch,
  evidenceOf,
  isProven,
  WATCH_ALPHA,
  Watch,
  type WatchResult,
  watchCandidate,
} from '../../../../src/operations/deploy/watch/watch.ts';
import { longestWatch, watchTiming } from '../../../../src/operations/deploy/watch/watch-timing.ts';
import type { Ports } from '../../../../src/operations/ports.ts';
import type { Objective } from '../../../../src/platform/model/objectives.ts';
import { WATCH_PATIENCE } from '../../../../src/platform/schema/common.ts';

const BUDGET = { numerator: 1n, denominator: 100n };
const LOOKS = 60;

const decide = (counts: Counts, covered: number) =>
  decideWatch({ ...counts, ...evidenceOf(counts, BUDGET), covered }, BUDGET);

describe('decideWatch', () => {
  it('looks on while nothing is proven and the time is not over', () => {
    expect(decide({ requests: 0, errors: 0 }, 0.5)).toBeUndefined();
    expect(decide({ requests: 100, errors: 1 }, 0.5)).toBeUndefined();
  });

  it('fails early on clear evidence', () => {
    expect(decide({ requests: 100, errors: 20 }, 0.1)).toBe('fail');
  });

  it('passes at the end only within the budget and with requests enough to show it', () => {
    expect(decide({ requests: 1000, errors: 10 }, 1)).toBe('pass');
    expect(decide({ requests: 100, errors: 1 }, 1)).toBe('pass');
    expect(decide({ requests: 99, errors: 0 }, 1)).toBeUndefined();
    expect(decide({ requests: 99, errors: 0 }, WATCH_PATIENCE)).toBe('inconclusive');
    expect(decide({ requests: 0, errors: 0 }, WATCH_PATIENCE)).toBe('inconclusive');
    expect(decide({ requests: 100, errors: 2 }, WATCH_PATIENCE)).toBe('inconclusive');
  });

  it('says when it is more than no sign of more: surely kept', () => {
    expect(isProven(evidenceOf({ requests: 100, errors: 0 }, BUDGET))).toBe(false);
    expect(isProven(evidenceOf({ requests: 1000, errors: 0 }, BUDGET))).toBe(true);
    expect(isProven(evidenceOf({ requests: 100_000, errors: 1000 }, BUDGET))).toBe(false);
  });

  it('is a number that a record can hold, however many requests there were', () => {
    for (const counts of [
      { requests: 50_000_000, errors: 0 },
      { requests: 50_000_000, errors: 50_000_000 },
      { requests: 1, errors: 1 },
    ]) {
      const { logEAbove, logEBelow, lower, upper } = evidenceOf(counts, BUDGET);
      expect([logEAbove, logEBelow, lower, upper].every(Number.isFinite)).toBe(true);
      expect(lower).toBeLessThanOrEqual(upper);
    }
  });

  it('keeps its false-alarm promise for a candidate exactly at its budget', () => {
    // 400 watches of 60 looks at 50 requests each; the seed fixes the draw, the bound is the promise plus three standard errors.
    const random = mulberry(7);
    const runs = 400;
    let alarms = 0;
    for (let run = 0; run < runs; run += 1) {
      let errors = 0;
      for (let look = 1; look <= LOOKS; look += 1) {
        for (let request = 0; request < 50; request += 1) {
          errors += random() < 0.01 ? 1 : 0;
        }
        if (decide({ requests: look * 50, errors }, 0.5) === 'fail') {
          alarms += 1;
          break;
        }
      }
    }
    expect(alarms / runs).toBeLessThanOrEqual(WATCH_ALPHA + 3 * Math.sqrt((WATCH_ALPHA * (1 - WATCH_ALPHA)) / runs));
  });
});

describe('watchCandidate', () => {
  const objective: Objective = {
    name: 'availability',
    service: 'api',
    indicator: 'availability',
    target: '0.99',
    budget: BUDGET,
    thresholdSeconds: undefined,
    windowDays: 30,
  };
  const start = Date.UTC(2026, 0, 1);
  type Minute = (minute: number) => Partial<Record<string, number>>;

  /** Watches with a clock that only sleeping moves, over metrics that AWS would have published three minutes late. */
  async function watch(
    minute: Minute,
    seconds: number,
  ): Promise<{ verdict: string; after: number; result: WatchResult }> {
    let now = start;
    const timing = watchTiming(seconds, undefined);
    const cloudwatch: Pick<CloudWatchGateway, 'metrics'> = {
      metrics: async (requests, window) =>
        new Map(
          requests.map(({ id, name }) => {
            const points = new Map<number, number>();
            for (let at = window.start.getTime(); at < window.end.getTime(); at += 60_000) {
              const value =
                at + 60_000 + timing.lagSeconds * 1000 <= now ? minute((at - start) / 60_000)[name] : undefined;
              if (value !== undefined) {
                points.set(at / 1000, value);
              }
            }
            return [id, points];
          }),
        ),
    };
    const ports = {
      aws: { cloudwatch },
      clock: {
        now: () => new Date(now),
        sleep: async (ms: number) => {
          now += ms;
        },
      },
      signal: new AbortController().signal,
    } as unknown as Ports;
    const result = await watchCandidate(
      new Watch({
        loadBalancer: 'lb',
        targetGroup: 'tg',
        objective,
        since: new Date(start),
        timing,
        onBlock: () => undefined,
      }),
      { stillWaiting: async () => true, onProgress: () => undefined },
      ports,
    );
    return { verdict: result.verdict, after: (now - start) / 1000, result };
  }

  it('judges the whole watch on metrics that come late', async () => {
    expect(await watch(() => ({ RequestCount: 600, HTTPCode_Target_2XX_Count: 600 }), 120)).toMatchObject({
      verdict: 'pass',
      result: { requests: 1200 },
    });
    const badLater: Minute = (minute) => ({
      RequestCount: 600,
      HTTPCode_Target_2XX_Count: minute < 2 ? 600 : 300,
      HTTPCode_Target_5XX_Count: minute < 2 ? 0 : 300,
    });
    expect(await watch(badLater, 300)).toMatchObject({ verdict: 'fail' });
  });

  it('counts as failed what no target answered', async () => {
    expect(await watch(() => ({ RequestCount: 600 }), 300)).toMatchObject({ verdict: 'fail' });
    expect(await watch(() => ({ RequestCount: 600, HTTPCode_Target_2XX_Count: 540 }), 300)).toMatchObject({
      verdict: 'fail',
    });
  });

  it('does not take requests that are still under way for failed ones', async () => {
    // 50 requests/s of 5 s each: 250 of the first minute's are answered in the second, and so on.
    const slow: Minute = (minute) => ({
      RequestCount: 3000,
      HTTPCode_Target_2XX_Count: minute === 0 ? 2750 : 3000,
      TargetResponseTime: minute === 0 ? 13_750 : 15_000,
    });
    expect(await watch(slow, 300)).toMatchObject({ verdict: 'pass', result: { errors: 0 } });
  });

  it('is inconclusive without traffic, and bounded in time', async () => {
    const { verdict, after } = await watch(() => ({}), 120);
    expect(verdict).toBe('inconclusive');
    expect(after).toBeLessThanOrEqual(longestWatch({ seconds: 120, objective: 'availability' }, undefined));
  });
});

/** A small seeded generator (mulberry32), so that the simulation is the same on every machine. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
