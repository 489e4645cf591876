import { describe, expect, it } from 'vitest';
import {
  type Direction,
  type EProcessState,
  observeBlock,
  startEProcess,
} from '../../src/statistics/block-e-process.ts';
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
/** Every block of up to five requests of each arm, and some larger ones. */
const DESIGNS: readonly (readonly [number, number])[] = [
  ...[0, 1, 2, 3, 4, 5].flatMap((nb) => [0, 1, 2, 3, 4, 5].map((nc) => [nb, nc] as const)),
  [9, 1],
  [2, 8],
  [10, 3],
];
const GRID = [0, 1e-6, 0.001, 0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 0.99, 1];
const GUESS_RATES = [1e-9, 0.001, 0.02, 0.1, 0.3, 0.6, 0.95, 1 - 1e-9];
const CAPS = [Number.POSITIVE_INFINITY, Math.log(100) / 2, 0.1];

interface Outcome {
  readonly bad: readonly [baseline: number, candidate: number];
  readonly logBet: number;
}

/** Every outcome of a block, with what it is worth. */
function outcomes(guess: Rates, [nb, nc]: readonly [number, number], boundary: Boundary): Outcome[] {
  return upTo(nb).flatMap((yb) =>
    upTo(nc).map((yc): Outcome => {
      const counts = { baseline: { requests: nb, bad: yb }, candidate: { requests: nc, bad: yc } };
      return { bad: [yb, yc], logBet: logBlockBet(counts, guess, boundary) };
    }),
  );
}

/** The exact expectation of min(S, e^cap). */
function expectation(of: readonly Outcome[], truth: Rates, [nb, nc]: readonly [number, number], cap: number): number {
  let sum = 0;
  for (const { bad, logBet } of of) {
    const chance = binomial(nb, bad[0], truth.baseline) * binomial(nc, bad[1], truth.candidate);
    sum += chance * Math.exp(Math.min(cap, logBet));
  }
  return sum;
}

const upTo = (n: number) => Array.from({ length: n + 1 }, (_, index) => index);

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
    const truths = [...pairs(GRID), ...edgeOf(boundary)].filter((rates) => isNull(rates, boundary));
    for (const guess of pairs(GUESS_RATES).filter((rates) => isGuess(rates, boundary))) {
      for (const design of DESIGNS) {
        const all = outcomes(guess, design, boundary);
        for (const cap of CAPS) {
          for (const truth of truths) {
            most = Math.max(most, expectation(all, truth, design, cap));
          }
        }
      }
    }
  }
  return most;
}

/** Truths on the boundary itself, which are the hardest. */
function edgeOf(boundary: Boundary): Rates[] {
  return GRID.map((baseline) => ({ baseline, candidate: limitFor(baseline, boundary) })).filter(
    ({ candidate }) => candidate <= 1,
  );
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
      const all = outcomes(truth, [10, 3], boundary);
      expect(expectation(all, truth, [10, 3], Number.POSITIVE_INFINITY)).toBeGreaterThan(1);
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

describe('the evidence of several blocks, by exact enumeration', () => {
  const BLOCK = [3, 2] as const;
  const blocks = upTo(BLOCK[0]).flatMap((yb) => upTo(BLOCK[1]).map((yc) => [yb, yc] as const));

  /** Guesses are made from the blocks before, shares of the mixture move, and the cap cuts: all of it over every course of three blocks. */
  function mean(direction: Direction, truth: Rates, boundary: Boundary, cap: number): number {
    let sum = 0;
    const go = (state: EProcessState, chance: number, left: number): void => {
      if (left === 0 || chance === 0) {
        sum += chance * Math.exp(state.logE);
        return;
      }
      for (const [yb, yc] of blocks) {
        const counts = { baseline: { requests: BLOCK[0], bad: yb }, candidate: { requests: BLOCK[1], bad: yc } };
        const odds = binomial(BLOCK[0], yb, truth.baseline) * binomial(BLOCK[1], yc, truth.candidate);
        go(observeBlock(state, counts, { direction, boundary, cap }), chance * odds, left - 1);
      }
    };
    go(startEProcess(direction), 1, 3);
    return sum;
  }

  it.each(['rollback', 'promote'] as const)('has no expectation above 1 under the null of a %s', (direction) => {
    for (const boundary of BOUNDARIES) {
      for (const truth of edgeOf(boundary).filter(({ baseline }) => baseline <= 0.5)) {
        for (const cap of [Math.log(100) / 2, 0.1]) {
          expect(mean(direction, truth, boundary, cap)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }
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
