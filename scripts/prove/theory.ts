/** How many requests the judge of a shift needs by theory, where the scenario's truth is known. */
import { createRandom, drawBinomial } from '../../bench/judge/streams.ts';
import type { JudgementRecord } from '../../src/report/evidence.ts';
import { fewestRequests, informationPerRequest } from '../../src/statistics/information-limit.ts';
import { type ArmCounts, decide, type JudgeOptions, judgeBlock, startJudge } from '../../src/statistics/judge.ts';

/** Shares of the requests that fail, and that are slow, as the example's images are set (`examples/artguard/surefoot.yml`). */
export interface Truth {
  readonly baseline: { readonly failing: number; readonly slow: number };
  readonly candidate: { readonly failing: number; readonly slow: number };
}

const SOUND = { failing: 0, slow: 0 };

export const TRUTHS: Readonly<Record<string, Truth>> = {
  'canary-good': { baseline: SOUND, candidate: SOUND },
  'canary-errors': { baseline: SOUND, candidate: { failing: 0.05, slow: 0 } },
  'canary-slow': { baseline: SOUND, candidate: { failing: 0, slow: 0.3 } },
};

export interface Prediction {
  readonly decision: 'promote' | 'roll-back';
  /** The mean below which no test comes that keeps the promise. */
  readonly limit: number;
  /** Of the judge itself, simulated, where it decides as it should: the mean, and the range beyond which one run in a thousand is on each side. */
  readonly mean: number;
  readonly lowest: number;
  readonly highest: number;
  /** Of the candidate alone. */
  readonly exposed: { readonly mean: number; readonly highest: number };
  readonly runs: number;
  /** How many of them were decided the other way. */
  readonly wrong: number;
}

const RUNS = 4000;
const TAIL = 0.001;
const SEED = 8;
/** Far beyond any horizon. */
const MOST_BLOCKS = 20_000;
/** A rate of 0 has no logarithm; this one is as good as it. */
const NEXT_TO_NOTHING = 1e-12;

/** Plays the judge of the record against independent requests of that truth, so many a block. */
export function predict(judgement: JudgementRecord, truth: Truth, requestsPerBlock: number): Prediction {
  const boundary = { margin: judgement.margin, tolerance: judgement.tolerance };
  const share = (judgement.steps[0]?.percent ?? 0) / 100;
  const options: JudgeOptions = { alpha: judgement.alpha, beta: judgement.beta, boundary, weight: share };
  const games = Array.from({ length: RUNS }, (_, run) =>
    play(truth, share, requestsPerBlock, options, createRandom(SEED + run)),
  );
  const bad = isBeyond(truth, boundary);
  const right = games.filter(({ decision }) => decision === (bad ? 'fail' : 'pass'));
  const requests = right.map((game) => game.requests).sort((a, b) => a - b);
  const exposed = right.map((game) => game.exposed).sort((a, b) => a - b);
  const at = (sorted: readonly number[], quantile: number) =>
    sorted[Math.floor(quantile * (sorted.length - 1))] ?? Number.NaN;
  return {
    decision: bad ? 'roll-back' : 'promote',
    limit: limitOf(truth, share, options, bad),
    mean: meanOf(requests),
    lowest: at(requests, TAIL),
    highest: at(requests, 1 - TAIL),
    exposed: { mean: meanOf(exposed), highest: at(exposed, 1 - TAIL) },
    runs: RUNS,
    wrong: RUNS - right.length,
  };
}

function play(truth: Truth, share: number, perBlock: number, options: JudgeOptions, random: () => number) {
  let state = startJudge(['errors', 'slow']);
  while (decide(state, options) === undefined && state.blocks < MOST_BLOCKS) {
    // The balancer throws a weighted die for each request.
    const candidate = drawBinomial(random, perBlock, share);
    const block = {
      baseline: draw(random, perBlock - candidate, truth.baseline),
      candidate: draw(random, candidate, truth.candidate),
    };
    state = judgeBlock(state, block, options);
  }
  const { baseline, candidate } = state.requests;
  return { requests: baseline + candidate, exposed: candidate, decision: decide(state, options) };
}

function draw(random: () => number, requests: number, { failing, slow }: Truth['baseline']): ArmCounts {
  return { requests, errors: drawBinomial(random, requests, failing), slow: drawBinomial(random, requests, slow) };
}

function isBeyond({ baseline, candidate }: Truth, { margin, tolerance }: JudgeOptions['boundary']): boolean {
  const beyond = (metric: 'failing' | 'slow') => candidate[metric] > (1 + margin) * baseline[metric] + tolerance;
  return beyond('failing') || beyond('slow');
}

/** For a rollback that of the metric that tells most; for a promotion every metric must be proven, so that of the one that tells least. */
function limitOf({ baseline, candidate }: Truth, share: number, options: JudgeOptions, bad: boolean): number {
  const limits = (['failing', 'slow'] as const).map((metric) => {
    const rates = {
      baseline: Math.max(NEXT_TO_NOTHING, baseline[metric]),
      candidate: Math.max(NEXT_TO_NOTHING, candidate[metric]),
    };
    const information = informationPerRequest(rates, share, options.boundary);
    const beyond = rates.candidate > (1 + options.boundary.margin) * rates.baseline + options.boundary.tolerance;
    return beyond === bad ? fewestRequests(information, bad ? options.alpha : options.beta) : Number.NaN;
  });
  const known = limits.filter((limit) => !Number.isNaN(limit));
  return bad ? Math.min(...known) : Math.max(...known);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
