import { describe, expect, it } from 'vitest';
import {
  type Boundary,
  limitFor,
  logBlockBet,
  projectOntoBoundary,
  type Rates,
} from '../../src/statistics/boundary.ts';

const BOUNDARIES: readonly Boundary[] = [
  { margin: 0, tolerance: 0 },
  { margin: 0.25, tolerance: 0 },
  { margin: 1, tolerance: 0.01 },
  { margin: 0, tolerance: 0.1 },
  { margin: 0.5, tolerance: 0.4 },
];
const DESIGNS = [
  [1, 1],
  [3, 2],
  [6, 1],
  [2, 6],
  [10, 3],
] as const;
const GRID = [0, 1e-6, 0.001, 0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 0.99, 1];
const GUESS_RATES = [1e-9, 0.001, 0.02, 0.1, 0.3, 0.6, 0.95, 1 - 1e-9];
const CAPS = [Number.POSITIVE_INFINITY, Math.log(100) / 2, 0.1];

/** The exact expectation of min(S, e^cap) over all outcomes of a block. */
function expectation(truth: Rates, guess: Rates, nb: number, nc: number, boundary: Boundary, cap: number): number {
  let sum = 0;
  for (let yb = 0; yb <= nb; yb += 1) {
    for (let yc = 0; yc <= nc; yc += 1) {
      const counts = { baseline: { requests: nb, bad: yb }, candidate: { requests: nc, bad: yc } };
      const chance = binomial(nb, yb, truth.baseline) * binomial(nc, yc, truth.candidate);
      sum += chance * Math.exp(Math.min(cap, logBlockBet(counts, guess, boundary)));
    }
  }
  return sum;
}

function binomial(n: number, k: number, p: number): number {
  let ways = 1;
  for (let i = 0; i < k; i += 1) {
    ways = (ways * (n - i)) / (i + 1);
  }
  return ways * p ** k * (1 - p) ** (n - k);
}

/** The largest expectation over a grid of truths that satisfy `null`, for guesses that do not. */
function largest(isNull: (rates: Rates, boundary: Boundary) => boolean, isGuess: typeof isNull): number {
  let most = 0;
  for (const boundary of BOUNDARIES) {
    const truths = pairs(GRID).filter((rates) => isNull(rates, boundary));
    const edge = GRID.map((baseline) => ({ baseline, candidate: limitFor(baseline, boundary) })).filter(
      ({ candidate }) => candidate <= 1,
    );
    for (const guess of pairs(GUESS_RATES).filter((rates) => isGuess(rates, boundary))) {
      for (const [nb, nc] of DESIGNS) {
        for (const cap of CAPS) {
          for (const truth of [...truths, ...edge]) {
            most = Math.max(most, expectation(truth, guess, nb, nc, boundary, cap));
          }
        }
      }
    }
  }
  return most;
}

const pairs = (values: readonly number[]): Rates[] =>
  values.flatMap((baseline) => values.map((candidate) => ({ baseline, candidate })));

const tolerable = (rates: Rates, boundary: Boundary) => rates.candidate <= limitFor(rates.baseline, boundary);
const intolerable = (rates: Rates, boundary: Boundary) => rates.candidate >= limitFor(rates.baseline, boundary);
const beyond = (rates: Rates, boundary: Boundary) => rates.candidate > limitFor(rates.baseline, boundary);
const within = (rates: Rates, boundary: Boundary) => rates.candidate < limitFor(rates.baseline, boundary);

describe('the bet of a block, by exact enumeration', () => {
  it('is an e-variable under every tolerable truth when the guess is beyond the boundary', () => {
    expect(largest(tolerable, beyond)).toBeLessThanOrEqual(1 + 1e-9);
  }, 120_000);

  it('is an e-variable under every intolerable truth when the guess is within the boundary', () => {
    expect(largest(intolerable, within)).toBeLessThanOrEqual(1 + 1e-9);
  }, 120_000);

  it('grows on average when the guess is the truth', () => {
    for (const boundary of BOUNDARIES.slice(0, 4)) {
      const truth = { baseline: 0.1, candidate: Math.min(0.95, limitFor(0.1, boundary) * 2) };
      expect(expectation(truth, truth, 10, 3, boundary, Number.POSITIVE_INFINITY)).toBeGreaterThan(1);
    }
  });

  it('says nothing of a block without requests, and is finite at the ends', () => {
    const boundary = { margin: 0.25, tolerance: 0.001 };
    const none = { requests: 0, bad: 0 };
    const guess = { baseline: 1e-9, candidate: 1 - 1e-9 };
    expect(logBlockBet({ baseline: none, candidate: none }, guess, boundary)).toBeCloseTo(0, 12);
    for (const bad of [0, 1000]) {
      const arm = { requests: 1000, bad };
      expect(Number.isFinite(logBlockBet({ baseline: arm, candidate: arm }, guess, boundary))).toBe(true);
    }
  });
});

describe('the projection', () => {
  it('is the pooled rate when there is neither margin nor tolerance', () => {
    const { baseline, candidate } = projectOntoBoundary({ baseline: 0.01, candidate: 0.05 }, 900, 100, {
      margin: 0,
      tolerance: 0,
    });
    expect(baseline).toBeCloseTo((900 * 0.01 + 100 * 0.05) / 1000, 15);
    expect(candidate).toBe(baseline);
  });

  it('lies on the boundary, where the derivative of the divergence is zero', () => {
    for (const boundary of BOUNDARIES) {
      for (const guess of pairs([0.001, 0.05, 0.4, 0.9])) {
        const { baseline, candidate } = projectOntoBoundary(guess, 90, 10, boundary);
        expect(candidate).toBeCloseTo(limitFor(baseline, boundary), 14);
        const slope =
          (90 * (baseline - guess.baseline)) / (baseline * (1 - baseline)) +
          (10 * (1 + boundary.margin) * (candidate - guess.candidate)) / (candidate * (1 - candidate));
        const steepness = 90 / (baseline * (1 - baseline)) + 10 / (candidate * (1 - candidate));
        expect(Math.abs(slope / steepness)).toBeLessThan(1e-9);
      }
    }
  });
});
