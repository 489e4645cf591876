import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ruleWeights, shiftsTraffic, weightSteps } from '../../../../src/rehearsal/ecs/plan/weight-steps.ts';

const percents = (stepPercent: number) =>
  weightSteps({ strategy: 'LINEAR', linearConfiguration: { stepPercent } }).map(({ percent }) => percent);

describe('weightSteps', () => {
  test('BLUE_GREEN moves all at once, whatever is left of another strategy', () => {
    expect(weightSteps({ strategy: 'BLUE_GREEN', canaryConfiguration: { canaryPercent: 10 } })).toEqual([
      { percent: 100, bakeMinutes: 0 },
    ]);
  });

  test('CANARY moves a small share, bakes, and moves the rest; AWS’s defaults are 5 % and 10 minutes', () => {
    expect(weightSteps({ strategy: 'CANARY' })).toEqual([
      { percent: 5, bakeMinutes: 10 },
      { percent: 100, bakeMinutes: 0 },
    ]);
    const canaryConfiguration = { canaryPercent: 0.1, canaryBakeTimeInMinutes: 0 };
    expect(weightSteps({ strategy: 'CANARY', canaryConfiguration })).toEqual([
      { percent: 0.1, bakeMinutes: 0 },
      { percent: 100, bakeMinutes: 0 },
    ]);
  });

  test('LINEAR moves equal steps, none of which bakes at 100 %; AWS’s defaults are 10 % and 6 minutes', () => {
    const steps = weightSteps({ strategy: 'LINEAR' });
    expect(steps.map(({ percent }) => percent)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(steps.map(({ bakeMinutes }) => bakeMinutes)).toEqual([...Array(9).fill(6), 0]);
  });

  test.each([
    [50, [50, 100]],
    [30, [30, 60, 90, 100]],
    [33.3, [33.3, 66.6, 99.9, 100]],
    [100, [100]],
  ])('steps of %f %% are %j', (step, expected) => {
    expect(percents(step)).toEqual(expected);
  });

  test('LINEAR takes ⌈100 / step⌉ steps, every one a multiple of the step in tenths but the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 1000 }), (tenths) => {
        const steps = percents(tenths / 10);
        expect(steps).toHaveLength(Math.ceil(1000 / tenths));
        expect(steps.slice(0, -1)).toEqual(steps.slice(0, -1).map((_, index) => ((index + 1) * tenths) / 10));
        expect(steps.at(-1)).toBe(100);
      }),
    );
  });
});

test('all strategies but ROLLING shift traffic', () => {
  expect((['ROLLING', 'BLUE_GREEN', 'CANARY', 'LINEAR'] as const).filter(shiftsTraffic)).toEqual([
    'BLUE_GREEN',
    'CANARY',
    'LINEAR',
  ]);
  expect(shiftsTraffic(undefined)).toBe(false);
});

describe('ruleWeights', () => {
  test.each([
    [100, 100, 0],
    [0, 0, 100],
    [5, 5, 95],
    [0.1, 1, 999],
    [33.3, 333, 667],
  ])('%f %% is %i to %i', (percent, next, previous) => {
    expect(ruleWeights(percent)).toEqual({ next, previous });
  });

  test('every multiple of 0.1 is exact and within ELBv2’s 0 to 999', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (tenths) => {
        const { next, previous } = ruleWeights(tenths / 10);
        expect(next / (next + previous)).toBeCloseTo(tenths / 1000, 12);
        expect(Math.min(next, previous)).toBeGreaterThanOrEqual(0);
        expect(Math.max(next, previous)).toBeLessThanOrEqual(999);
      }),
    );
  });
});
