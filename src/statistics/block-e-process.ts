/**
 * Evidence that grows block by block and may be looked at after each: an e-process. Under the hypothesis it tests, its expectation never
 * exceeds 1 at any time one may choose to stop, so that by Ville's inequality it ever reaches 1/α with a probability of at most α.
 *
 * The bets are a mixture: several guesses at how far the candidate is from the boundary are followed at once, each a product of block
 * e-variables (boundary.ts), and their weighted mean is the evidence. A mean of e-processes is one (Ramdas, Grünwald, Vovk and Shafer,
 * "Game-theoretic statistics and safe anytime-valid inference", Statistical Science 38, 2023, arXiv 2210.01948). A mixture pays a fixed
 * price for not knowing the effect; an estimate of it from the data so far pays a price in every block until it is right.
 */
import { type BlockCounts, type Boundary, limitFor, logBlockBet, type Rates, SMALLEST_RATE } from './boundary.ts';

/** Against which side of the boundary evidence is collected: that the candidate is tolerable, or that it is not. */
export type Direction = 'rollback' | 'promote';

/** All that the process remembers; plain numbers, so that JSON keeps it to the last bit. */
export interface EProcessState {
  /** Natural logarithm of the evidence. */
  readonly logE: number;
  /** Natural logarithms of the share of each guess in the mixture; their exponentials sum to 1. */
  readonly logShares: readonly number[];
  /** The baseline so far, older blocks forgotten once there is enough: what the next guess is made from. */
  readonly baselineRequests: number;
  readonly baselineBad: number;
}

export interface EProcessOptions {
  readonly direction: Direction;
  readonly boundary: Boundary;
  /** The most that one block may add to logE: min(S, M) of an e-variable S is one. A burst within one block cannot decide alone. */
  readonly cap: number;
}

interface Guess {
  readonly share: number;
  /** The candidate's rate from the baseline's and the boundary's; undefined: this part bets nothing, and keeps what it has. */
  readonly candidate: ((baseline: number, limit: number) => number) | undefined;
}

/** Chosen by simulation (docs/guides/judge.md): regressions of two to four times are decided within about 1.4 times the information limit. */
const GUESSES: Readonly<Record<Direction, readonly Guess[]>> = {
  rollback: [
    { share: 0.45, candidate: (_baseline, limit) => limit * 1.6 },
    { share: 0.36, candidate: (_baseline, limit) => limit * 2.6 },
    { share: 0.14, candidate: (_baseline, limit) => limit * 6 },
    { share: 0.05, candidate: undefined },
  ],
  promote: [
    { share: 0.7, candidate: (baseline) => baseline },
    { share: 0.15, candidate: (baseline, limit) => (baseline + limit) / 2 },
    { share: 0.15, candidate: (baseline) => baseline / 2 },
  ],
};

/**
 * So much of the evidence is dealt out anew by the shares above after each block: the fixed share of Herbster and Warmuth, "Tracking the
 * best expert" (Machine Learning 32, 1998). With the part that bets nothing it keeps a candidate that has been good for hours from a debt
 * of evidence that it would have to work off once it turns bad; what it then takes is about 10 nats more than at the start, however long
 * it was good. None for a promotion: what spoke against one has to be made up for.
 */
const DEALT_ANEW: Readonly<Record<Direction, number>> = { rollback: 0.002, promote: 0 };

/** The guess at a baseline of which nothing is known is 0.5 %, and gives way to the first few dozen requests. */
const PRIOR = { bad: 0.2, requests: 40 };

/** So many bad requests give the baseline's rate to about 7 %; beyond, the past is forgotten, so that the guess follows a drift. */
const REMEMBERED_BAD = 200;

/** Evidence before anything was seen: E = 1. */
export function startEProcess(direction: Direction): EProcessState {
  return {
    logE: 0,
    logShares: GUESSES[direction].map((guess) => Math.log(guess.share)),
    baselineRequests: 0,
    baselineBad: 0,
  };
}

/** The evidence after one more block. The first block with baseline requests is bet on by nobody: nothing is known yet. */
export function observeBlock(state: EProcessState, counts: BlockCounts, options: EProcessOptions): EProcessState {
  const bets = state.baselineRequests === 0 ? undefined : placeBets(state, counts, options);
  const requests = state.baselineRequests + counts.baseline.requests;
  const bad = state.baselineBad + counts.baseline.bad;
  const kept = bad > REMEMBERED_BAD ? REMEMBERED_BAD / bad : 1;
  return {
    logE: bets === undefined ? state.logE : state.logE + Math.min(options.cap, bets.logGain),
    logShares: bets === undefined ? state.logShares : bets.logShares,
    baselineRequests: requests * kept,
    baselineBad: bad * kept,
  };
}

interface Bets {
  /** Of the whole mixture. */
  readonly logGain: number;
  readonly logShares: readonly number[];
}

function placeBets(state: EProcessState, counts: BlockCounts, options: EProcessOptions): Bets {
  const { direction, boundary } = options;
  const baseline = inside((state.baselineBad + PRIOR.bad) / (state.baselineRequests + PRIOR.requests));
  const limit = limitFor(baseline, boundary);
  const guesses = GUESSES[direction];
  const scaled: number[] = [];
  let largest = Number.NEGATIVE_INFINITY;
  // By index: an iterator here costs a twentieth of the time that a stream of blocks takes.
  for (let index = 0; index < guesses.length; index += 1) {
    const candidate = guesses[index]?.candidate;
    const guess = candidate && { baseline, candidate: inside(candidate(baseline, limit)) };
    const bets = guess !== undefined && isBeyond(guess, limit, direction);
    const gain = bets ? logBlockBet(counts, guess, boundary) : 0;
    const value = (state.logShares[index] ?? Number.NEGATIVE_INFINITY) + gain;
    scaled.push(value);
    largest = Math.max(largest, value);
  }
  let sum = 0;
  for (const value of scaled) {
    sum += Math.exp(value - largest);
  }
  const logGain = largest + Math.log(sum);
  const anew = DEALT_ANEW[direction];
  return {
    logGain,
    logShares: guesses.map(({ share }, index) => {
      const logDue = (scaled[index] ?? 0) - logGain;
      return anew === 0 ? Math.max(logDue, LEAST_LOG_SHARE) : Math.log((1 - anew) * Math.exp(logDue) + anew * share);
    }),
  };
}

/** A guess far behind keeps a share that a float can hold; raising it this little changes no sum. */
const LEAST_LOG_SHARE = -700;

/** A guess on the hypothesis's own side of the boundary would bet on nothing. */
function isBeyond(guess: Rates, limit: number, direction: Direction): boolean {
  const distance = guess.candidate - limit;
  return (direction === 'rollback' ? distance : -distance) > LEAST_DISTANCE * limit;
}

const LEAST_DISTANCE = 1e-9;

function inside(rate: number): number {
  return Math.min(1 - SMALLEST_RATE, Math.max(SMALLEST_RATE, rate));
}
