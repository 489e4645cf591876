import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedBad, parseDecimal, toFraction } from '../../src/platform/decimal.ts';
import { parseDuration, parseShorthand } from '../../src/platform/duration.ts';

const budgetOf = (target: string) => toFraction(new Big(1).minus(parseDecimal(target) ?? Number.NaN));

describe('exact decimals', () => {
  it('99.95 % of 10,000 allows exactly 5', () => {
    expect(budgetOf('0.9995')).toEqual({ numerator: 1n, denominator: 2000n });
    expect(allowedBad(budgetOf('0.9995'), 10_000n)).toBe(5n);
    expect(allowedBad(budgetOf('0.9995'), 9_999n)).toBe(4n);
    // What binary floating point makes of it: the fifth would be one too many.
    expect(5 / 10_000 <= 1 - 0.9995).toBe(false);
  });

  it.each([
    ['0.9', 1n, 10n],
    ['0.999999999999999999', 1n, 10n ** 18n],
    ['0.25', 3n, 4n],
    ['0.500', 1n, 2n],
  ])('1 − %s in lowest terms', (target, numerator, denominator) => {
    expect(budgetOf(target)).toEqual({ numerator, denominator });
  });

  it('is the same number, in lowest terms, for every decimal', () => {
    const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 1, max: 18 }), (digits, places) => {
        const padded = digits.toString().padStart(places + 1, '0');
        const text = `${padded.slice(0, -places)}.${padded.slice(-places)}`;
        const { numerator, denominator } = toFraction(parseDecimal(text) ?? new Big(Number.NaN));
        expect(numerator * 10n ** BigInt(places)).toBe(digits * denominator);
        expect(gcd(numerator, denominator)).toBe(1n);
      }),
    );
  });

  it.each(['1e-3', '0x1', '', ' 1', '1.', '.5', '1_000', 'NaN', '1'.repeat(19)])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });
});

describe('durations', () => {
  it.each([
    ['90s', 90],
    ['1.5m', 90],
    ['250ms', 0.25],
    ['1h', 3600],
    ['2d', 172_800],
    ['0.1s', 0.1],
  ])('%s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
  it.each(['90', '90 s', '-1s', '1h30m', '1w', 's', ''])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
  it.each([
    ['4w', 28],
    ['1M', 30],
    ['1Q', 90],
    ['1Y', 365],
    ['12h', 0.5],
    ['0d', undefined],
    ['1.5d', undefined],
  ])('OpenSLO shorthand %s', (text, days) => {
    expect(parseShorthand(text)).toBe(days);
  });
});
