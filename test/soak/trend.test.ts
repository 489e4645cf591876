import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, theilSen, trendOf } from '../../bench/soak/trend.ts';

const line = (count: number, value: (at: number) => number) =>
  Array.from({ length: count }, (_, index) => ({ at: index * 10, value: value(index * 10) }));

describe('theilSen', () => {
  it('finds the slope of a line exactly, whatever a few outliers do', () => {
    const points = line(50, (at) => 100 + at / 360);
    expect(theilSen(points) * 3600).toBeCloseTo(10, 9);
    const disturbed = points.map((point, index) => (index % 5 === 0 ? { ...point, value: 10_000 } : point));
    // 20 % of outliers leave the median among slopes between good points or nearly so.
    expect(Math.abs(theilSen(disturbed) * 3600 - 10)).toBeLessThan(2);
  });

  it('is 0 for any values and their mirror image together', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 30 }), (values) => {
        const mirrored = [...values, ...[...values].reverse()];
        expect(Math.abs(theilSen(mirrored.map((value, at) => ({ at, value }))))).toBe(0);
      }),
    );
  });
});

describe('trendOf', () => {
  it('leaves the start out of the slope, and shows it in the first quarter', () => {
    const { perHour, quarters, highest } = trendOf(line(100, (at) => (at < 200 ? at : 200)));
    expect(perHour).toBe(0);
    expect(quarters).toEqual([120, 200, 200, 200]);
    expect(highest).toBe(200);
  });

  it('sees one handle lost each minute', () => {
    const { perHour, quarters } = trendOf(line(360, (at) => 40 + Math.floor(at / 60)));
    expect(perHour).toBeCloseTo(60, 0);
    expect(quarters[3] - quarters[1]).toBe(30);
  });

  it('refuses a run that is too short to say anything', () => {
    expect(() => trendOf(line(7, () => 1))).toThrow(RangeError);
  });
});

it('median takes the middle, or the mean of the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, Number.NaN]);
});
