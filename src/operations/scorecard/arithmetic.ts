/** Sums of fractions over stretches of time. */
import type { Fraction } from '../../platform/decimal.ts';

const ZERO: Fraction = { numerator: 0n, denominator: 1n };

export function add(a: Fraction, b: Fraction): Fraction {
  return a.denominator === b.denominator
    ? { numerator: a.numerator + b.numerator, denominator: a.denominator }
    : {
        numerator: a.numerator * b.denominator + b.numerator * a.denominator,
        denominator: a.denominator * b.denominator,
      };
}

export function sumOf(values: readonly Fraction[]): Fraction {
  return values.reduce(add, ZERO);
}

export function times({ numerator, denominator }: Fraction, factor: bigint): Fraction {
  return { numerator: numerator * factor, denominator };
}

/** a / b; undefined where b is 0. */
export function quotient(a: Fraction, b: Fraction): Fraction | undefined {
  const negative = b.numerator < 0n;
  const denominator = a.denominator * b.numerator;
  const numerator = a.numerator * b.denominator;
  return b.numerator === 0n
    ? undefined
    : { numerator: negative ? -numerator : numerator, denominator: negative ? -denominator : denominator };
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return add(a, times(b, -1n));
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds within [from, to] that at least one of the stretches covers. */
export function covered(
  stretches: readonly Stretch[],
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): number {
  let total = 0;
  let end = from;
  for (const stretch of stretches.toSorted((a, b) => a.from - b.from)) {
    const begin = Math.max(stretch.from, end);
    const stop = Math.min(stretch.to, to);
    if (stop > begin) {
      total += stop - begin;
      end = stop;
    }
  }
  return total;
}
