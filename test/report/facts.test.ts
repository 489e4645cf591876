import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countLoad,
  headlineOf,
  latencyOf,
  lostOf,
  measurementOfQuantile,
  measurementOfRatio,
  overviewOf,
  partIndexOf,
} from '../../src/report/facts.ts';
import {
  formatBounds,
  formatCount,
  formatRatio,
  formatSeconds,
  formatTick,
  formatTime,
  formatValue,
} from '../../src/report/format.ts';
import { neededFor, spanOf, windowQuantile, windowsOf, windowWidth } from '../../src/report/load/windows.ts';
import { clip, keepUnits, oneLine, printable } from '../../src/report/text.ts';
import { countOf } from '../../src/statistics/log-histogram.ts';
import { loadArbitrary } from './arbitrary.ts';
import { sampleRehearsal } from './sample.ts';

describe('counts', () => {
  it('add up, whole and judged', () => {
    fc.assert(
      fc.property(loadArbitrary, fc.nat(20), (load, second) => {
        for (const counts of [countLoad(load), countLoad(load, second)]) {
          expect(counts.ok + lostOf(counts)).toBe(counts.planned);
          expect(counts.failedByKind.reduce((sum, [, count]) => sum + count, 0)).toBe(counts.failed);
        }
        const { failedByKind: _, ...totals } = countLoad(load);
        expect(totals).toEqual(load.totals);
      }),
    );
  });

  it('stay whole in windows of any width', () => {
    fc.assert(
      fc.property(loadArbitrary, (load) => {
        const windows = windowsOf(load, windowWidth(spanOf(load), 50));
        const sum = (of: (window: (typeof windows)[number]) => number): number =>
          windows.reduce((total, window) => total + of(window), 0);
        expect(windows.length).toBeLessThanOrEqual(50);
        expect(sum((window) => window.planned)).toBe(load.totals.planned);
        expect(sum((window) => window.ok)).toBe(load.totals.ok);
        expect(sum((window) => countOf(window.latency))).toBe(countOf(latencyOf(load)));
      }),
    );
  });
});

describe('windows', () => {
  it('are of round width', () => {
    expect([75, 241, 3600, 1e6].map((span) => windowWidth(span, 240))).toEqual([1, 2, 15, 7200]);
  });

  it('have a quantile only when there are values to have one of', () => {
    expect([0.5, 0.95, 0.99].map(neededFor)).toEqual([2, 20, 100]);
    expect(windowQuantile({ latency: new Map([[500, 99]]) }, 0.99)).toBeNull();
    expect(windowQuantile({ latency: new Map([[500, 100]]) }, 0.99)).not.toBeNull();
  });
});

describe('the numbers at the top', () => {
  it('sum up a rehearsal and its parts', () => {
    const sample = sampleRehearsal();
    expect(headlineOf(sample)).toEqual([
      { label: 'Scenarios passed', value: '2 of 2' },
      { label: 'Requests judged', value: '6,500', note: 'every one accounted for below' },
      { label: 'Requests lost', value: '76', note: '76 of them in deploy-bad' },
    ]);
    const bad = sample.parts[1];
    expect(bad && headlineOf(bad).map((fact) => fact.value)).toEqual(['3,174', '76', '2.68 s', '39.5 s']);
  });

  it('link rows to parts only when they are as many', () => {
    const sample = sampleRehearsal();
    expect(partIndexOf(sample, 1)).toBe(1);
    expect(partIndexOf({ ...sample, checks: sample.checks.slice(0, 1) }, 0)).toBeUndefined();
    expect(overviewOf({ ...sample, checks: [] }).map((row) => row.name)).toEqual(['deploy-good', 'deploy-bad']);
  });
});

