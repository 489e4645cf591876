import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findProfile, shippedProfiles } from '../../../src/entry/load/find-profile.ts';
import { InputError } from '../../../src/errors.ts';
import { planRun } from '../../../src/operations/load/plan.ts';
import { cleanRequestsNeeded, mostBadSupporting, refutes, supports } from '../../../src/operations/load/proof.ts';
import { renderLoadPlan } from '../../../src/operations/load/render-plan.ts';
import {
  busiestSecond,
  levelsOf,
  meanDemand,
  meanWithin,
  peakHourDemand,
  shapeOf,
} from '../../../src/operations/load/sizing.ts';
import { profileOf, requestFor } from './lab.ts';

const users = (requestsPerUser: number) => ({ dailyUsers: 250_000, requestsPerUser });
const world = (requestsPerUser: number) => ({
  ...users(requestsPerUser),
  peak: { kind: 'peak-to-mean', ratio: 1.7 } as const,
});

describe('250,000 users', () => {
  it('are 2.89 requests/s for each request of a user, 4.9 at the peak of a world, 8.8 at that of a region', () => {
    expect(meanDemand(users(1))).toBeCloseTo(2.894, 3);
    expect(peakHourDemand(world(1)).requestsPerSecond).toBeCloseTo(4.919, 3);
    const region = { ...users(1), peak: { kind: 'busy-hours', hours: 10 } as const };
    expect(peakHourDemand(region).requestsPerSecond).toBeCloseTo(8.842, 3);
  });

  it('ask for 200 requests/s with 40.7 requests each', () => {
    expect(peakHourDemand(world(40.66)).requestsPerSecond).toBeCloseTo(200, 0);
  });
});

describe('a second among a thousand', () => {
  it("is close to Poisson's 99.9th percentile: 73 at 50 a second, 245 at 200", () => {
    expect(Math.abs(busiestSecond(50) - 73)).toBeLessThan(1.5);
    expect(Math.abs(busiestSecond(200) - 245)).toBeLessThan(1.5);
  });

  it('tells which mean fits into a capacity: about 161 into 200', () => {
    expect(meanWithin(200)).toBeCloseTo(160.8, 1);
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e5, noNaN: true }), (capacity) => {
        expect(busiestSecond(meanWithin(capacity))).toBeCloseTo(capacity, 4);
      }),
    );
  });
});

describe('levels', () => {
  const target = requestFor({ url: 'http://127.0.0.1' }, profileOf('stages: [{ duration: 1m, target: 100% }]')).target;

  it('come from the demand where it is known, and from the capacity otherwise', () => {
    const both = levelsOf({ ...target, load: { ...target.load, demand: world(10) } });
    expect(both.average.requestsPerSecond).toBeCloseTo(49.2, 1);
    expect(both.peak.requestsPerSecond).toBeCloseTo(70.9, 1);
    expect(both.capacity.requestsPerSecond).toBe(40);
    const built = levelsOf(target);
    expect(built.peak.requestsPerSecond).toBe(40);
    expect(built.average.requestsPerSecond).toBeCloseTo(meanWithin(40), 9);
  });

  it('are refused where nothing is known, unless the profile needs none', () => {
    expect(() => levelsOf({ ...target, capacity: undefined })).toThrow(InputError);
    expect(() => levelsOf({ ...target, capacity: undefined })).toThrow(/add capacity, or load with dailyUsers/);
  });
});

describe('a shape', () => {
  it('has whole rates, of which a small share is still one, and whole seconds', () => {
    const profile = profileOf(
      'start: 1%\nstages: [{ duration: 90s, target: 150% }, { duration: 10s, target: 0 }, { duration: 10s, target: 7 }]',
    );
    expect(shapeOf(profile, 33)).toEqual({
      startRate: 1,
      stages: [
        { seconds: 90, rate: 50 },
        { seconds: 10, rate: 0 },
        { seconds: 10, rate: 7 },
      ],
    });
    expect(shapeOf(profile, 33, 60).stages.map(({ seconds }) => seconds)).toEqual([2, 1, 1]);
  });
});

