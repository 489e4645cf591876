import { expect, test } from 'vitest';
import { failureThreshold } from '../../../../src/rehearsal/ecs/plan/failure-threshold.ts';

test.each([
  // AWS's own table: half of the desired count, rounded up, between 3 and 200.
  [undefined, 1, 3],
  [undefined, 6, 3],
  [undefined, 7, 4],
  [undefined, 25, 13],
  [undefined, 400, 200],
  [undefined, 800, 200],
  [{ type: 'BOUNDED_PERCENT', value: 10 }, 100, 10],
  [{ type: 'BOUNDED_PERCENT', value: 10 }, 10, 3],
  [{ type: 'UNBOUNDED_PERCENT', value: 10 }, 10, 1],
  [{ type: 'UNBOUNDED_PERCENT', value: 100 }, 1000, 1000],
  [{ type: 'UNBOUNDED_PERCENT', value: 300 }, 2, 6],
  [{ type: 'UNBOUNDED_PERCENT', value: 50 }, 0, 1],
  [{ type: 'COUNT', value: 1 }, 100, 1],
  [{ type: 'COUNT', value: 500 }, 1, 500],
] as const)('%j of %d tasks is %d', (configuration, desired, threshold) => {
  expect(failureThreshold(configuration, desired)).toBe(threshold);
});
