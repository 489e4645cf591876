/**
 * The line between a candidate that may replace the baseline and one that may not, and the bet of one block of requests on which side
 * the truth lies.
 *
 * Source: Turner, Ly and Grünwald, "Generic E-variables for exact sequential k-sample tests that allow for optional stopping" (Journal of
 * Statistical Planning and Inference 230, 2024; arXiv 2106.02693), for a convex null hypothesis.
 */

/** p_candidate = (1 + margin) * p_baseline + tolerance. Both sides are convex, so that the theorem holds on each. */
export interface Boundary {
  /** Relative, 0 or more. */
  readonly margin: number;
  /** Absolute, 0 to 1. */
  readonly tolerance: number;
}

/** Requests of one block by arm, and how many of them were bad. */
export interface BlockCounts {
  readonly baseline: { readonly requests: number; readonly bad: number };
  readonly candidate: { readonly requests: number; readonly bad: number };
}

/** Bad rates of the two arms. */
export interface Rates {
  readonly baseline: number;
  readonly candidate: number;
}

/** Guesses stay this far inside of 0 and 1, so that no outcome is impossible under them and the projection is never at an end. */
export const SMALLEST_RATE = 1e-9;

/** The candidate's highest tolerable rate for a baseline's rate; may exceed 1. */
export function limitFor(baseline: number, boundary: Boundary): number {
  return (1 + boundary.margin) * baseline + boundary.tolerance;
}

/**
 * The point on the boundary nearest to `guess` in Kullback-Leibler divergence, arms weighted by their requests: the least favourable
 * truth. It solves n_b (r_b - q_b) / (r_b (1 - r_b)) + n_c (1 + margin) (r_c - q_c) / (r_c (1 - r_c)) = 0, a cubic in r_b with one root
 * between q_b and the r_b at which the boundary has q_c. Both rates of the guess lie strictly between 0 and 1.
 */
export function projectOntoBoundary(
  guess: Rates,
  baselineRequests: number,
  candidateRequests: number,
  boundary: Boundary,
): Rates {
  const slope = 1 + boundary.margin;
  const { tolerance } = boundary;
  const { baseline: qb, candidate: qc } = guess;
  const crossing = (qc - tolerance) / slope;
  // On the boundary both rates must be possible: r_b > 0 and r_c < 1.
  let low = Math.max(Math.min(qb, crossing), 0);
  let high = Math.min(Math.max(qb, crossing), (1 - tolerance) / slope);
  const wb = baselineRequests;
  const wc = candidateRequests * slope;
  if (wb === 0 && crossing >= 0 && crossing <= (1 - tolerance) / slope) {
    // Whatever the baseline is: the candidate alone is as it was guessed, to the last bit.
    return { baseline: crossing, candidate: qc };
  }
  let root = start(guess, wb, wc, slope, tolerance);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (!(root > low && root < high)) {
      root = (low + high) / 2;
    }
    const rc = slope * root + tolerance;
    const vb = root * (1 - root);
    const vc = rc * (1 - rc);
    const value = wb * (root - qb) * vc + wc * (rc - qc) * vb;
    if (value < 0) {
      low = root;
    } else {
      high = root;
    }
    const derivative = wb * (vc + (root - qb) * slope * (1 - 2 * rc)) + wc * (slope * vb + (rc - qc) * (1 - 2 * root));
    const next = root - value / derivative;
    if (Math.abs(next - root) <= PRECISION * root || high - low <= PRECISION * high) {
      root = next > low && next < high ? next : root;
      break;
    }
    root = next;
  }
  return { baseline: root, candidate: slope * root + tolerance };
}

/** Newton's method doubles the digits with each step, so that a step below this is the last that changes anything. */
const PRECISION = 1e-13;
const MOST_STEPS = 100;

/** The root of the quadratic approximation: the average of what each arm says, weighted by its information. */
function start(guess: Rates, wb: number, wc: number, slope: number, tolerance: number): number {
  const informationB = wb / (guess.baseline * (1 - guess.baseline));
  const informationC = (wc * slope) / (guess.candidate * (1 - guess.candidate));
  const total = informationB + informationC;
  return (informationB * guess.baseline + (informationC * (guess.candidate - tolerance)) / slope) / total;
}

/**
 * The logarithm of the block's e-variable: the likelihood of its counts under `guess` over that under the guess's projection. Its
 * expectation is at most 1 for every truth on the other side of the boundary than the guess (the first-order condition of the
 * projection), whatever the numbers of requests, as long as the guess was made before the block was seen.
 */
export function logBlockBet(counts: BlockCounts, guess: Rates, boundary: Boundary): number {
  const { baseline, candidate } = counts;
  if (baseline.requests + candidate.requests === 0) {
    // No point of the boundary is nearest to a guess that no request weighs.
    return 0;
  }
  const projected = projectOntoBoundary(guess, baseline.requests, candidate.requests, boundary);
  return (
    logRatio(baseline.requests, baseline.bad, guess.baseline, projected.baseline) +
    logRatio(candidate.requests, candidate.bad, guess.candidate, projected.candidate)
  );
}

function logRatio(requests: number, bad: number, guess: number, projected: number): number {
  const good = (requests - bad) * Math.log1p((projected - guess) / (1 - projected));
  return bad === 0 ? good : bad * Math.log(guess / projected) + good;
}