describe('what a run can prove', () => {
  const budget = { numerator: 1n, denominator: 2000n };

  it('is 99.95 % by 5,990 clean requests, 9,486 with one bad, 12,590 with two', () => {
    expect(cleanRequestsNeeded(budget)).toBe(5990);
    expect([5989, 5990, 9485, 9486, 12_589, 12_590].map((requests) => mostBadSupporting(budget, requests))).toEqual([
      -1, 0, 0, 1, 1, 2,
    ]);
    expect(cleanRequestsNeeded({ numerator: 0n, denominator: 1n })).toBe(Number.POSITIVE_INFINITY);
  });

  it('is never both, and nothing without requests', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (requests, share) => {
          const bad = Math.floor(requests * share);
          expect(supports(budget, bad, requests) && refutes(budget, bad, requests)).toBe(false);
        },
      ),
    );
    expect([supports(budget, 0, 0), refutes(budget, 0, 0)]).toEqual([false, false]);
  });

  it('is told by a dry run, with the formulas', async () => {
    const site = {
      url: 'http://127.0.0.1:9',
      capacity: 200,
      target: '0.9995',
      load: 'timeout: 5s, dailyUsers: 250000, requestsPerUser: 40',
    };
    const text = renderLoadPlan(planRun(requestFor(site, await findProfile('average-load'))));
    expect(text).toContain('250,000 users × 40 requests ÷ 86,400 s × 1.7 (peak to mean) = 196.8 requests/s');
    expect(text).toContain('0 → 197 (in 3 min) → 197 (in 20 min) → 0 (in 2 min) requests/s');
    expect(text).toContain('265,950; at most 197 requests/s');
    expect(text).toContain('1,144 = ⌈197 × 5 s (time-out) × 1.1⌉ + ⌈197 ÷ 4⌉ + 10');
    expect(text).toMatch(
      /can prove {4}availability: 99\.95 % at 95 %, with at most \d+ bad requests \(it needs 5,990 /,
    );
    const ramp = renderLoadPlan(planRun(requestFor(site, await findProfile('breakpoint'))));
    expect(ramp).toContain('most good answers per second, up to 600 requests/s, held against 200 requests/s');
    expect(ramp).not.toContain('can prove');
    const short = renderLoadPlan(planRun(requestFor(site, await findProfile('average-load'), { compress: 100 })));
    expect(short).toContain('cannot prove availability: 99.95 % at 95 % needs 5,990 requests without a bad one');
  });
});

describe('the profiles that surefoot ships', () => {
  it('are those that people know, each in a state to be run', async () => {
    const names = await shippedProfiles();
    expect(names).toEqual([
      'average-load',
      'breakpoint',
      'failover',
      'scaling',
      'smoke',
      'soak',
      'spike',
      'stress',
      'time-of-day',
    ]);
    for (const name of names) {
      const profile = await findProfile(name);
      expect(profile.name).toBe(name);
      const planned = planRun(requestFor({ url: 'http://127.0.0.1:9', capacity: 200 }, profile));
      expect(planned.plan.arrivals).toBeGreaterThan(0);
      expect(planned.refusals).toEqual([]);
    }
  });

  it('follow Grafana’s shapes: a plateau of at least five ramps, a ramp of 5 to 15 %', async () => {
    const { stages } = await findProfile('average-load');
    const seconds = stages.map((stage) => stage.seconds);
    const whole = seconds.reduce((sum, one) => sum + one, 0);
    expect((seconds[1] ?? 0) / (seconds[0] ?? 1)).toBeGreaterThanOrEqual(5);
    expect((seconds[0] ?? 0) / whole).toBeGreaterThanOrEqual(0.05);
    expect((seconds[0] ?? 0) / whole).toBeLessThanOrEqual(0.15);
  });
});
