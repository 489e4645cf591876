import { describe, expect, test } from 'vitest';
import { capacityIn, capacityOut } from '../../../../src/rehearsal/autoscaling/policies/tracking.ts';

describe('a metric above its target', () => {
  test.each([
    [2, 90, 60, 3],
    [2, 61, 60, 3],
    [3, 80, 60, 4],
    [10, 90, 60, 15],
    [1, 600, 60, 10],
    [3, 66, 60, 4],
    [7, 42.857142857142854, 100 / 7, 21],
    [0, 90, 60, 0],
  ])('of %d tasks at %f for %f asks for %d', (current, metric, target, wanted) => {
    expect(capacityOut(current, metric, target, undefined)).toBe(wanted);
  });

  test('counts what a cooling scale-out has added: only a larger one adds more', () => {
    const cooling = { before: 2, after: 3 };
    expect(capacityOut(3, 90, 60, cooling)).toBe(3);
    expect(capacityOut(3, 150, 60, cooling)).toBe(5);
    expect(capacityOut(4, 90, 60, cooling)).toBe(6);
  });
});

describe('a metric below its target', () => {
  test.each([
    [10, [30, 20, 25], 60, 5],
    [2, [50, 53], 60, 2],
    [3, [30, 41], 60, 3],
    [3, [30, 39], 60, 2],
    [4, [0, 0], 60, 0],
    [4, [], 60, 4],
  ])('of %d tasks at %j for %f leaves %d', (current, metrics, target, wanted) => {
    expect(capacityIn(current, metrics, target)).toBe(wanted);
  });

  test('never leaves so few that the metric would be above its target', () => {
    for (let current = 1; current <= 40; current++) {
      for (let metric = 1; metric < 54; metric++) {
        const left = capacityIn(current, [metric], 60);
        expect((metric * current) / left).toBeLessThanOrEqual(60 + 1e-9);
      }
    }
  });
});
