import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { achievedChart, errorsChart, inFlightChart } from '../../src/report/charts/load-flow.ts';
import type { LoadBin, LoadRecord } from '../../src/report/evidence.ts';
import { totalsOf } from '../../src/report/evidence.ts';
import { loadArbitrary } from './arbitrary.ts';

/** A service that does ten a second of what it is asked, the rest later; twenty are asked for in the first three seconds. */
const BINS: LoadBin[] = [20, 20, 20, 0, 0].map((planned, second) => ({
  second,
  planned,
  ok: planned === 0 ? 0 : planned - 2,
  failed: planned === 0 ? {} : { 'http-503': 2 },
  dropped: 0,
  interrupted: 0,
  latency: [],
  ended: 10,
  answered: second < 3 ? 8 : 10,
}));

function recordOf(bins: LoadBin[]): LoadRecord {
  return {
    name: 'test',
    url: 'http://127.0.0.1/',
    rate: 20,
    timeoutSeconds: 1,
    startedAt: '2026-11-21T07:00:00.000Z',
    finishedAt: '2026-11-21T07:00:05.000Z',
    judgedUntilSecond: bins.length,
    totals: totalsOf(bins),
    bins,
    generator: { cpu: 0.1, latenessMax: 0, exit: '0 (own end)', problems: [] },
  };
}

const valuesOf = (chart: ReturnType<typeof inFlightChart>, label: string) =>
  chart?.layers.flatMap((layer) =>
    layer.kind === 'line' && layer.label === label ? layer.points.map(({ value }) => value) : [],
  );

describe('the charts of a load', () => {
  const load = recordOf(BINS);

  it('show how many requests were under way at the end of each second', () => {
    expect(valuesOf(inFlightChart(load), 'in flight')).toEqual([10, 20, 30, 20, 10]);
  });

  it('show what was sent and what was answered, as it came', () => {
    const chart = achievedChart(load);
    expect(valuesOf(chart, 'sent')).toEqual([20, 20, 20, 0, 0, 0]);
    expect(valuesOf(chart, 'answered well')).toEqual([8, 8, 8, 10, 10, 10]);
    expect(chart?.scale.max).toBeGreaterThanOrEqual(20);
  });

  it('show errors on a scale of their own', () => {
    const chart = errorsChart(load);
    expect(chart?.layers.map(({ label, amount }) => [label, amount])).toEqual([['http-503', '6']]);
    expect(chart?.scale.max).toBe(2);
  });

  it('leave out what was not counted, and never fall below nothing', () => {
    const old = recordOf(BINS.map(({ ended: _, answered: __, ...bin }) => ({ ...bin, ok: bin.planned, failed: {} })));
    expect([achievedChart(old), inFlightChart(old), errorsChart(old)]).toEqual([undefined, undefined, undefined]);
    fc.assert(
      fc.property(loadArbitrary, (any) => {
        expect((valuesOf(inFlightChart(any), 'in flight') ?? []).every((value) => value !== null && value >= 0)).toBe(
          true,
        );
      }),
    );
  });
});
