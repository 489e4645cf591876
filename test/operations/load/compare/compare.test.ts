/** What a comparison says of loads whose truth is known, and how often its intervals hold it. */
import { describe, expect, it } from 'vitest';
import {
  compareInPairs,
  compareWithSources,
  comparisonChecks,
  withComparison,
} from '../../../../src/operations/load/compare/compare.ts';
import type { Tolerances } from '../../../../src/operations/load/compare/indicators.ts';
import { tallyOf } from '../../../../src/operations/load/compare/tally.ts';
import { comparisonSchema } from '../../../../src/report/comparison/record.ts';
import type { Compared, ComparisonRecord, Evidence, LoadRecord } from '../../../../src/report/evidence.ts';
import { latencyOf } from '../../../../src/report/facts.ts';
import { quantile } from '../../../../src/statistics/log-histogram.ts';
import { drawLoad } from './loads.ts';

const TOLERANCES: Tolerances = { errors: 0.01, latency: 0.1, throughput: 0.05 };

function compare(baseline: LoadRecord, candidate: LoadRecord, tolerances = TOLERANCES): ComparisonRecord {
  const source = { load: baseline, file: 'load.json', sha256: 'a'.repeat(64) };
  return comparisonSchema.parse(compareWithSources([source], candidate, [], tolerances));
}

function named({ indicators }: ComparisonRecord, name: RegExp): Compared {
  const found = indicators.find(({ indicator }) => name.test(indicator));
  if (found === undefined) {
    throw new Error(`no ${name}`);
  }
  return found;
}

function statesOf({ indicators }: ComparisonRecord): string[] {
  return indicators.map(({ state }) => state);
}

describe('the sums of a load', () => {
  it('are what the record counts, and its quantiles those of the merged histograms', () => {
    const load = drawLoad({ seed: 3, failing: 0.05, swing: 0.2, memory: 0.5 });
    const tally = tallyOf(load, 60);
    expect([tally.ok, tally.failed]).toEqual([load.totals.ok, load.totals.failed]);
    for (const p of [0, 0.5, 0.95, 0.99, 1]) {
      expect(tally.quantile(p)).toBe(quantile(latencyOf(load), p));
    }
    expect(tallyOf(load, 10).ok).toBe(load.bins.slice(0, 10).reduce((sum, { ok }) => sum + ok, 0));
  });
});

