import { describe, expect, test } from 'vitest';
import { firstStages, pausesAt, type StepBake, shiftingStages } from '../../../../src/rehearsal/ecs/plan/stages.ts';
import type { WeightStep } from '../../../../src/rehearsal/ecs/plan/weight-steps.ts';

const WHOLE: WeightStep = { percent: 100, bakeMinutes: 0 };

describe('stages', () => {
  test('reconciles only over an unfinished deployment', () => {
    const first = (reconcile: boolean) => shiftingStages([WHOLE], 5, { reconcile, stepBake: 'before-pause' })[0]?.stage;
    expect(first(true)).toBe('RECONCILE_SERVICE');
    expect(first(false)).toBe('PRE_SCALE_UP');
    expect(firstStages(true)[0]?.stage).toBe('RECONCILE_SERVICE');
  });

  const STEPS: readonly WeightStep[] = [
    { percent: 10, bakeMinutes: 5 },
    { percent: 60, bakeMinutes: 5 },
    { percent: 100, bakeMinutes: 0 },
  ];
  const production = (stepBake: StepBake) =>
    shiftingStages(STEPS, 3, { reconcile: false, stepBake }).flatMap(({ stage, action }) => {
      const shift = action.do === 'shift-production' ? [action.waitMinutes, action.percent, action.bakeMinutes] : [];
      return stage.includes('PRODUCTION') ? [[stage, ...shift]] : [];
    });

  test('every weight step has its own two stages, in order, and its bake before the next pause', () => {
    expect(production('before-pause')).toEqual([
      ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
      ['PRODUCTION_TRAFFIC_SHIFT', 0, 10, 5],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
      ['PRODUCTION_TRAFFIC_SHIFT', 0, 60, 5],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
      ['PRODUCTION_TRAFFIC_SHIFT', 0, 100, 0],
      ['POST_PRODUCTION_TRAFFIC_SHIFT'],
    ]);
  });

  test('with the bake after the pause, a shift waits it out before it moves more', () => {
    expect(production('after-pause')).toEqual([
      ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
      ['PRODUCTION_TRAFFIC_SHIFT', 0, 10, 0],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
      ['PRODUCTION_TRAFFIC_SHIFT', 5, 60, 0],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
      ['PRODUCTION_TRAFFIC_SHIFT', 5, 100, 0],
      ['POST_PRODUCTION_TRAFFIC_SHIFT'],
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
