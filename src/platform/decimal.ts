/** Decimals as they were written, exactly: never through binary floating point, where 1 − 0.9995 is not 5 / 10,000. */
import Big from 'big.js';

/** An exact ratio in lowest terms; the denominator is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Digits with at most one point. No exponents: `1e-999999` is nine characters and a million digits. */
const PLAIN_DECIMAL = /^[+-]?\d{1,18}(\.\d{1,18})?$/;

/** Reads a plain decimal such as `0.9995`; undefined for anything else (exponents, hexadecimal, words). */
export function parseDecimal(text: string): Big | undefined {
  return PLAIN_DECIMAL.test(text) ? new Big(text.replace(/^\+/, '')) : undefined;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

/** The same number as an exact fraction in lowest terms: 0.0005 is 1 / 2000. */
export function toFraction(value: Big): Fraction {
  const [whole = '0', decimals = ''] = value.toFixed().split('.');
  const denominator = 10n ** BigInt(decimals.length);
  const numerator = BigInt(whole + decimals);
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** How many of `events` may be bad: the largest whole number within the budget. 99.95 % of 10,000 allows exactly 5. */
export function allowedBad(budget: Fraction, events: bigint): bigint {
  return (events * budget.numerator) / budget.denominator;
}
