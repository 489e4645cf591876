/** The guard on a clock that only the test moves, over counters of the whole load balancer. */
import { describe, expect, it } from 'vitest';
import type { MetricRequest } from '../../../../src/aws/cloudwatch/cloudwatch.ts';
import { OutsideError } from '../../../../src/errors.ts';
import { BurnGuard } from '../../../../src/operations/deploy/shift/burn-guard.ts';
import type { Ports } from '../../../../src/operations/ports.ts';
import { createRecorder } from '../../../../src/operations/recorder.ts';
import type { Objective } from '../../../../src/platform/model/objectives.ts';
import { burnGuardSchema } from '../../../../src/report/slo/record.ts';

const START = Date.UTC(2026, 0, 1, 12) / 1000;
const LAG = 180;
const objective = (denominator: bigint): Objective => ({
  name: 'availability',
  service: 'web',
  indicator: 'availability',
  target: 'as the budget says',
  budget: { numerator: 1n, denominator },
  thresholdSeconds: undefined,
  windowDays: 30,
});

/** Failed requests of 1,000 in the minute that begins so many minutes after the start. */
type Failures = (minute: number) => number;

function setUp(
  failures: Failures,
  options: { readonly denominator?: bigint; readonly fails?: () => boolean; readonly requests?: number } = {},
) {
  let now = START;
  let calls = 0;
  const warnings: string[] = [];
  const clock = { now: () => new Date(now * 1000), sleep: async () => undefined };
  const metrics = async (requests: readonly MetricRequest[], window: { start: Date; end: Date }) => {
    calls += 1;
    if (options.fails?.()) {
      throw new OutsideError('aws-throttled', 'Rate exceeded', 'cloudwatch:GetMetricData');
    }
    const countOf = (name: string, minute: number) =>
      ({ RequestCount: options.requests ?? 1000, HTTPCode_Target_5XX_Count: failures(minute) })[name];
    return new Map(
      requests.map(({ id, name }) => {
        const points = new Map<number, number>();
        for (let at = window.start.getTime() / 1000; at < window.end.getTime() / 1000; at += 60) {
          const value = countOf(name, (at - START) / 60);
          if (value !== undefined) {
            points.set(at, value);
          }
        }
        return [id, points];
      }),
    );
  };
  const group = { TargetGroupArn: 'blue', LoadBalancerArns: ['arn:aws:x:eu-west-1:0:loadbalancer/app/a/0'] };
  const elbv2 = { targetGroups: async () => [group], targetGroupsOf: async () => [group] };
  const reporter = { warn: (text: string) => warnings.push(text) };
  const ports = { aws: { cloudwatch: { metrics }, elbv2 }, clock, reporter } as unknown as Ports;
  const recorder = createRecorder({
    operation: 'deploy',
    title: 'test',
    subject: {},
    rehearsalSpeed: undefined,
    tools: [],
    clock,
  });
  const guard = new BurnGuard({
    service: { loadBalancers: [{ targetGroupArn: 'blue' }] },
    objective: objective(options.denominator ?? 1000n),
    rehearsalSpeed: undefined,
    recorder,
  });
  /** What the guard says at the look at which that minute is the last that is closed. */
  const lookAfter = (minute: number, percent: number) => {
    now = START + (minute + 1) * 60 + LAG;
    return guard.look(percent, ports);
  };
  return { guard, lookAfter, warnings, recorder, calls: () => calls };
}

const none: Failures = () => 0;
const since =
  (first: number, failed: number): Failures =>
  (minute) =>
    minute >= first ? failed : 0;

