import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { planLoad } from '../../src/measure/constant-plan.ts';

const loads = fc.record({
  rate: fc.integer({ min: 1, max: 20_000 }),
  maxSeconds: fc.integer({ min: 1, max: 7200 }),
  timeoutSeconds: fc.double({ min: 0.1, max: 60, noNaN: true }),
});

describe('the arrival plan', () => {
  it('gives k6 a quarter of a second more than its arrivals take, in whole nanoseconds as k6 counts them', () => {
    fc.assert(
      fc.property(loads, (load) => {
        const plan = planLoad(load);
        const end = plan.arrivals * Math.floor(1e9 / load.rate) + 250e6;
        expect(plan.arrivals).toBe(load.rate * load.maxSeconds);
        expect(plan.duration).toMatch(/^\d+us$/);
        expect(Math.abs(Number.parseInt(plan.duration, 10) * 1000 - end)).toBeLessThanOrEqual(1000);
      }),
    );
  });

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

  it('knows what is due: the first at once, none before the start, never more than all', () => {
    const plan = planLoad({ rate: 100, maxSeconds: 10, timeoutSeconds: 1 });
    expect([-1, 0, 0.005, 0.01, 0.995, 3, 9.99, 100].map((elapsed) => plan.dueAfter(elapsed))).toEqual([
      0, 1, 1, 2, 100, 301, 1000, 1000,
    ]);
  });

  it('refuses what cannot be, all at once', () => {
    expect(() => planLoad({ rate: 0.5, maxSeconds: 1.5, timeoutSeconds: 0 })).toThrow(InputError);
    expect(() => planLoad({ rate: 0.5, maxSeconds: 1.5, timeoutSeconds: 0 })).toThrow(
      /rate is 0\.5.*maxSeconds is 1\.5.*timeoutSeconds is 0/,
    );
    expect(() => planLoad({ rate: 20_001, maxSeconds: 1, timeoutSeconds: 1 })).toThrow('20000');
  });
});