describe('measurements', () => {
  it('of a ratio carry exact bounds', () => {
    const none = measurementOfRatio({ indicator: 'errors', count: 0, total: 5990 });
    // 0 of 5,990: the two-sided 95 % bound is 1 - 0.025^(1/5990).
    expect(none.upper).toBeCloseTo(1 - 0.025 ** (1 / 5990), 12);
    expect(none).toMatchObject({ value: 0, lower: 0, n: 5990, unit: 'ratio', confidence: 0.95 });
    expect(measurementOfRatio({ indicator: 'errors', count: 0, total: 0 })).toMatchObject({ value: null, n: 0 });
  });

  it('of a quantile say how many values there were', () => {
    expect(measurementOfQuantile({ indicator: 'p99', buckets: new Map(), p: 0.99 })).toMatchObject({
      value: null,
      n: 0,
    });
    expect(measurementOfQuantile({ indicator: 'p99', buckets: new Map([[700, 3]]), p: 0.99 }).n).toBe(3);
  });

  it('are written with unit, bounds and confidence', () => {
    const one = {
      indicator: 'x',
      value: 0.9995,
      lower: 0.9988,
      upper: 1,
      confidence: 0.95,
      unit: 'ratio',
      method: 'm',
    };
    expect([formatValue(one), formatBounds(one)]).toEqual(['99.95 %', '99.88 % to 100 % (95 %)']);
    expect(formatValue({ indicator: 'x', value: null, unit: 's', method: 'm' })).toBe('no data');
    expect(formatBounds({ indicator: 'x', value: 3, lower: 2, unit: 's', method: 'm' })).toBe('at least 2 s');
    expect(formatBounds({ indicator: 'x', value: 3, unit: 's', method: 'm' })).toBeUndefined();
    expect(formatValue({ indicator: 'x', value: 12_345, unit: 'requests', method: 'm' })).toBe('12,345 requests');
  });
});

describe('formats', () => {
  it('never round a ratio to all or nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (ratio) => {
        const text = formatRatio(ratio);
        expect(text === '100 %').toBe(ratio === 1);
        expect(text === '0 %' || text === '-0 %').toBe(ratio === 0);
      }),
      { numRuns: 1000 },
    );
    expect([0.5, 0.99953, 0.0004, 1 - 1e-12, 1e-12, 0.123456].map(formatRatio)).toEqual([
      '50 %',
      '99.953 %',
      '0.04 %',
      '> 99.999999 %',
      '< 0.000001 %',
      '12.3 %',
    ]);
  });

  it('write durations in the unit they are read in', () => {
    expect([0, 0.0004, 0.42, 0.9999, 4.824, 75.34, 119.6, 125, 7300, 90_000].map(formatSeconds)).toEqual([
      '0 s',
      '0.4 ms',
      '420 ms',
      '1 s',
      '4.82 s',
      '75.3 s',
      '2 min',
      '2 min 5 s',
      '2 h 2 min',
      '25 h',
    ]);
  });

  it('write ticks shortly', () => {
    expect([0, 0.25, 750, 5000, 12_000, 1_500_000, -20_000, 2e12].map(formatTick)).toEqual([
      '0',
      '0.25',
      '750',
      '5,000',
      '12k',
      '1.5M',
      '-20k',
      '2e+12',
    ]);
  });

  it('write counts and times', () => {
    expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect(formatTime('2026-10-04T12:00:03.250Z')).toBe('2026-10-04 12:00:03 UTC');
    expect(keepUnits('99 % in 3 min 2 s')).toBe('99\u00a0% in 3\u00a0min 2\u00a0s');
  });
});

describe('text from outside', () => {
  it('has every acting character shown', () => {
    expect(printable('a\u001b[31m\r\nb\u202ec\ud800')).toBe('a\\u{1b}[31m\nb\\u{202e}c\\u{d800}');
    expect(oneLine(' a\n\n b\tc ')).toBe('a b c');
    expect(printable('👩‍👩‍👧 é漢')).toBe('👩‍👩‍👧 é漢');
  });

  it('is cut by characters, not halves of them', () => {
    expect(clip('😀😀😀', 2)).toBe('😀…');
    expect(clip('😀😀', 2)).toBe('😀😀');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 10 }), (text, limit) => {
        const cut = clip(text, limit);
        expect([...cut].length).toBeLessThanOrEqual(Math.max(limit, 1));
        expect(cut === text || cut.endsWith('…')).toBe(true);
      }),
    );
  });
});
