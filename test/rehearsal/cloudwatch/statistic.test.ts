import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregateOf } from '../../../src/rehearsal/cloudwatch/aggregate.ts';
import { parseStatistic, statisticValue } from '../../../src/rehearsal/cloudwatch/statistic.ts';
import { bucketsOf } from './fixtures.ts';

function statisticOf(text: string, values: readonly number[]): number | undefined {
  const statistic = parseStatistic(text);
  if (statistic === undefined) {
    throw new Error(`${text} is not a statistic`);
  }
  const aggregate = aggregateOf({
    count: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    buckets: bucketsOf(values),
  });
  return statisticValue(statistic, aggregate);
}

/** 1, 2, … 100: far enough apart that no bucket holds two of the small ones; half a bucket is 1 %. */
const HUNDRED = Array.from({ length: 100 }, (_, index) => index + 1);
const positive = fc.array(fc.double({ min: 1e-4, max: 100, noNaN: true }), { minLength: 1, maxLength: 200 });

describe('statistics', () => {
  it.each([
    ['Average', 50.5],
    ['Sum', 5050],
    ['Minimum', 1],
    ['Maximum', 100],
    ['SampleCount', 100],
    ['p100', 100],
    ['tc90', 90],
    ['TC(10%:90%)', 80],
    ['TC(:100)', 100],
    ['TC(0:100)', 100],
    ['PR(:100)', 100],
    ['PR(100:)', 0],
  ])('%s of 1 to 100 is %d', (text, expected) => {
    expect(statisticOf(text, HUNDRED)).toBeCloseTo(expected, 9);
  });

  it.each([
    ['p90', 90],
    ['p99.9', 100],
    ['tm90', 45.5],
    ['IQM', 50.5],
    ['TM(25%:75%)', 50.5],
    ['ts90', 4095],
    ['TS(80%:)', 1810],
  ])('%s of 1 to 100 is %d within 1 %', (text, expected) => {
    const value = statisticOf(text, HUNDRED) ?? Number.NaN;
    expect(Math.abs(value / expected - 1)).toBeLessThan(0.01);
  });

  it('takes values at the upper bound in and at the lower bound out', () => {
    const values = [1, 2, 4, 8];
    expect(statisticOf('TC(1:8)', values)).toBe(3);
    expect(statisticOf('TC(:2.1)', values)).toBe(2);
    expect(statisticOf('TC(2.1:)', values)).toBe(2);
    expect(statisticOf('PR(1.5:5)', values)).toBe(50);
    expect(statisticOf('TM(1.5:5)', values)).toBeCloseTo(3, 1);
  });

  it.each([
    'p101',
    'P90',
    'average',
    'WM(10%:90%)',
    'wm90',
    'TC(:)',
    'TC(5:3)',
    'TC(5:5)',
    'TC(10%:5)',
    'PR(10%:90%)',
    'TM(10%:120%)',
    '',
  ])('has no statistic %j', (text) => {
    expect(parseStatistic(text)).toBeUndefined();
  });

  it('gives percentiles within 1 % of the nearest rank', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 0, max: 1000 }), (values, perMille) => {
        const ranked = [...values].sort((a, b) => a - b);
        const exact = ranked[Math.max(1, Math.ceil((perMille / 1000) * values.length)) - 1] ?? Number.NaN;
        const value = statisticOf(`p${perMille / 10}`, values) ?? Number.NaN;
        expect(Math.abs(value / exact - 1)).toBeLessThanOrEqual(0.01 + 1e-9);
      }),
    );
  });

  it('counts up to a bound exactly, for some bound within 1 % of the one asked for', () => {
    // Values crowd around the bound, where it matters which side they are counted on.
    const crowded = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 5, maxLength: 100 });
    fc.assert(
      fc.property(crowded, fc.double({ min: 0.001, max: 50, noNaN: true }), (factors, bound) => {
        const rounded = Number(bound.toFixed(6));
        const values = factors.map((factor) => factor * rounded);
        const count = statisticOf(`TC(:${rounded})`, values) ?? Number.NaN;
        const countOf = (limit: number) => values.filter((value) => value <= limit).length;
        expect(Number.isInteger(count)).toBe(true);
        expect(count).toBeGreaterThanOrEqual(countOf(rounded / 1.0101));
        expect(count).toBeLessThanOrEqual(countOf(rounded * 1.0101));
      }),
    );
  });

  it('splits the values: up to a bound and over it make all of them', () => {
    fc.assert(
      fc.property(positive, fc.double({ min: 0.001, max: 50, noNaN: true }), (values, bound) => {
        const text = bound.toFixed(6);
        expect((statisticOf(`TC(:${text})`, values) ?? 0) + (statisticOf(`TC(${text}:)`, values) ?? 0)).toBe(
          values.length,
        );
      }),
    );
  });

  it('knows no percentile of a mere statistic set, nor of negative values', () => {
    const p50 = { kind: 'percentile', share: 0.5 } as const;
    expect(statisticValue(p50, aggregateOf({ count: 2, sum: 3, minimum: 1, maximum: 2 }))).toBeUndefined();
    expect(statisticValue(p50, aggregateOf({ count: 2, sum: 4, minimum: 2, maximum: 2 }))).toBe(2);
    expect(statisticOf('p50', [-1, 1])).toBeUndefined();
  });
});