describe('the guard of a shift', () => {
  it('is silent while the budget lasts, and keeps what it saw', async () => {
    const { guard, lookAfter, recorder } = setUp(() => 10);
    for (let minute = 0; minute < 5; minute += 1) {
      expect(await lookAfter(minute, 10)).toBeUndefined();
    }
    const record = burnGuardSchema.parse(guard.record());
    expect(record.samples).toHaveLength(5);
    expect(record.samples[0]).toMatchObject({
      at: new Date((START + 60) * 1000).toISOString(),
      long: { requests: 60_000, bad: 600 },
      short: { requests: 5000, bad: 50 },
      state: 'calm',
    });
    const { series } = recorder.finish('pass', [{ code: 'x', message: 'x' }]);
    expect(series.map(({ points }) => points.length)).toEqual([5, 5]);
    expect(series[0]?.points[0]?.[1]).toBeCloseTo(10, 9);
  });

  it('fires once both windows burn: an hour at once, or long enough', async () => {
    // 100 % for one minute is 1/60 of the hour: 16.7 times the budget, above 14.4.
    const { lookAfter } = setUp(since(3, 1000));
    expect(await lookAfter(2, 10)).toBeUndefined();
    const said = await lookAfter(3, 10);
    expect(said).toMatch(
      /burns more than 14.4 times too fast: 1000 of 60000 requests in 1 h and 1000 of 5000 requests in 5 min/,
    );
    // 5 % take 18 minutes to be that much of an hour.
    const slowly = setUp(since(0, 50));
    expect(await slowly.lookAfter(16, 10)).toBeUndefined();
    expect(await slowly.lookAfter(17, 10)).toMatch(/900 of 60000/);
  });

  it('does not hold against the candidate what burnt before it had traffic, and is armed once that is over', async () => {
    const { lookAfter, guard } = setUp((minute) => (minute < 2 ? 1000 : minute === 70 ? 1000 : 0));
    expect(await lookAfter(1, 0)).toBeUndefined();
    expect(await lookAfter(2, 10)).toBeUndefined();
    expect(await lookAfter(69, 10)).toBeUndefined();
    expect(await lookAfter(70, 10)).toMatch(/1000 of 60000/);
    expect(guard.record()?.samples.map(({ state, armed }) => [state, armed])).toEqual([
      ['burning', false],
      ['burning', false],
      ['calm', true],
      ['burning', true],
    ]);
  });

  it('does not give a candidate up for a single request of few', async () => {
    const one = setUp((minute) => (minute === 3 ? 1 : 0), { requests: 1 });
    expect(await one.lookAfter(3, 10)).toBeUndefined();
    expect(one.guard.record()?.samples[0]).toMatchObject({ state: 'burning', oneDecides: true });
    const two = setUp((minute) => (minute === 3 || minute === 4 ? 1 : 0), { requests: 1 });
    expect(await two.lookAfter(4, 10)).toMatch(/2 of 60 requests in 1 h and 2 of 5 requests/);
  });

  it('looks once for each closed minute, and no longer when the candidate has all traffic', async () => {
    const { lookAfter, calls } = setUp(since(0, 1000));
    await lookAfter(0, 0);
    await lookAfter(0, 0);
    await lookAfter(1, 100);
    expect(calls()).toBe(1);
  });

  it('tells once that it cannot see, and goes on', async () => {
    let fails = true;
    const { lookAfter, warnings, guard } = setUp(none, { fails: () => fails });
    await lookAfter(0, 10);
    await lookAfter(1, 10);
    expect(warnings).toEqual(['the burn rate of the service is not known: Rate exceeded']);
    expect(guard.record()).toBeUndefined();
    fails = false;
    await lookAfter(2, 10);
    expect(guard.record()?.samples).toHaveLength(1);
  });

  it('takes the fastest pair of windows that the budget can burn as fast as, or none', async () => {
    const loose = setUp(since(0, 1000), { denominator: 10n });
    await loose.lookAfter(0, 0);
    expect(loose.guard.record()).toMatchObject({ factor: 6, longSeconds: 21_600 });
    const free = setUp(since(0, 1000), { denominator: 1n });
    expect(await free.lookAfter(0, 10)).toBeUndefined();
    expect(free.guard.record()).toBeUndefined();
  });
});
