/** What a number of requests can say about a budget of errors. Exact, by Clopper and Pearson; nothing is said that they do not hold. */
import type { Fraction } from '../../platform/decimal.ts';
import { binomialLower, binomialUpper } from '../../statistics/binomial.ts';

/** Of every claim here. */
export const CONFIDENCE = 0.95;

export function shareOf({ numerator, denominator }: Fraction): number {
  return Number(numerator) / Number(denominator);
}

/**
 * The fewest requests, all of them good, that support a budget: the smallest n with (1 - budget)^n <= 5 %. 5,990 for 99.95 %.
 * Infinity for a budget of nothing.
 */
export function cleanRequestsNeeded(budget: Fraction): number {
  const share = shareOf(budget);
  return share <= 0 ? Number.POSITIVE_INFINITY : Math.ceil(Math.log(1 - CONFIDENCE) / Math.log1p(-share));
}

/** The most bad ones among `requests` that still support the budget; -1 when not even none does. */
export function mostBadSupporting(budget: Fraction, requests: number): number {
  let [low, high] = [-1, requests];
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    if (supports(budget, middle, requests)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/** `bad` of `requests` are so few that the service is within its budget, at 95 %. */
export function supports(budget: Fraction, bad: number, requests: number): boolean {
  return requests > 0 && binomialUpper(bad, requests, CONFIDENCE) <= shareOf(budget);
}

/** They are so many that it is not. */
export function refutes(budget: Fraction, bad: number, requests: number): boolean {
  return requests > 0 && binomialLower(bad, requests, CONFIDENCE) > shareOf(budget);
}
