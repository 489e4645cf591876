import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { constantShape, planShape } from '../../src/measure/shape-plan.ts';
import type { ConstantLoad } from '../../src/measure/types.ts';

const loads = fc.record({
  rate: fc.integer({ min: 1, max: 20_000 }),
  maxSeconds: fc.integer({ min: 1, max: 7200 }),
  timeoutSeconds: fc.double({ min: 0.1, max: 60, noNaN: true }),
});

const planLoad = (load: Pick<ConstantLoad, 'rate' | 'maxSeconds' | 'timeoutSeconds'>) =>
  planShape({ ...load, shape: constantShape(load) });

describe('the plan of a constant rate', () => {
  it('puts exactly `rate` arrivals into each second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 20 }), (rate, maxSeconds) => {
        const plan = planLoad({ rate, maxSeconds, timeoutSeconds: 1 });
        const seconds = new Map<number, number>();
        for (let arrival = 0; arrival < plan.arrivals; arrival += 1) {
          const second = plan.secondOf(arrival);
          seconds.set(second, (seconds.get(second) ?? 0) + 1);
        }
        expect(seconds).toEqual(new Map(Array.from({ length: maxSeconds }, (_, second) => [second, rate])));
      }),
    );
  });

  it('has a virtual user for every request even when the service holds all of them until the time-out', () => {
    fc.assert(
      fc.property(loads, (load) => {
        expect(planLoad(load).virtualUsers).toBeGreaterThan(load.rate * load.timeoutSeconds);
      }),
    );
    expect(planLoad({ rate: 200, maxSeconds: 60, timeoutSeconds: 5 }).virtualUsers).toBe(1160);
  });

  it('knows what is due: none before its moment, never more than all', () => {
    const plan = planLoad({ rate: 100, maxSeconds: 10, timeoutSeconds: 1 });
    expect([-1, 0, 0.005, 0.0101, 0.9951, 3.0001, 9.9901, 100].map((elapsed) => plan.dueAfter(elapsed))).toEqual([
      0, 0, 0, 1, 99, 300, 999, 1000,
    ]);
  });

  it('refuses what cannot be, all at once', () => {
    expect(() => planLoad({ rate: 0.5, maxSeconds: 1.5, timeoutSeconds: 0 })).toThrow(InputError);
    expect(() => planLoad({ rate: 0.5, maxSeconds: 1.5, timeoutSeconds: 0 })).toThrow(
      /startRate is 0\.5.*stage 1 takes 1\.5 s.*timeoutSeconds is 0/,
    );
    expect(() => planLoad({ rate: 20_001, maxSeconds: 1, timeoutSeconds: 1 })).toThrow('20000');
  });
});
