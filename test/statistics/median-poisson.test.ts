import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianInterval, sampleQuantile } from '../../src/statistics/median.ts';
import { poissonInterval } from '../../src/statistics/poisson.ts';

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe('sampleQuantile', () => {
  it.each([
    [[1, 2, 3, 100], 0.5, 2.5],
    [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9],
    [[7], 0.9, 7],
    [[1, 2, 3], 0, 1],
    [[1, 2, 3], 1, 3],
  ])('of %j at %d is %d (type 7, as R and NumPy have it by default)', (values, p, expected) => {
    expect(sampleQuantile(values, p)).toBeCloseTo(expected, 12);
  });

  it('stays a number where some values are infinite', () => {
    expect(sampleQuantile([1, 2, Number.POSITIVE_INFINITY], 0.5)).toBe(2);
    expect(sampleQuantile([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(sampleQuantile([1, Number.POSITIVE_INFINITY], 0.5)).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses an empty sample', () => {
    expect(() => sampleQuantile([], 0.5)).toThrow(RangeError);
  });
});

describe('medianInterval', () => {
  /** Ranks of the published 95 % intervals for a median (Conover, "Practical Nonparametric Statistics", sign test tables). */
  it.each([
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [10, 2, 9],
    [20, 6, 15],
    [25, 8, 18],
    [100, 40, 61],
  ])('of %i values is from rank %i to rank %i', (n, lower, upper) => {
    expect(medianInterval(upTo(n), 0.95)).toEqual({ lower, upper });
  });

  it('is not to be had from fewer than 6 values at 95 %', () => {
    expect(medianInterval(upTo(5), 0.95)).toBeUndefined();
    expect(medianInterval([], 0.95)).toBeUndefined();
  });

  it('covers as much as it says, and one rank less would not: counted over all signs', () => {
    const choose = (n: number, k: number) => upTo(k).reduce((product, i) => (product * (n - k + i)) / i, 1);
    const covered = (n: number, lower: number) =>
      1 - (2 * Array.from({ length: lower }, (_, k) => choose(n, k)).reduce((a, b) => a + b, 0)) / 2 ** n;
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 45 }), fc.constantFrom(0.8, 0.9, 0.95, 0.96), (n, confidence) => {
        const { lower } = medianInterval(upTo(n), confidence) ?? { lower: Number.NaN };
        expect(covered(n, lower)).toBeGreaterThanOrEqual(confidence);
        expect(covered(n, lower + 1)).toBeLessThan(confidence);
      }),
    );
  });
});

describe('poissonInterval', () => {
  /** Garwood's table, as reprinted by Johnson, Kotz and Kemp ("Univariate Discrete Distributions", 1992, section 4.7.3). */
  it.each([
    [0, 0, 3.689],
    [1, 0.0253, 5.572],
    [3, 0.619, 8.767],
    [9, 4.115, 17.08],
    [10, 4.795, 18.39],
    [13, 6.922, 22.23],
    [100, 81.36, 121.6],
  ])('of %i events is %d to %d', (count, lower, upper) => {
    const found = poissonInterval(count, 0.95);
    expect(Number(found.lower.toPrecision(lower < 0.1 ? 3 : 4))).toBeCloseTo(lower, 2);
    expect(Number(found.upper.toPrecision(4))).toBe(upper);
  });

  it('leaves exactly the half of what may be wrong on each side: by the sum of the probabilities', () => {
    const upToCount = (count: number, mean: number) => {
      let term = Math.exp(-mean);
      let sum = 0;
      for (let k = 0; k <= count; k += 1) {
        sum += term;
        term *= mean / (k + 1);
      }
      return sum;
    };
    for (const count of [1, 2, 7, 40, 200]) {
      const { lower, upper } = poissonInterval(count, 0.9);
      expect(1 - upToCount(count - 1, lower)).toBeCloseTo(0.05, 9);
      expect(upToCount(count, upper)).toBeCloseTo(0.05, 9);
    }
  });

  it('is near the normal approximation for ten thousand', () => {
    const { lower, upper } = poissonInterval(10_000, 0.95);
    expect(lower).toBeCloseTo(9804.96, 1);
    expect(upper).toBeCloseTo(10_197.95, 1);
  });
});
