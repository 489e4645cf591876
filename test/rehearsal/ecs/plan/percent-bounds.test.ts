import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percentBounds, type RollingState, rollingCounts } from '../../../../src/rehearsal/ecs/plan/percent-bounds.ts';

describe('percentBounds', () => {
  // The minimum is rounded up, the maximum down (API_DeploymentConfiguration).
  test.each([
    [4, 100, 200, 4, 8],
    [4, 50, 150, 2, 6],
    [3, 50, 150, 2, 4],
    [1, 50, 150, 1, 1],
    [0, 100, 200, 0, 0],
    [5, 0, 100, 0, 5],
  ])('%i tasks at %i/%i: %i to %i', (desired, min, max, minimum, maximum) => {
    expect(percentBounds(desired, min, max)).toEqual({ minimum, maximum });
  });
});

const count = (live: number, healthy = live) => ({ live, healthy });
const state = (change: Partial<RollingState>): RollingState => ({
  desired: 4,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  next: count(0),
  previous: [count(4)],
  ...change,
});

describe('rollingCounts', () => {
  test.each([
    ['begins with all new tasks', state({}), 4, [4]],
    ['waits while they are not healthy', state({ next: count(4, 0) }), 4, [4]],
    ['stops as many old as new are healthy', state({ next: count(4, 3) }), 4, [1]],
    ['ends with none', state({ next: count(4) }), 4, [0]],
    ['starts only what the maximum allows', state({ maximumPercent: 150 }), 2, [4]],
    ['stops first where the minimum allows it', state({ minimumHealthyPercent: 50, maximumPercent: 100 }), 0, [2]],
    ['stops old tasks that are not healthy at once', state({ previous: [count(4, 1)] }), 4, [1]],
    ['stops the oldest revision first', state({ next: count(2), previous: [count(2), count(2)] }), 4, [0, 2]],
    ['goes down with the desired count', state({ desired: 2, next: count(4), previous: [] }), 2, []],
    ['to nothing', state({ desired: 0, previous: [count(4)] }), 0, [0]],
  ])('%s', (_name, input, next, previous) => {
    expect(rollingCounts(input)).toMatchObject({ next, previous, stuck: false });
  });

  test('says when the bounds allow no move', () => {
    expect(rollingCounts(state({ desired: 1, maximumPercent: 150, previous: [count(1)] })).stuck).toBe(true);
  });

  const states = fc
    .record({
      desired: fc.integer({ min: 1, max: 20 }),
      minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
      maximumPercent: fc.integer({ min: 100, max: 300 }),
      next: fc.tuple(fc.nat(20), fc.nat(20)),
      previous: fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 3 }),
    })
    .map(({ next, previous, ...rest }) => ({
      ...rest,
      next: count(Math.min(next[0], rest.desired), Math.min(next[0], next[1], rest.desired)),
      previous: previous.map(([live, healthy]) => count(live, Math.min(live, healthy))),
    }));

  test('never starts above the maximum and never stops healthy tasks below the minimum', () => {
    fc.assert(
      fc.property(states, (input) => {
        const { minimum, maximum } = percentBounds(input.desired, input.minimumHealthyPercent, input.maximumPercent);
        const result = rollingCounts(input);
        const live = input.next.live + input.previous.reduce((sum, each) => sum + each.live, 0);
        const started = Math.max(0, result.next - input.next.live);
        expect(live + started).toBeLessThanOrEqual(Math.max(live, maximum));
        const healthyBefore = input.next.healthy + input.previous.reduce((sum, each) => sum + each.healthy, 0);
        const healthyAfter = input.next.healthy + result.previous.reduce((sum, wanted) => sum + wanted, 0);
        expect(healthyAfter).toBeGreaterThanOrEqual(Math.min(healthyBefore, minimum, input.desired));
      }),
    );
  });

  test('always ends when every task becomes healthy, unless it says that it is stuck', () => {
    fc.assert(
      fc.property(states, (start) => {
        let input: RollingState = start;
        for (let step = 0; step < 200; step++) {
          const result = rollingCounts(input);
          if (result.stuck) {
            return;
          }
          if (
            result.next === input.desired &&
            input.next.healthy === input.desired &&
            result.previous.every((n) => n === 0)
          ) {
            return;
          }
          // What was started becomes healthy by the next look; what is stopped is gone.
          input = { ...input, next: count(result.next), previous: result.previous.map((wanted) => count(wanted)) };
        }
        throw new Error('did not end');
      }),
    );
  });
});
