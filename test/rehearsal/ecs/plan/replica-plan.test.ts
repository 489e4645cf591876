import { describe, expect, test } from 'vitest';
import { planReplicas } from '../../../../src/rehearsal/ecs/plan/replica-plan.ts';
import { restartDelayMs } from '../../../../src/rehearsal/ecs/plan/restart-delay.ts';

const task = (id: string, health: 'healthy' | 'starting' | 'failing' = 'healthy') => ({
  id,
  zone: 'a',
  healthy: health === 'healthy',
  failing: health === 'failing',
});

describe('planReplicas', () => {
  test.each([
    ['starts what is missing', 2, [task('1')], false, { start: 1, stopFailing: [], stopSurplus: [] }],
    [
      'leaves alone what is right',
      2,
      [task('1'), task('2', 'starting')],
      true,
      { start: 0, stopFailing: [], stopSurplus: [] },
    ],
    ['stops what is too much', 1, [task('1'), task('2')], true, { start: 0, stopFailing: [], stopSurplus: ['2'] }],
    [
      'in a deployment, stops a failing task and starts another at once',
      2,
      [task('1'), task('2', 'failing')],
      false,
      { start: 1, stopFailing: ['2'], stopSurplus: [] },
    ],
    [
      'in a steady service, starts the replacement first',
      2,
      [task('1'), task('2', 'failing')],
      true,
      { start: 1, stopFailing: [], stopSurplus: [] },
    ],
    [
      '… waits until it is healthy',
      2,
      [task('1'), task('2', 'failing'), task('3', 'starting')],
      true,
      { start: 0, stopFailing: [], stopSurplus: [] },
    ],
    [
      '… and stops the failing task then',
      2,
      [task('1'), task('2', 'failing'), task('3')],
      true,
      { start: 0, stopFailing: ['2'], stopSurplus: [] },
    ],
    [
      'with no room left, stops failing tasks one by one',
      2,
      [task('1', 'failing'), task('2', 'failing'), task('3', 'failing'), task('4', 'failing')],
      true,
      { start: 0, stopFailing: ['1'], stopSurplus: [] },
    ],
  ])('%s', (_name, wanted, tasks, replaceFirst, expected) => {
    expect(planReplicas({ wanted, tasks, maximum: 4, replaceFirst })).toEqual(expected);
  });
});

describe('restartDelayMs', () => {
  test('two replacements at once, then doubling up to 27 minutes', () => {
    expect([0, 1, 2, 3, 4, 5].map(restartDelayMs)).toEqual([0, 0, 0, 5_000, 10_000, 20_000]);
    expect(restartDelayMs(11)).toBe(1_280_000);
    expect(restartDelayMs(12)).toBe(27 * 60_000);
    expect(restartDelayMs(1000)).toBe(27 * 60_000);
  });
});
