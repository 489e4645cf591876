/** Shares of counted events, and the difference of two. */
import type { Interval } from './binomial.ts';
import { normalQuantile } from './student.ts';

export interface Share {
  readonly count: number;
  readonly total: number;
}

/**
 * Bounds for b's share less a's, for events that are independent of each other: Newcombe ("Interval estimation for the difference between
 * independent proportions", Statistics in Medicine 17 (1998) 873-890), method 10, from the score intervals of both. Not empty where
 * nothing was counted: 0 of 600 against 0 of 600 is known to ± 0.64 %.
 */
export function differenceOfShares(a: Share, b: Share, confidence: number): Interval {
  const [first, second] = [wilsonInterval(a, confidence), wilsonInterval(b, confidence)];
  const [p, q] = [a.count / a.total, b.count / b.total];
  return {
    lower: q - p - Math.hypot(q - second.lower, first.upper - p),
    upper: q - p + Math.hypot(second.upper - q, p - first.lower),
  };
}

/**
 * Wilson's score interval for the probability of independent events (Journal of the American Statistical Association 22 (1927) 209-212): close
 * to its confidence on average and never outside 0 to 1, so the one to show; what is guaranteed takes the exact bounds of `binomial.ts`.
 * `total` from 1 up.
 */
export function wilsonInterval({ count, total }: Share, confidence: number): Interval {
  const z = normalQuantile((1 + confidence) / 2);
  const share = count / total;
  const centre = share + (z * z) / (2 * total);
  const half = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  // All or none reach the end exactly, whatever rounding makes of it.
  return {
    lower: count === 0 ? 0 : Math.max(0, (centre - half) / scale),
    upper: count === total ? 1 : Math.min(1, (centre + half) / scale),
  };
}
