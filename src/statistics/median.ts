/** Quantiles of few observations, and what they say about the median of all that could have been observed. */
import { type Interval, incompleteBeta } from './binomial.ts';

/**
 * The `p` quantile of `sorted` (ascending, at least one value) by linear interpolation between order statistics: definition 7 of Hyndman
 * and Fan ("Sample Quantiles in Statistical Packages", The American Statistician 50 (1996) 361-365). Its 0.5 is the usual median.
 */
export function sampleQuantile(sorted: readonly number[], p: number): number {
  const last = sorted.length - 1;
  if (last < 0 || !(p >= 0 && p <= 1)) {
    throw new RangeError(`there is no ${p} quantile of ${sorted.length} values`);
  }
  const place = last * p;
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, last)] ?? Number.NaN;
  // Values may be infinite, and infinity times 0, or less infinity, is no number.
  return place === below || low === high ? low : low + (place - below) * (high - low);
}

/**
 * Bounds for a median from order statistics, whatever the distribution (David and Nagaraja, "Order Statistics", 2003, section 7.1): the
 * narrowest symmetric pair that holds it with a probability of at least `confidence`, for independent observations. Undefined where even
 * the smallest and the largest do not: below 6 values at 0.95.
 */
export function medianInterval(sorted: readonly number[], confidence: number): Interval | undefined {
  const n = sorted.length;
  // P(Binomial(n, 1/2) <= k), which is that both bounds lie on one side: DLMF 8.17.5.
  const tail = (k: number) => incompleteBeta(0.5, n - k, k + 1);
  const allowed = (1 - confidence) / 2;
  if (n === 0 || tail(0) > allowed) {
    return undefined;
  }
  let [fits, over] = [0, Math.ceil(n / 2)];
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    [fits, over] = tail(middle) <= allowed ? [middle, over] : [fits, middle];
  }
  const [lower, upper] = [sorted[fits], sorted[n - 1 - fits]];
  return lower === undefined || upper === undefined ? undefined : { lower, upper };
}
