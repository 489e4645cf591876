import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { planShape, rateAt } from '../../src/measure/shape-plan.ts';
import type { Shape } from '../../src/measure/types.ts';

const shapes: fc.Arbitrary<Shape> = fc.record({
  startRate: fc.integer({ min: 0, max: 300 }),
  stages: fc.array(fc.record({ seconds: fc.integer({ min: 0, max: 40 }), rate: fc.integer({ min: 0, max: 300 }) }), {
    minLength: 1,
    maxLength: 6,
  }),
});

/** Shapes with at least one arrival. */
const loads = shapes.filter(({ startRate, stages }) => {
  let rate = startRate;
  return stages.some((stage) => {
    const area = ((rate + stage.rate) / 2) * stage.seconds;
    rate = stage.rate;
    return area >= 1;
  });
});

interface K6Stage {
  readonly duration: string;
  readonly target: number;
}

/** `cal` of k6's ramping_arrival_rate.go, line by line, in nanoseconds and floating point: when each arrival is made. */
function arrivalsOfK6(scenario: Readonly<Record<string, unknown>>): number[] {
  const made: number[] = [];
  let [stageStart, doneSoFar, endCount, i] = [0, 0, 0, 1];
  let from = Number(scenario['startRate']) / 1e9;
  for (const stage of scenario['stages'] as K6Stage[]) {
    const to = stage.target / 1e9;
    const duration = Number.parseInt(stage.duration, 10) * (stage.duration.endsWith('ms') ? 1e6 : 1e9);
    if (from === to) {
      endCount += duration * to;
      for (; i <= endCount; i += 1) {
        made.push(Math.trunc((i - doneSoFar) / to) + stageStart);
      }
    } else {
      endCount += duration * ((to - from) / 2 + from);
      for (; i <= endCount; i += 1) {
        const root = Math.sqrt(Math.max(0, duration * (from * from * duration + 2 * (i - doneSoFar) * (to - from))));
        made.push(Math.trunc((from * duration - root) / (from - to)) + stageStart);
      }
    }
    [doneSoFar, from, stageStart] = [endCount, to, stageStart + duration];
  }
  return made.map((nanoseconds) => nanoseconds / 1e9);
}

describe('the plan of a changing rate', () => {
  it('has exactly the arrivals that k6 makes, each at its moment', () => {
    fc.assert(
      fc.property(loads, (shape) => {
        const plan = planShape({ shape, timeoutSeconds: 1 });
        const made = arrivalsOfK6(plan.scenario);
        expect(made).toHaveLength(plan.arrivals);
        for (const index of [0, 1, Math.floor(plan.arrivals / 2), plan.arrivals - 1]) {
          if (index < made.length) {
            expect(Math.abs((made[index] ?? 0) - plan.momentOf(index))).toBeLessThan(
              plan.momentOf(index) >= plan.seconds ? 0.26 : 0.001,
            );
          }
        }
      }),
    );
  });

  it('puts each arrival into one second, in order, and counts them alike from both ends', () => {
    fc.assert(
      fc.property(loads, (shape) => {
        const plan = planShape({ shape, timeoutSeconds: 1 });
        let last = 0;
        let isOrdered = true;
        const counts = Array.from({ length: plan.seconds }, () => 0);
        for (let arrival = 0; arrival < plan.arrivals; arrival += 1) {
          const second = plan.secondOf(arrival);
          isOrdered &&= second >= last;
          counts[second] = (counts[second] ?? 0) + 1;
          last = second;
        }
        expect(isOrdered).toBe(true);
        expect(counts).toHaveLength(plan.seconds);
        for (const [second, count] of counts.entries()) {
          // The mean rate of the second, to less than one arrival at either end.
          const mean = (rateAt(shape, second) + rateAt(shape, second + 0.999999)) / 2;
          expect(Math.abs(count - mean)).toBeLessThanOrEqual(1.5);
        }
        expect(plan.dueAfter(-1)).toBe(0);
        expect(plan.dueAfter(plan.seconds + 1)).toBe(plan.arrivals);
        expect(plan.arrivalsBefore(plan.seconds)).toBe(plan.arrivals);
      }),
      { numRuns: 50 },
    );
  });

  it('gives every second of a constant rate the same number', () => {
    const plan = planShape({ shape: { startRate: 50, stages: [{ seconds: 10, rate: 50 }] }, timeoutSeconds: 5 });
    expect(plan.arrivals).toBe(500);
    expect(Array.from({ length: 11 }, (_, second) => plan.arrivalsBefore(second))).toEqual([
      0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500,
    ]);
    expect(plan.virtualUsers).toBe(298);
  });

  it('refuses what cannot be, all at once', () => {
    const shape = { startRate: 0.5, stages: [{ seconds: 1.5, rate: 30_000 }] };
    expect(() => planShape({ shape, timeoutSeconds: 0, virtualUsers: 0 })).toThrow(InputError);
    expect(() => planShape({ shape, timeoutSeconds: 0, virtualUsers: 0 })).toThrow(
      /startRate is 0\.5.*rate of stage 1 is 30000.*stage 1 takes 1\.5 s.*virtualUsers is 0.*timeoutSeconds is 0/,
    );
    expect(() => planShape({ shape: { startRate: 0, stages: [{ seconds: 9, rate: 0 }] }, timeoutSeconds: 1 })).toThrow(
      'no arrival',
    );
  });
});
