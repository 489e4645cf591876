import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  firstStages,
  pausesAt,
  ruleWeights,
  shiftingStages,
  weightSteps,
} from '../../../../src/rehearsal/ecs/plan/stages.ts';

describe('stages', () => {
  test('reconciles only over an unfinished deployment', () => {
    expect(shiftingStages(weightSteps({}), 5, true)[0]?.stage).toBe('RECONCILE_SERVICE');
    expect(shiftingStages(weightSteps({}), 5, false)[0]?.stage).toBe('PRE_SCALE_UP');
    expect(firstStages(true)[0]?.stage).toBe('RECONCILE_SERVICE');
  });

  test('every weight step has its own two stages, in order', () => {
    const steps = [
      { percent: 10, bakeMinutes: 5 },
      { percent: 100, bakeMinutes: 0 },
    ];
    const production = shiftingStages(steps, 3, false).filter(({ stage }) => stage.includes('PRODUCTION'));
    expect(production).toEqual([
      { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', action: { do: 'nothing' } },
      { stage: 'PRODUCTION_TRAFFIC_SHIFT', action: { do: 'shift-production', percent: 10, bakeMinutes: 5 } },
      { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', action: { do: 'nothing' } },
      { stage: 'PRODUCTION_TRAFFIC_SHIFT', action: { do: 'shift-production', percent: 100, bakeMinutes: 0 } },
      { stage: 'POST_PRODUCTION_TRAFFIC_SHIFT', action: { do: 'nothing' } },
    ]);
  });

  test('finds the PAUSE hooks of a stage', () => {
    const hooks = [
      { targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP', 'POST_SCALE_UP'] },
      { targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] },
      { targetType: 'AWS_LAMBDA', lifecycleStages: ['POST_SCALE_UP'] },
    ] as const;
    const given = hooks.map((hook) => ({ ...hook, lifecycleStages: [...hook.lifecycleStages] }));
    expect(pausesAt('POST_SCALE_UP', given)).toEqual(given.slice(0, 2));
    expect(pausesAt('BAKE_TIME', given)).toEqual([]);
  });
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
