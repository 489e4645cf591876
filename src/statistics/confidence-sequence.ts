/**
 * A rate's confidence interval that holds at all times at once, so that it may be looked at after every block: the beta-binomial mixture
 * of Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences" (Annals of Statistics 49,
 * 2021, arXiv 1810.08240), Propositions 7 and 8.
 */
import { incompleteBeta } from './binomial.ts';
import { logBeta } from './special.ts';

/** Where the mixture is at its best, and what its steps may be. */
export interface Mixture {
  /** The intrinsic time, the sum of variances, that the bound is tightest at. */
  readonly vOpt: number;
  /** The error that it is tuned for. */
  readonly alpha: number;
  /** Steps lie between -g and h; for a coin with rate p these are p and 1 - p. */
  readonly g: number;
  readonly h: number;
}

/** rho of the mixture: the paper's best choice for its optimal time; a one-sided bound is tuned as a two-sided one at twice alpha. */
export function bestRho(vOpt: number, alpha: number, sides: 1 | 2 = 2): number {
  const level = sides === 2 ? alpha : 2 * alpha;
  const twice = 2 * Math.log(1 / level);
  return vOpt / (twice + Math.log(1 + twice));
}

/**
 * Natural logarithm of the evidence that a sum of centred steps reached `sum` at intrinsic time `v`; an e-process when the steps have
 * mean 0 (two-sided), or at most 0 (one-sided).
 */
export function logBetaBinomialMixture(sum: number, v: number, mixture: Mixture, sides: 1 | 2 = 2): number {
  const { g, h } = mixture;
  const r = Math.max(bestRho(mixture.vOpt, mixture.alpha, sides) - g * h, 1e-3 * g * h);
  const x = sides === 2 ? 1 : h / (g + h);
  const scale = g * (g + h);
  const other = h * (g + h);
  const logIncomplete = (a: number, b: number) => logBeta(a, b) + (x === 1 ? 0 : Math.log(incompleteBeta(x, a, b)));
  return (
    (v / (g * h)) * Math.log(g + h) -
    ((v + h * sum) / other) * Math.log(g) -
    ((v - g * sum) / scale) * Math.log(h) +
    logIncomplete((r + v - g * sum) / scale, (r + v + h * sum) / other) -
    logIncomplete(r / scale, r / other)
  );
}

/**
 * The natural logarithm of the evidence that a coin's rate is above `limit`, after `bad` of `requests`: one arm against a promise.
 * @param expected the number of requests at which the bound is to be tightest
 */
export function logEvidenceAbove(
  bad: number,
  requests: number,
  limit: number,
  expected: number,
  alpha: number,
): number {
  const variance = limit * (1 - limit);
  const mixture = { vOpt: variance * expected, alpha, g: limit, h: 1 - limit };
  return logBetaBinomialMixture(bad - limit * requests, variance * requests, mixture, 1);
}

/** The same for the evidence that it is below `limit`: the coin seen from its other side. */
export function logEvidenceBelow(
  bad: number,
  requests: number,
  limit: number,
  expected: number,
  alpha: number,
): number {
  return logEvidenceAbove(requests - bad, requests, 1 - limit, expected, alpha);
}

/**
 * The rates that the evidence does not refute at `alpha`: an interval that covers the truth at all times at once with a probability of at
 * least 1 - alpha.
 */
export function rateSequence(
  bad: number,
  requests: number,
  alpha: number,
  expected: number,
): { readonly lower: number; readonly upper: number } {
  const rate = bad / requests;
  const refuted = (p: number) => {
    const variance = p * (1 - p);
    const mixture = { vOpt: variance * expected, alpha, g: p, h: 1 - p };
    return logBetaBinomialMixture(bad - p * requests, variance * requests, mixture) >= Math.log(1 / alpha);
  };
  return { lower: edge(0, rate, refuted), upper: edge(1, rate, refuted) };
}

/** Between a refuted end and the observed rate, which is never refuted: where refutation stops. */
function edge(end: number, rate: number, refuted: (p: number) => boolean): number {
  let outside = end;
  let inside = rate;
  if (rate === end) {
    return end;
  }
  for (let step = 0; step < 60; step += 1) {
    const middle = (outside + inside) / 2;
    if (refuted(middle)) {
      outside = middle;
    } else {
      inside = middle;
    }
  }
  return inside;
}
