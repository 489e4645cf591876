/** Wilson's and the exact interval against published tables. */
import { describe, expect, it } from 'vitest';
import { binomialLower, clopperPearson } from '../../src/statistics/binomial.ts';
import { wilsonInterval } from '../../src/statistics/proportions.ts';

describe('Wilson', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998) 857-872, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%d of %d', (count, total, lower, upper) => {
    const found = wilsonInterval({ count, total }, 0.95);
    expect(found.lower).toBeCloseTo(lower, 4);
    expect(found.upper).toBeCloseTo(upper, 4);
  });

  it('ends at 0 and 1 exactly where none or all were counted', () => {
    for (let total = 1; total < 200; total += 1) {
      expect(wilsonInterval({ count: total, total }, 0.95).upper).toBe(1);
      expect(wilsonInterval({ count: 0, total }, 0.95).lower).toBe(0);
    }
  });
});

describe('Clopper and Pearson', () => {
  // The same table, method 5.
  it.each([
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])('%d of %d', (count, total, lower, upper) => {
    const found = clopperPearson(count, total, 0.95);
    expect(found.lower).toBeCloseTo(lower, 4);
    expect(found.upper).toBeCloseTo(upper, 4);
  });

  it('one-sided, all of n: 0.05^(1/n)', () => {
    for (const n of [1, 3, 12, 29, 59, 299]) {
      expect(binomialLower(n, n, 0.95)).toBeCloseTo(0.05 ** (1 / n), 10);
    }
  });
});