describe('two runs', () => {
  it('of the same service show no difference, and say what they would have shown', () => {
    const found = compare(
      drawLoad({ seed: 1, perSecond: 50, seconds: 120 }),
      drawLoad({ seed: 2, perSecond: 50, seconds: 120 }),
      { ...TOLERANCES, latency: 0.2 },
    );
    expect(statesOf(found)).toEqual(Array.from({ length: 5 }, () => 'no-difference-shown'));
    for (const { smallestShown, tolerance, change } of found.indicators) {
      expect(smallestShown).toBeLessThanOrEqual(tolerance);
      expect(change?.lower).toBeLessThanOrEqual(0);
      expect(change?.upper).toBeGreaterThanOrEqual(0);
    }
    expect(found.caveats.join()).toContain('cannot be told from a change of the service');
    expect(found.bootstrap).toMatchObject({ replicates: 1999, seed: 1 });
  });

  it('of a service half as slow again say by how much', () => {
    const found = compare(
      drawLoad({ seed: 1, seconds: 120, perSecond: 50 }),
      drawLoad({ seed: 2, seconds: 120, perSecond: 50, median: 0.15 }),
    );
    const median = named(found, /p50/);
    expect(median).toMatchObject({ state: 'worse', beyondTolerance: true, scale: 'relative' });
    expect(median.change?.lower).toBeGreaterThan(0.4);
    expect(median.change?.upper).toBeLessThan(0.6);
    expect(named(found, /failed/).state).toBe('no-difference-shown');
    const back = named(
      compare(
        drawLoad({ seed: 2, seconds: 120, perSecond: 50, median: 0.15 }),
        drawLoad({ seed: 1, seconds: 120, perSecond: 50 }),
      ),
      /p50/,
    );
    expect(back).toMatchObject({ state: 'better', beyondTolerance: false });
  });

  it('of which one fails more: errors in points, throughput in per cent', () => {
    const found = compare(
      drawLoad({ seed: 1, seconds: 100, perSecond: 50 }),
      drawLoad({ seed: 2, seconds: 100, perSecond: 50, failing: 0.1 }),
    );
    expect(named(found, /failed/)).toMatchObject({
      state: 'worse',
      beyondTolerance: true,
      scale: 'absolute',
      baseline: 0,
    });
    expect(named(found, /failed/).change?.value).toBeCloseTo(0.1, 1);
    expect(named(found, /throughput/)).toMatchObject({ state: 'worse', beyondTolerance: true, scale: 'relative' });
  });

  it('without a single failure are not known to be without', () => {
    const { change } = named(compare(drawLoad({ seed: 1 }), drawLoad({ seed: 2 })), /failed/);
    // Newcombe: 0 of 1,200 against 0 of 1,200.
    expect(change?.upper).toBeCloseTo(0.00319, 4);
    expect(change?.lower).toBeCloseTo(-0.00319, 4);
  });

  it('that are short, or of few requests, are too small to tell', () => {
    const short = compare(drawLoad({ seed: 1, seconds: 20 }), drawLoad({ seed: 2, seconds: 20 }));
    expect(new Set(statesOf(short))).toEqual(new Set(['too-small-to-tell']));
    expect(short.indicators[0]?.note).toMatch(/20 s in common, where 30/);
    expect(short.bootstrap).toBeUndefined();
    const few = compare(drawLoad({ seed: 1, perSecond: 2 }), drawLoad({ seed: 2, perSecond: 2 }));
    expect(named(few, /p99/)).toMatchObject({ state: 'too-small-to-tell', change: null });
    expect(named(few, /p99/).note).toMatch(/120 good answers, where 1000 are needed/);
  });

  it('draw the same numbers again, and only the seconds that both were judged in', () => {
    const [a, b] = [drawLoad({ seed: 1, swing: 0.2 }), drawLoad({ seed: 2, swing: 0.2, seconds: 90 })];
    expect(compare(a, b)).toEqual(compare(a, b));
    expect(compare(a, b).seconds).toBe(60);
    const cut = { ...b, bins: b.bins.slice(0, 60) };
    expect(compare(a, cut).indicators).toEqual(compare(a, b).indicators);
  });

  it('lose what the plan does to both: a ramp of latency does not blur the difference', () => {
    const plan = (second: number) => 1 + second / 20;
    const width = (change: { plan?: (second: number) => number }) => {
      const { change: found } = named(
        compare(drawLoad({ seed: 1, seconds: 120, ...change }), drawLoad({ seed: 2, seconds: 120, ...change })),
        /p50/,
      );
      return (found?.upper ?? 0) - (found?.lower ?? 0);
    };
    expect(width({ plan })).toBeLessThan(2.5 * width({}));
  });
});

describe('coverage, by simulation of seconds that depend on each other', () => {
  it('of the change of the median and of p95 between two like runs is near 95 %', () => {
    let [median, p95] = [0, 0];
    const runs = 60;
    for (let run = 0; run < runs; run += 1) {
      const like = { seconds: 90, perSecond: 12, memory: 0.5, swing: 0.25 };
      const found = compare(drawLoad({ ...like, seed: 2 * run + 1000 }), drawLoad({ ...like, seed: 2 * run + 1001 }));
      const holds = ({ change }: Compared) => (change !== null && change.lower <= 0 && change.upper >= 0 ? 1 : 0);
      median += holds(named(found, /p50/));
      p95 += holds(named(found, /p95/));
    }
    // 60 runs: with a true coverage of 93 % fewer than 50 come up once in two hundred times; the seeds are fixed.
    expect(median).toBeGreaterThanOrEqual(50);
    expect(p95).toBeGreaterThanOrEqual(50);
  }, 120_000);
});

