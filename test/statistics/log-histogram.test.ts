import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addToBuckets,
  type Buckets,
  bucketOf,
  bucketValue,
  countOf,
  mergeBuckets,
  quantile,
  RELATIVE_ERROR,
  valueAtRank,
} from '../../src/statistics/log-histogram.ts';

const seconds = fc.double({ min: 1.001e-6, max: 1e6, noNaN: true });
const samples = fc.array(seconds, { maxLength: 60 });

function histogramOf(values: readonly number[]): Buckets {
  const buckets: Buckets = new Map();
  for (const value of values) {
    addToBuckets(buckets, value);
  }
  return buckets;
}

function merged(...parts: readonly Buckets[]): Buckets {
  const all: Buckets = new Map();
  for (const part of parts) {
    mergeBuckets(all, part);
  }
  return all;
}

const inOrder = (buckets: Buckets): [number, number][] => [...buckets].sort((a, b) => a[0] - b[0]);

describe('the log histogram', () => {
  it('reads a value back within 1 %', () => {
    fc.assert(
      fc.property(seconds, (value) => {
        expect(Math.abs(bucketValue(bucketOf(value)) - value) / value).toBeLessThanOrEqual(RELATIVE_ERROR);
      }),
    );
  });

  it('keeps the order of values', () => {
    fc.assert(
      fc.property(seconds, seconds, (a, b) => {
        expect(bucketOf(Math.min(a, b))).toBeLessThanOrEqual(bucketOf(Math.max(a, b)));
      }),
    );
  });

  it('gives quantiles within 1 % of the exact nearest rank', () => {
    fc.assert(
      fc.property(
        fc.array(seconds, { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, p) => {
          const exact = [...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(p * values.length)) - 1] ?? Number.NaN;
          const found = quantile(histogramOf(values), p) ?? Number.NaN;
          expect(Math.abs(found - exact) / exact).toBeLessThanOrEqual(RELATIVE_ERROR);
        },
      ),
    );
  });

  it('merges as if all had been counted together, in any order and grouping', () => {
    fc.assert(
      fc.property(samples, samples, samples, (a, b, c) => {
        const together = inOrder(histogramOf([...a, ...b, ...c]));
        const [x, y, z] = [histogramOf(a), histogramOf(b), histogramOf(c)];
        expect(inOrder(merged(x, y, z))).toEqual(together);
        expect(inOrder(merged(z, merged(y, x)))).toEqual(together);
        expect(inOrder(merged(x, new Map()))).toEqual(inOrder(x));
      }),
    );
  });

  it('merged from three runs gives the quantiles of all their samples together, within 1 %', () => {
    const run = fc.array(seconds, { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(run, run, run, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, c, p) => {
        const all = [...a, ...b, ...c].sort((x, y) => x - y);
        const exact = all[Math.max(1, Math.ceil(p * all.length)) - 1] ?? Number.NaN;
        const found = quantile(merged(histogramOf(a), histogramOf(b), histogramOf(c)), p) ?? Number.NaN;
        expect(Math.abs(found - exact) / exact).toBeLessThanOrEqual(RELATIVE_ERROR);
      }),
      { numRuns: 300 },
    );
  });

  it('counts every value once', () => {
    fc.assert(
      fc.property(samples, (values) => {
        expect(countOf(histogramOf(values))).toBe(values.length);
      }),
    );
  });

  it('has no quantile of nothing and no value beyond the last rank', () => {
    expect(quantile(new Map(), 0.5)).toBeUndefined();
    expect(valueAtRank(histogramOf([1, 2]), 3)).toBeUndefined();
    expect(valueAtRank(histogramOf([1, 2]), 2)).toBeCloseTo(2, 1);
  });

  it('puts everything up to a millionth into the first bucket', () => {
    expect([0, 1e-9, 1e-6].map(bucketOf)).toEqual([0, 0, 0]);
    expect(bucketOf(1.001e-6)).toBe(1);
  });
});
