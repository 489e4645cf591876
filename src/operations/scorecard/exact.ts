/** Numbers as fractions of whole numbers, so that 99.95 % of 10,000 is 5 bad, exactly. */
import Big from 'big.js';
import { type Fraction, toFraction } from '../../platform/decimal.ts';
import type { Target } from '../../platform/model/objectives.ts';

export type Comparison = Target['comparison'];

/** What a number of each unit is multiplied with: shares become ratios, durations seconds, rates events a day. */
const SCALES: Readonly<Record<Target['unit'], readonly [times: bigint, per: bigint]>> = {
  ratio: [1n, 1n],
  percent: [1n, 100n],
  count: [1n, 1n],
  seconds: [1n, 1n],
  minutes: [60n, 1n],
  hours: [3600n, 1n],
  days: [86_400n, 1n],
  'per-day': [1n, 1n],
  'per-week': [1n, 7n],
};

/** The same number as a ratio, in seconds, or a day. */
export function scaled({ numerator, denominator }: Fraction, unit: Target['unit']): Fraction {
  const [times, per] = SCALES[unit];
  return { numerator: numerator * times, denominator: denominator * per };
}

/** The decimal that JavaScript shows for a number, exactly: 0.1 is 1 / 10. @throws RangeError for what is not finite */
export function exactOf(value: number): Fraction {
  if (!Number.isFinite(value)) {
    throw new RangeError(`${value} is not a number that can be compared`);
  }
  return toFraction(new Big(value));
}

export function share(count: number, total: number): Fraction {
  return { numerator: BigInt(count), denominator: BigInt(total) };
}

export function toNumber({ numerator, denominator }: Fraction): number {
  const quotient = numerator / denominator;
  return Number(quotient) + Number(numerator - quotient * denominator) / Number(denominator);
}

/** Whether `value` compares with `bound` as promised. */
export function holds(value: Fraction, comparison: Comparison, bound: Fraction): boolean {
  const difference = value.numerator * bound.denominator - bound.numerator * value.denominator;
  return { lte: difference <= 0n, lt: difference < 0n, gte: difference >= 0n, gt: difference > 0n }[comparison];
}
