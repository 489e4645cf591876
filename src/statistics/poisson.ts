/** Exact bounds for how many events are to be expected, when `count` were seen. */
import type { Interval } from './binomial.ts';
import { logGamma } from './special.ts';

/**
 * The two-sided exact interval for the mean of a Poisson count, by Garwood ("Fiducial limits for the Poisson distribution", Biometrika 28
 * (1936) 437-442): each side is wrong with a probability of at most (1 - confidence) / 2. It holds for events that come independently.
 * @throws RangeError for a count that is no whole number from 0 up
 */
export function poissonInterval(count: number, confidence: number): Interval {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`a count of events is a whole number from 0 up, not ${count}`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`a confidence lies between 0 and 1, not at ${confidence}`);
  }
  const side = (1 - confidence) / 2;
  // P(X >= k) of a mean m is the incomplete gamma function P(k, m): DLMF 8.4.10.
  return {
    lower: count === 0 ? 0 : gammaQuantile(side, count),
    upper: gammaQuantile(1 - side, count + 1),
  };
}

/** The regularised incomplete gamma function P(a, x), by its series (DLMF 8.11.4) or its continued fraction (DLMF 8.9.2). */
export function incompleteGamma(a: number, x: number): number {
  if (x <= 0) {
    return 0;
  }
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? scale * series(a, x) : 1 - scale * fraction(a, x);
}

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 1_000_000 && term > sum * 1e-17; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** By Lentz's method. */
function fraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < 1_000_000; n += 1) {
    const step = n * (a - n);
    b += 2;
    d = 1 / (step * d + b || tiny);
    c = b + step / c || tiny;
    const change = d * c;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) {
      break;
    }
  }
  return value;
}

/** The x with P(a, x) = p. */
function gammaQuantile(p: number, a: number): number {
  let [low, high] = [0, a + 10];
  while (incompleteGamma(a, high) < p) {
    high *= 2;
  }
  for (let step = 0; step < 200; step += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) {
      break;
    }
    [low, high] = incompleteGamma(a, middle) < p ? [middle, high] : [low, middle];
  }
  return (low + high) / 2;
}