describe('several runs', () => {
  /** Runs that differ by more than their seconds tell: each has a level of its own. */
  const scattered = (seed: number, level: number, factor = 1) =>
    drawLoad({ seed, seconds: 60, perSecond: 20, median: 0.1 * factor * Math.exp(level) });
  const levels = [0.1, -0.12, 0.05, -0.08, 0.11];

  it('one at another level is told by its seconds, and not by runs: the scatter between runs is not in two single ones', () => {
    const earlier = levels.map((level, index) => ({
      load: scattered(index + 1, level),
      file: `run-${index}.json`,
      sha256: 'b'.repeat(64),
    }));
    const [, low] = earlier;
    const now = scattered(99, 0.09);
    expect(named(compare(low?.load ?? now, now), /p50/).state).toBe('worse');
    const found = compareWithSources(earlier, now, [], TOLERANCES);
    expect(found.kind).toBe('earlier-runs');
    expect(named(found, /p50/).state).toBe('too-small-to-tell');
    expect(named(found, /p50/).runs?.baseline).toHaveLength(5);
  });

  it('in pairs lose what acts on both of a pair', () => {
    const pairs = levels.map((level, index) => ({
      baseline: scattered(2 * index + 1, level),
      candidate: scattered(2 * index + 2, level, 1.2),
    }));
    const found = comparisonSchema.parse(compareInPairs(pairs, [], TOLERANCES));
    const median = named(found, /p50/);
    expect(median).toMatchObject({ state: 'worse', beyondTolerance: true });
    expect(median.change?.value).toBeCloseTo(0.2, 1);
    expect(found.caveats).toEqual([]);
  });

  it('all the same are still known only to their buckets and counts', () => {
    const like = drawLoad({ seed: 1 });
    const found = compareInPairs(
      [1, 2, 3].map(() => ({ baseline: like, candidate: like })),
      [],
      TOLERANCES,
    );
    expect(named(found, /p50/).change).toMatchObject({ value: 0 });
    expect(named(found, /p50/).change?.upper).toBeCloseTo(0.0202, 3);
    expect(named(found, /failed/).change?.upper).toBeGreaterThan(0);
  });
});

describe('what a comparison does to the verdict', () => {
  const evidence: Evidence = {
    version: 'surefoot/evidence/v1',
    operation: 'load',
    title: 'Load',
    subject: {},
    rehearsal: false,
    speed: 1,
    startedAt: '2026-11-21T10:00:00.000Z',
    finishedAt: '2026-11-21T10:01:00.000Z',
    verdict: 'pass',
    reasons: [{ code: 'targets-met', message: 'all met' }],
    measurements: [],
    events: [],
    checks: [],
    series: [],
    parts: [],
    tools: [],
  };
  const fast = { seed: 1, seconds: 120, perSecond: 50 };
  const slow = compare(drawLoad(fast), drawLoad({ ...fast, seed: 2, median: 0.15 }));

  it('worse beyond the tolerance fails, unless it is only to be reported', () => {
    const failed = withComparison(evidence, slow, { tolerances: TOLERANCES, onWorse: 'fail' });
    expect(failed.verdict).toBe('fail');
    expect(failed.reasons[0]).toMatchObject({
      code: 'worse-than-baseline',
      message: expect.stringContaining('latency p50'),
    });
    expect(failed.checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)).toEqual([
      'compared: latency p50',
      'compared: latency p95',
      'compared: latency p99',
    ]);
    const reported = withComparison(evidence, slow, { tolerances: TOLERANCES, onWorse: 'report' });
    expect(reported.verdict).toBe('pass');
    expect(reported.comparison).toEqual(slow);
  });

  it('worse within the tolerance passes; perhaps beyond it is not known', () => {
    const at = (latency: number) => {
      const found = compare(drawLoad(fast), drawLoad({ ...fast, seed: 2, median: 0.15 }), { ...TOLERANCES, latency });
      return comparisonChecks(found, { tolerances: TOLERANCES, onWorse: 'fail' })[1]?.verdict;
    };
    expect([at(0.1), at(0.5), at(1)]).toEqual(['fail', 'inconclusive', 'pass']);
  });

  it('no worse than the tolerance is known also where a difference of its size might have been missed', () => {
    const at = (latency: number) =>
      named(compare(drawLoad({ seed: 1 }), drawLoad({ seed: 2, median: 0.098 }), { ...TOLERANCES, latency }), /p50/);
    const { change, smallestShown, state } = at(0.1);
    const upper = change?.upper ?? Number.NaN;
    expect([state, upper < (smallestShown ?? 0)]).toEqual(['no-difference-shown', true]);
    expect(at(upper + 0.001).state).toBe('no-difference-shown');
    expect(at(upper - 0.001).state).toBe('too-small-to-tell');
  });

  it('too small to tell is inconclusive, and nothing makes a failed load better', () => {
    const few = compare(drawLoad({ seed: 1, perSecond: 2 }), drawLoad({ seed: 2, perSecond: 2 }));
    const policy = { tolerances: TOLERANCES, onWorse: 'fail' } as const;
    expect(withComparison(evidence, few, policy)).toMatchObject({ verdict: 'inconclusive' });
    const failed = withComparison({ ...evidence, verdict: 'fail' }, few, policy);
    expect([failed.verdict, failed.reasons[0]?.code]).toEqual(['fail', 'targets-met']);
  });
});
