import { describe, expect, it } from 'vitest';
import { burnDown } from '../../../../src/operations/common/slo/burn-down.ts';

const BUDGET = { numerator: 1n, denominator: 100n };
const window = { from: 0, until: 3600 };
const counts = (failed: (minute: number) => number, first = 0) =>
  new Map(
    Array.from({ length: 60 - first }, (_, index) => [
      (first + index) * 60,
      { requests: 100, bad: failed(first + index) },
    ]),
  );

describe('the curve of an error budget', () => {
  it('begins whole, ends with what is left, and never rises', () => {
    // 6,000 requests allow 60 to fail; 30 failed in the last half hour.
    const points = burnDown(
      counts((minute) => (minute >= 30 ? 1 : 0)),
      BUDGET,
      window,
    );
    expect(points[0]).toEqual({ at: new Date(0), left: 100 });
    expect(points.at(-1)).toEqual({ at: new Date(3_600_000), left: 50 });
    expect(points.length).toBeLessThanOrEqual(121);
    const values = points.map(({ left }) => left);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(points.filter(({ at }) => at.getTime() <= 1_800_000).every(({ left }) => left === 100)).toBe(true);
  });

  it('goes below nothing where it is overspent, and begins with the first request', () => {
    const points = burnDown(
      counts(() => 2, 20),
      BUDGET,
      window,
    );
    expect(points[0]?.at).toEqual(new Date(1_200_000));
    expect(points.at(-1)?.left).toBeCloseTo(-100, 9);
  });

  it('is empty without requests', () => {
    expect(burnDown(new Map(), BUDGET, window)).toEqual([]);
  });
});
