/** Intervals against scipy 1.17.1, statsmodels 0.15.0 and arch 8.0.0, whose numbers stand here. */
import { describe, expect, it } from 'vitest';
import { cautiousBlockLength, optimalBlockLength } from '../../src/statistics/block-length.ts';
import { meanInterval, shiftFrom } from '../../src/statistics/mean.ts';
import { differenceOfShares } from '../../src/statistics/proportions.ts';
import { fitLine } from '../../src/statistics/regression.ts';
import { normalCdf, normalQuantile, studentCdf, studentQuantile } from '../../src/statistics/student.ts';

describe('distributions', () => {
  // scipy.stats.t.ppf
  it.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 2, 4.302652729749462],
    [0.975, 4, 2.7764451051977934],
    [0.95, 7.5, 1.8757474792112878],
    [0.999, 3, 10.214531852407383],
    [0.25, 11, -0.6974453275598814],
    [0.975, 200, 1.9718962236339088],
  ])('the %d quantile of t with %d degrees of freedom', (p, df, expected) => {
    expect(studentQuantile(p, df)).toBeCloseTo(expected, 8);
    expect(studentCdf(expected, df)).toBeCloseTo(p, 10);
  });

  // scipy.stats.norm.cdf
  it.each([
    [-6, 9.865876450376946e-10],
    [-2.5, 0.006209665325776132],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [0.3, 0.6179114221889526],
    [1.96, 0.9750021048517795],
    [4.2, 0.9999866542509841],
  ])('the normal distribution at %d', (x, expected) => {
    expect(normalCdf(x)).toBeCloseTo(expected, 14);
    if (x > -5) {
      expect(normalQuantile(expected)).toBeCloseTo(x, 8);
    }
  });

  it('a probability outside 0 to 1 and no degrees of freedom are refused', () => {
    expect(() => studentQuantile(1, 3)).toThrow(RangeError);
    expect(() => normalQuantile(0)).toThrow(RangeError);
    expect(() => studentQuantile(0.5, 0)).toThrow(RangeError);
  });
});

describe('intervals for means, shares and slopes', () => {
  const five = [1.2, 0.7, 1.9, 1.4, 1.1];

  it('a mean, as scipy.stats.t.interval has it', () => {
    const { value, lower, upper } = meanInterval(five, 0.95);
    expect(value).toBeCloseTo(1.26, 12);
    expect(lower).toBeCloseTo(0.7145150868300535, 8);
    expect(upper).toBeCloseTo(1.8054849131699462, 8);
  });

  it('a new observation beside earlier ones', () => {
    const { value, lower, upper } = shiftFrom(five, 2.5, 0.95);
    expect(value).toBeCloseTo(1.24, 12);
    expect(lower).toBeCloseTo(-0.09615969965275584, 8);
    expect(upper).toBeCloseTo(2.5761596996527563, 8);
    expect(() => shiftFrom([1], 2, 0.95)).toThrow(/two values/);
  });

  // statsmodels.stats.proportion.confint_proportions_2indep(method='newcomb'); the first is also in Newcombe's table II.
  it.each([
    [48, 80, 56, 70, 0.05243147240236498, 0.33387265403690614],
    [0, 600, 0, 600, -0.006361701013700713, 0.006361701013700713],
    [1, 5000, 5, 4000, -0.00012532510652433658, 0.0027310917940076927],
  ])('%d of %d against %d of %d', (a, m, b, n, lower, upper) => {
    const found = differenceOfShares({ count: a, total: m }, { count: b, total: n }, 0.95);
    expect(found.lower).toBeCloseTo(lower, 10);
    expect(found.upper).toBeCloseTo(upper, 10);
  });

  it('a line, as scipy.stats.linregress and t.ppf have it', () => {
    const rates = [50, 100, 150, 200, 300].map(Math.log);
    const costs = [1.1, 1.9, 3.2, 3.7, 6.3].map(Math.log);
    const line = fitLine(
      rates.map((rate, index) => [rate, costs[index] ?? Number.NaN]),
      0.95,
    );
    expect(line.intercept).toBeCloseTo(-3.728560484549552, 8);
    expect(line.slope).toBeCloseTo(0.9658405616201382, 8);
    expect(line.lower).toBeCloseTo(0.7721716778224148, 8);
    expect(line.upper).toBeCloseTo(1.1595094454178616, 8);
    expect(line.degreesOfFreedom).toBe(3);
  });

  it('a line needs three points at different places', () => {
    expect(() =>
      fitLine(
        [
          [1, 1],
          [2, 2],
        ],
        0.95,
      ),
    ).toThrow(/three points/);
    expect(() =>
      fitLine(
        [
          [1, 1],
          [1, 2],
          [1, 3],
        ],
        0.95,
      ),
    ).toThrow(/different x/);
  });
});

/** Uniform noise less a half, by the linear congruential generator of Numerical Recipes, so that Python can make the same. */
function noise(n: number, seed: number): number[] {
  let x = seed;
  return Array.from({ length: n }, () => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    return x / 2 ** 32 - 0.5;
  });
}

describe('the length of blocks', () => {
  // arch.bootstrap.optimal_block_length(series)['circular'] of an AR(1) series
  it.each([
    [60, 0, 1, 0.18455044948543464],
    [120, 0.3, 2, 2.673473400866023],
    [300, 0.5, 3, 7.055248289230225],
    [600, 0.7, 4, 20.50269371029481],
    [1200, 0.9, 5, 53.89694536186871],
    [60, 0.95, 6, 10.799583761535768],
  ])('of %d values with an autocorrelation of %d', (n, phi, seed, expected) => {
    let last = 0;
    const series = noise(n, seed).map((value) => {
      last = phi * last + value;
      return last;
    });
    expect(optimalBlockLength(series)).toBeCloseTo(expected, 6);
  });

  it('for an interval is that of the most dependent series, and a fifth of the length at most', () => {
    const independent = noise(120, 3);
    expect(cautiousBlockLength([independent])).toBe(10);
    const rising = independent.map((_, index) => index);
    expect(cautiousBlockLength([independent, rising])).toBe(24);
  });

  it('of values that are all the same is 1; of too few there is none', () => {
    expect(optimalBlockLength(Array.from({ length: 50 }, () => 3))).toBe(1);
    expect(() => optimalBlockLength([1, 2, 3])).toThrow(/ten values/);
  });
});
