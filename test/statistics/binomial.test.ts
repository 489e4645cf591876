import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialLower, binomialUpper, clopperPearson, incompleteBeta } from '../../src/statistics/binomial.ts';

/** P(X <= k) for X ~ Binomial(n, p), summed term by term in logarithms: slow, and with nothing in common with the code under test. */
function binomialCdf(k: number, n: number, p: number): number {
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i += 1) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logTerm);
  }
  return sum;
}

describe('exact binomial bounds', () => {
  it('gives the published numbers', () => {
    // The textbook case of 10 of 100 at 95 %, as printed by R's binom.test(10, 100).
    const ten = clopperPearson(10, 100, 0.95);
    expect(ten.lower).toBeCloseTo(0.04900469, 7);
    expect(ten.upper).toBeCloseTo(0.1762226, 7);
    // "Rule of three": 0 failures need 5,990 requests for 99.95 % at one-sided 95 %.
    expect(binomialUpper(0, 5990, 0.95)).toBeLessThan(0.0005);
    expect(binomialUpper(0, 5989, 0.95)).toBeGreaterThan(0.0005);
    expect(binomialUpper(0, 5990, 0.95)).toBeCloseTo(0.0005, 6);
  });

  it('needs as many requests as an independent enumeration says for 1, 2, 3 and 5 failures', () => {
    for (const [failures, requests] of [
      [1, 9486],
      [2, 12590],
      [3, 15505],
      [5, 21024],
    ] as const) {
      expect(binomialUpper(failures, requests, 0.95)).toBeLessThanOrEqual(0.0005);
      expect(binomialUpper(failures, requests - 1, 0.95)).toBeGreaterThan(0.0005);
    }
  });

  it('inverts the binomial distribution, for any counts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.6, max: 0.999, noNaN: true }),
        (n, share, confidence) => {
          const k = Math.min(n - 1, Math.floor(share * n));
          const upper = binomialUpper(k, n, confidence);
          expect(binomialCdf(k, n, upper)).toBeCloseTo(1 - confidence, 8);
          if (k > 0) {
            const lower = binomialLower(k, n, confidence);
            expect(1 - binomialCdf(k - 1, n, lower)).toBeCloseTo(1 - confidence, 8);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('contains the observed share, and its ends are mirror images', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const k = Math.floor(share * n);
        const { lower, upper } = clopperPearson(k, n, 0.95);
        expect(lower).toBeLessThanOrEqual(k / n);
        expect(upper).toBeGreaterThanOrEqual(k / n);
        expect(lower).toBeCloseTo(1 - clopperPearson(n - k, n, 0.95).upper, 9);
      }),
      { numRuns: 100 },
    );
  });

  it('is closed at the edges and refuses counts that cannot be', () => {
    expect(clopperPearson(0, 10, 0.95).lower).toBe(0);
    expect(clopperPearson(10, 10, 0.95).upper).toBe(1);
    expect(clopperPearson(0, 10, 0.95).upper).toBeCloseTo(1 - 0.025 ** (1 / 10), 12);
    expect(() => clopperPearson(11, 10, 0.95)).toThrow(RangeError);
    expect(() => clopperPearson(0, 0, 0.95)).toThrow(RangeError);
    expect(() => clopperPearson(1, 10, 1)).toThrow(RangeError);
  });

  it('holds its precision for millions of trials', () => {
    expect(binomialUpper(0, 10_000_000, 0.95)).toBeCloseTo(-Math.expm1(Math.log(0.05) / 1e7), 15);
    expect(incompleteBeta(0.5, 500_000, 500_000)).toBeCloseTo(0.5, 10);
  });
});
