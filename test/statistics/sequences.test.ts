/** Values that others published: references in the research of the formulas are the packages confseq 0.0.11 and 30-digit arithmetic. */
import { describe, expect, it } from 'vitest';
import {
  bestRho,
  logBetaBinomialMixture,
  logEvidenceAbove,
  logEvidenceBelow,
  rateSequence,
} from '../../src/statistics/confidence-sequence.ts';
import { fewestRequests, informationPerRequest } from '../../src/statistics/information-limit.ts';
import { logSampleRatio, logShareAbove } from '../../src/statistics/sample-ratio.ts';
import { logBeta, logGamma } from '../../src/statistics/special.ts';

describe('sample ratio', () => {
  it.each([
    [80, 20, 0.05, 7.738705327, 8.548402403],
    [95, 5, 0.05, -0.3549096475, -0.3192689489],
    [40, 10, 0.1, 0.5155240193, 1.168611393],
    [700, 300, 0.2, 24.48200983, 25.21593439],
    [0, 5, 0.05, 1.478051614, 2.251498986],
  ])('%i and %i at a share of %f', (baseline, candidate, share, twoSided, oneSided) => {
    expect(logSampleRatio(baseline, candidate, share)).toBeCloseTo(twoSided, 7);
    expect(logShareAbove(baseline, candidate, share)).toBeCloseTo(oneSided, 7);
  });

  it('expects 1 at every number of requests, exactly', () => {
    for (const n of [1, 5, 20]) {
      let sum = 0;
      for (let k = 0; k <= n; k += 1) {
        const ways = Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1));
        sum += ways * 0.1 ** k * 0.9 ** (n - k) * Math.exp(logSampleRatio(n - k, k, 0.1));
      }
      expect(sum).toBeCloseTo(1, 12);
    }
  });
});

describe('beta-binomial mixture', () => {
  const mixture = { vOpt: 100, alpha: 0.05, g: 0.2, h: 0.8 };

  it('is the one of confseq', () => {
    expect(bestRho(100, 0.05)).toBeCloseTo(12.60056, 5);
    expect(logBetaBinomialMixture(10, 100, mixture)).toBeCloseTo(-0.6941012, 7);
    expect(logBetaBinomialMixture(10, 100, mixture, 1)).toBeCloseTo(-0.07134019, 7);
  });

  it.each([
    [2, 31.4308],
    [1, 28.41238],
  ] as const)('reaches 1/alpha on %i sides at the bound of confseq', (sides, bound) => {
    // To the digits that were published: half a unit of the last on either side of them.
    const half = bound === 31.4308 ? 5e-5 : 5e-6;
    const at = (sum: number) => logBetaBinomialMixture(sum, 100, mixture, sides);
    expect(at(bound - half)).toBeLessThan(Math.log(20));
    expect(at(bound + half)).toBeGreaterThan(Math.log(20));
  });

  it.each([
    [700, 1000, 100, 0.651629, 0.745949],
    [15, 50, 50, 0.129556, 0.511896],
    [5, 50, 50, 0.013021, 0.269264],
    [1, 50, 50, 0, 0.13489],
    [100, 200, 1, 0.328923, 0.671076],
  ])('%i of %i, best at %i', (bad, requests, expected, lower, upper) => {
    const found = rateSequence(bad, requests, 0.05, expected);
    // Published cut, not rounded, after the last digit.
    const cut = (value: number, like: number) => `${value}`.slice(0, `${like}`.length);
    expect(cut(found.lower < 1e-12 ? 0 : found.lower, lower)).toBe(`${lower}`);
    expect(cut(found.upper, upper)).toBe(`${upper}`);
  });

  it('finds one arm above or below a promise, and never both', () => {
    const above = logEvidenceAbove(30, 1000, 0.01, 1000, 0.01);
    const below = logEvidenceBelow(0, 3000, 0.01, 1000, 0.01);
    expect(above).toBeGreaterThan(Math.log(100));
    expect(below).toBeGreaterThan(Math.log(100));
    expect(logEvidenceBelow(30, 1000, 0.01, 1000, 0.01)).toBeLessThan(0);
  });
});

describe('information limit', () => {
  it.each([
    [0.005, 0.015, 0.05, 0, 15_241],
    [0.005, 0.015, 0.05, 0.25, 22_740],
    [0.01, 0.02, 0.05, 0, 25_129],
    [0.01, 0.05, 0.05, 0, 2457],
    [0.01, 0.015, 0.1, 0, 47_457],
    [0.01, 0.015, 0.1, 0.25, 222_157],
    [0.001, 0.01, 0.05, 0, 7495],
  ])('%f against %f at a share of %f with margin %f', (candidateFrom, candidate, share, margin, requests) => {
    const information = informationPerRequest({ baseline: candidateFrom, candidate }, share, { margin, tolerance: 0 });
    expect(fewestRequests(information, 0.01) / requests).toBeCloseTo(1, 3);
  });

  it('is infinite on the boundary', () => {
    const information = informationPerRequest({ baseline: 0.1, candidate: 0.1 }, 0.5, { margin: 0, tolerance: 0 });
    expect(fewestRequests(information, 0.01)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('special functions', () => {
  it('agree with known values', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 14);
    expect(logGamma(171)).toBeCloseTo(706.573062245787, 10);
    expect(logGamma(1)).toBeCloseTo(0, 14);
    expect(logBeta(2, 3)).toBeCloseTo(Math.log(1 / 12), 14);
  });
});
