import { describe, expect, it } from 'vitest';
import { closedPeriods, isCovered, type Step, seeWeight } from '../../../../src/operations/deploy/shift/steps.ts';

const AWS = { periodSeconds: 60, lagSeconds: 180, warmUpSeconds: 60 };
const minutes = (count: number) => count * 60_000;
const seen = (...looks: readonly (readonly [percent: number, minute: number])[]) =>
  looks.reduce<readonly Step[]>((steps, [percent, minute]) => seeWeight(steps, percent, minutes(minute)), []);

describe('the steps of a shift', () => {
  it('are told apart by the weight, and 0 and 100 % are none', () => {
    expect(seen([0, 0], [10, 1], [10, 4], [20, 5], [20, 9], [100, 10])).toEqual([
      { percent: 10, from: minutes(1), until: minutes(4) },
      { percent: 20, from: minutes(5), until: minutes(9) },
    ]);
    expect(seen([0, 0], [0, 3], [100, 4])).toEqual([]);
  });

  it('leaves out the warm-up, the period of the shift itself, and what has not closed', () => {
    const step = { percent: 10, from: minutes(1.5), until: minutes(20) };
    expect(closedPeriods(step, minutes(20), AWS)).toEqual({ start: 180, end: 17 * 60 });
    expect(closedPeriods(step, minutes(4), AWS)).toEqual({ start: 180, end: 180 });
  });

  it('takes no period in which the weight has changed', () => {
    const step = { percent: 10, from: minutes(1), until: minutes(6.5) };
    expect(closedPeriods(step, minutes(60), AWS)).toEqual({ start: 120, end: 360 });
  });

  it('are covered once their bake is read, on whichever side of the pause it lies; by one period at least', () => {
    const step = { percent: 10, from: minutes(1), until: minutes(30) };
    expect(isCovered(step, minutes(5) / 1000, 300, AWS)).toBe(false);
    expect(isCovered(step, minutes(6) / 1000, 300, AWS)).toBe(true);
    expect(isCovered(step, minutes(2) / 1000, 0, AWS)).toBe(false);
    expect(isCovered(step, minutes(3) / 1000, 0, AWS)).toBe(true);
  });
});
