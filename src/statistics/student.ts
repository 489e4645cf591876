/** The normal and Student's t distributions. */
import { incompleteBeta } from './binomial.ts';

/**
 * P(Z <= x) of a standard normal Z, by the series of Marsaglia ("Evaluating the normal distribution", Journal of Statistical Software
 * 11 (2004) no. 4): the absolute error is below 1e-15.
 */
export function normalCdf(x: number): number {
  if (Math.abs(x) > 8) {
    return x < 0 ? 0 : 1;
  }
  let sum = x;
  let term = x;
  for (let k = 3; Math.abs(term) > 1e-18; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return Math.min(1, Math.max(0, 0.5 + (sum * Math.exp(-(x * x) / 2)) / Math.sqrt(2 * Math.PI)));
}

/** The x with P(Z <= x) = p, for p between 0 and 1. @throws RangeError */
export function normalQuantile(p: number): number {
  check(p);
  return bisect(p, normalCdf, -8, 8);
}

/** P(T <= t) of Student's T with `df` degrees of freedom (above 0, not necessarily whole). */
export function studentCdf(t: number, df: number): number {
  // DLMF 7.18 leaves it to the beta function: P(|T| > t) = I_x(df / 2, 1 / 2) with x = df / (df + t²).
  const tail = incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
  return t < 0 ? tail : 1 - tail;
}

/** The t with P(T <= t) = p, for p between 0 and 1. @throws RangeError for a p or a `df` that cannot be */
export function studentQuantile(p: number, df: number): number {
  check(p);
  if (!(df > 0)) {
    throw new RangeError(`Student's t has degrees of freedom above 0, not ${df}`);
  }
  let bound = 8;
  while (studentCdf(bound, df) < Math.max(p, 1 - p)) {
    bound *= 2;
  }
  return bisect(p, (t) => studentCdf(t, df), -bound, bound);
}

function check(p: number): void {
  if (!(p > 0 && p < 1)) {
    throw new RangeError(`a probability of a quantile lies between 0 and 1, not at ${p}`);
  }
}

function bisect(p: number, cdf: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 200; step += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) {
      break;
    }
    if (cdf(middle) < p) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}
