import { describe, expect, it } from 'vitest';
import {
  budgetStanding,
  burnRate,
  burnState,
  burnsFasterThan,
  burnWindows,
  highestBurnRate,
  oneRequestDecides,
} from '../../src/statistics/burn-rate.ts';

const DAY = 86_400;
const of = (numerator: number, denominator: number) => ({
  numerator: BigInt(numerator),
  denominator: BigInt(denominator),
});
const BUDGET_9995 = of(5, 10_000);
const BUDGET_999 = of(1, 1000);

describe('burn windows', () => {
  it("are the workbook's for 30 days", () => {
    const rows = burnWindows(30 * DAY).map((row) => [row.severity, row.longSeconds, row.shortSeconds, row.factor]);
    expect(rows).toEqual([
      ['page', 3600, 300, 14.4],
      ['page', 21_600, 1800, 6],
      ['ticket', DAY, 7200, 3],
      ['ticket', 3 * DAY, 21_600, 1],
    ]);
  });

  it('follow the period: 28 days, 90 days', () => {
    const factors = (days: number) => burnWindows(days * DAY).map(({ factor }) => Number(factor.toFixed(4)));
    expect(factors(28)).toEqual([13.44, 5.6, 2.8, 0.9333]);
    expect(factors(90)).toEqual([43.2, 18, 9, 3]);
  });

  it('shrink with periods under 28 days, and keep what of the budget is gone', () => {
    const week = burnWindows(7 * DAY);
    expect(week.map(({ longSeconds }) => longSeconds / 60)).toEqual([14, 84, 336, 1008]);
    expect(week.map(({ factor }) => factor)).toEqual([14.4, 6, 3, 1]);
    for (const days of [1 / 24, 1, 3, 7, 27, 30, 365]) {
      for (const { factor, longSeconds, shortSeconds, share } of burnWindows(days * DAY)) {
        const gone = (factor * longSeconds) / (days * DAY);
        expect(gone).toBeCloseTo(Number(share.numerator) / Number(share.denominator), 12);
        expect(shortSeconds).toBeLessThanOrEqual(longSeconds);
        expect(longSeconds % 60).toBe(0);
      }
      const longs = burnWindows(days * DAY).map(({ longSeconds }) => longSeconds);
      expect(longs).toEqual([...new Set(longs)].sort((a, b) => a - b));
    }
  });

  it('are refused for what is no period', () => {
    expect(() => burnWindows(1800)).toThrow(/an hour or more/);
    expect(() => burnWindows(Number.NaN)).toThrow(RangeError);
  });
});

describe('burn rate', () => {
  it('is the error rate over the allowed one', () => {
    expect(burnRate({ requests: 10_000, bad: 5 }, BUDGET_9995)).toBe(1);
    expect(burnRate({ requests: 1000, bad: 10 }, BUDGET_999)).toBeCloseTo(10, 12);
    expect(burnRate({ requests: 0, bad: 0 }, BUDGET_999)).toBeUndefined();
    expect(highestBurnRate(of(1, 10))).toBe(10);
  });

  it('is compared exactly: at the factor is not above it', () => {
    // 14.4 x 0.0005 = 0.0072, which binary floating point has a little off.
    const [fast] = burnWindows(30 * DAY);
    const factor = fast?.exactFactor ?? of(0, 1);
    expect(burnsFasterThan({ requests: 10_000, bad: 72 }, BUDGET_9995, factor)).toBe(false);
    expect(burnsFasterThan({ requests: 10_000, bad: 73 }, BUDGET_9995, factor)).toBe(true);
    expect(burnsFasterThan({ requests: 0, bad: 0 }, BUDGET_9995, factor)).toBeUndefined();
  });

  it('of few requests is high with one bad request', () => {
    // The workbook's example: ten requests in an hour, of which one fails, at 99.9 %.
    expect(burnRate({ requests: 10, bad: 1 }, BUDGET_999)).toBeCloseTo(100, 9);
  });
});

describe('state of a pair of windows', () => {
  const factor = of(10, 1);
  const bad = { requests: 1000, bad: 11 };
  const good = { requests: 1000, bad: 10 };
  const none = { requests: 0, bad: 0 };

  it.each([
    [bad, bad, 'burning'],
    [bad, good, 'recovering'],
    [good, bad, 'rising'],
    [good, good, 'calm'],
    [good, none, 'calm'],
    [bad, none, 'unknown'],
    [none, none, 'unknown'],
    [none, bad, 'unknown'],
  ] as const)('%o and %o: %s', (long, short, state) => {
    expect(burnState(long, short, BUDGET_999, factor)).toBe(state);
  });
});

describe('a single bad request', () => {
  const factor = of(144, 10);
  const counts = (requests: number, bad = 0) => ({ requests, bad });

  it.each([
    ['decides among few', counts(69), counts(5), true],
    ['does not among enough in the long window', counts(70), counts(5), false],
    ['made the alert', counts(60, 1), counts(5, 1), true],
    ['did not make it alone', counts(60, 2), counts(5, 2), false],
    ['is one too many after others', counts(1000, 14), counts(60, 0), true],
    ['decides by chance only, among many', counts(100_000, 1440), counts(10_000, 144), false],
    ['decides where there was none', counts(0), counts(0), true],
  ])('%s', (_, long, short, decides) => {
    expect(oneRequestDecides(long, short, BUDGET_999, factor)).toBe(decides);
  });

  it('decides nothing where no rate can reach the factor', () => {
    expect(oneRequestDecides(counts(0), counts(0), of(1, 10), factor)).toBe(false);
  });
});

describe('error budget', () => {
  it('of 99.95 % is exactly met, and exactly spent, by 5 bad of 10,000', () => {
    expect(budgetStanding({ requests: 10_000, bad: 5 }, BUDGET_9995)).toEqual({
      met: true,
      spent: true,
      allowed: 5,
      left: 0,
      lowTraffic: false,
    });
    expect(budgetStanding({ requests: 10_000, bad: 4 }, BUDGET_9995)).toMatchObject({
      met: true,
      spent: false,
      left: 0.2,
    });
    expect(budgetStanding({ requests: 10_000, bad: 6 }, BUDGET_9995)).toMatchObject({
      met: false,
      spent: true,
      left: -0.2,
    });
  });

  it('is exact where doubles are not: one request either side of the limit of nine thousand billion', () => {
    const requests = 9_000_000_000_000_000;
    const limit = requests / 2000;
    expect(budgetStanding({ requests, bad: limit }, BUDGET_9995)).toMatchObject({ met: true, spent: true });
    expect(budgetStanding({ requests, bad: limit + 1 }, BUDGET_9995)).toMatchObject({ met: false });
    expect(budgetStanding({ requests, bad: limit - 1 }, BUDGET_9995)).toMatchObject({ spent: false });
  });

  it('is not known without requests, and says when one bad request would miss the objective', () => {
    expect(budgetStanding({ requests: 0, bad: 0 }, BUDGET_9995)).toBeUndefined();
    expect(budgetStanding({ requests: 1999, bad: 0 }, BUDGET_9995)).toMatchObject({ spent: false, lowTraffic: true });
    expect(budgetStanding({ requests: 2000, bad: 0 }, BUDGET_9995)).toMatchObject({ lowTraffic: false });
  });
});
