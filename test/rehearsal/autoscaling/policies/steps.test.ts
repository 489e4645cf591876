import type { AdjustmentType, StepAdjustment } from '@aws-sdk/client-application-auto-scaling';
import { describe, expect, test } from 'vitest';
import { capacityByStep, wrongSteps } from '../../../../src/rehearsal/autoscaling/policies/steps.ts';

const step = (lower: number | undefined, upper: number | undefined, adjustment: number): StepAdjustment => ({
  ScalingAdjustment: adjustment,
  MetricIntervalLowerBound: lower,
  MetricIntervalUpperBound: upper,
});

/** AWS's example: an alarm at 50 that scales by percent. */
const OUT = [step(0, 10, 0), step(10, 20, 10), step(20, undefined, 30)];
const IN = [step(-10, 0, 0), step(-20, -10, -10), step(undefined, -20, -30)];

function byPercent(current: number, difference: number, steps: StepAdjustment[], least?: number) {
  const type: AdjustmentType = 'PercentChangeInCapacity';
  const configuration = { AdjustmentType: type, StepAdjustments: steps, MinAdjustmentMagnitude: least };
  return capacityByStep(current, { difference, above: steps === OUT }, configuration);
}

describe('a step', () => {
  test.each([
    [10, 0, 10],
    [10, 9.9, 10],
    [10, 10, 11],
    [10, 20, 13],
    [11, 25, 14],
  ])('above the threshold takes its lower bound with it: %d tasks, %f over it', (current, difference, wanted) => {
    expect(byPercent(current, difference, OUT)).toBe(wanted);
  });

  test.each([
    [10, 0, 10],
    [10, -9.9, 10],
    [10, -10, 9],
    [10, -20, 7],
    [11, -30, 8],
  ])('below it takes its upper bound: %d tasks, %f', (current, difference, wanted) => {
    expect(byPercent(current, difference, IN)).toBe(wanted);
  });

  test('rounds a percentage towards zero, but to one at least', () => {
    expect(byPercent(4, 25, OUT)).toBe(5);
    expect(byPercent(9, 25, OUT)).toBe(11);
    expect(byPercent(9, -30, IN)).toBe(7);
    expect(byPercent(1, -30, IN)).toBe(0);
    expect(byPercent(4, 25, OUT, 2)).toBe(6);
    expect(byPercent(4, -30, IN, 2)).toBe(2);
  });

  test('may set or change a count; where none covers the breach, nothing is asked for', () => {
    const alone = [step(5, undefined, 3)];
    const by = (AdjustmentType: AdjustmentType, difference: number) =>
      capacityByStep(4, { difference, above: true }, { AdjustmentType, StepAdjustments: alone });
    expect(by('ChangeInCapacity', 5)).toBe(7);
    expect(by('ExactCapacity', 5)).toBe(3);
    expect(by('ExactCapacity', 4)).toBeUndefined();
  });
});

describe('wrong steps are refused', () => {
  test.each([
    [[], '1 to 20 step adjustments, not 0'],
    [Array.from({ length: 21 }, (_, index) => step(index, index + 1, 1)), 'not 21'],
    [[step(0, 10, 1), step(11, undefined, 2)], 'leave a gap: one ends at 10, the next begins at 11'],
    [[step(0, 10, 1), step(5, undefined, 2)], 'overlap'],
    [[step(0, undefined, 1), step(5, undefined, 2)], 'overlap'],
    [[step(undefined, undefined, 1)], 'a lower or an upper bound'],
    [[step(10, 10, 1)], 'must be greater than its lower bound'],
    [[step(-10, 0, -1)], 'one without a lower bound'],
    [[step(0, 10, 1)], 'one without an upper bound'],
  ])('%#', (steps, message) => {
    expect(wrongSteps(steps)).toContain(message);
  });

  test('unless they follow AWS’s rules', () => {
    expect(wrongSteps(OUT)).toBeUndefined();
    expect(wrongSteps([...IN].reverse())).toBeUndefined();
    expect(wrongSteps([step(undefined, 0, -1)])).toBeUndefined();
  });
});
