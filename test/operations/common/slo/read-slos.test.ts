/** SLOs from counters that a small CloudWatch has: exact by the minute, and forgetful as AWS's is. */
import { describe, expect, it } from 'vitest';
import type { MetricRequest } from '../../../../src/aws/cloudwatch/cloudwatch.ts';
import { OutsideError } from '../../../../src/errors.ts';
import { readSlos } from '../../../../src/operations/common/slo/read-slos.ts';
import type { Ports } from '../../../../src/operations/ports.ts';
import type { Objective } from '../../../../src/platform/model/objectives.ts';
import { sloRecordSchema } from '../../../../src/report/slo/record.ts';

const MINUTE = 60;
const DAY = 86_400;
/** On the grid of five minutes and a little more, so that grids matter. */
const NOW = Date.UTC(2026, 10, 21, 9, 3, 20) / 1000;
/** The newest minute that counts: closed, and three minutes for AWS to publish it. */
const UNTIL = Date.UTC(2026, 10, 21, 9, 0, 0) / 1000;

const BALANCER = 'arn:aws:elasticloadbalancing:eu-west-1:000000000000:loadbalancer/app/shop/1';
const BLUE = 'arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/blue/1';
const GREEN = 'arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/green/2';
const FOREIGN = 'arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/other/3';

const SERVICE = {
  serviceName: 'shop-web',
  loadBalancers: [{ targetGroupArn: BLUE, advancedConfiguration: { alternateTargetGroupArn: GREEN } }],
};

const AVAILABILITY: Objective = {
  name: 'availability',
  service: 'web',
  indicator: 'availability',
  target: '0.999',
  budget: { numerator: 1n, denominator: 1000n },
  thresholdSeconds: undefined,
  windowDays: 30,
};
const LATENCY: Objective = { ...AVAILABILITY, name: 'latency', indicator: 'latency', thresholdSeconds: 0.5 };

/** What a counter had in the minute that begins then; undefined: no datapoint. */
type Minute = (minute: number, group: string | undefined) => number | undefined;

interface World {
  readonly counters: Readonly<Record<string, Minute>>;
  /** What else is behind the load balancer. */
  readonly others?: readonly string[];
  readonly fails?: string;
}

function setUp({ counters, others = [], fails }: World) {
  const calls: { queries: readonly MetricRequest[]; start: number; end: number; period: number }[] = [];
  const metrics = async (
    queries: readonly MetricRequest[],
    window: { start: Date; end: Date; periodSeconds: number },
  ) => {
    if (fails !== undefined) {
      throw new OutsideError('aws-access-denied', fails, 'cloudwatch:GetMetricData');
    }
    const [start, end, period] = [window.start.getTime() / 1000, window.end.getTime() / 1000, window.periodSeconds];
    calls.push({ queries, start, end, period });
    // AWS: a minute is kept for 15 days, five minutes for 63, an hour for 455.
    const kept = (period % 3600 === 0 ? 455 : period % 300 === 0 ? 63 : 15) * DAY;
    expect(NOW - start, 'asked for what AWS has forgotten').toBeLessThanOrEqual(kept);
    return new Map(queries.map((query) => [query.id, sums(query, start, end, period)]));
  };
  const sums = ({ name, stat, dimensions }: MetricRequest, start: number, end: number, period: number) => {
    const minute = counters[stat === 'Sum' ? name : stat];
    const points = new Map<number, number>();
    for (let at = start; at < end && minute !== undefined; at += MINUTE) {
      const value = minute(at, dimensions['TargetGroup']?.split('/')[1]);
      const slot = Math.floor(at / period) * period;
      if (value !== undefined) {
        points.set(slot, (points.get(slot) ?? 0) + value);
      }
    }
    return points;
  };
  const group = (TargetGroupArn: string) => ({ TargetGroupArn, LoadBalancerArns: [BALANCER] });
  const ports = {
    clock: { now: () => new Date(NOW * 1000) },
    aws: {
      cloudwatch: { metrics },
      elbv2: {
        targetGroups: async (arns: readonly string[]) => arns.map(group),
        targetGroupsOf: async () => [BLUE, GREEN, ...others].map(group),
      },
    },
  } as unknown as Ports;
  return { ports, calls };
}

async function read(world: World, objectives: readonly Objective[] = [AVAILABILITY], service: object = SERVICE) {
  const { ports, calls } = setUp(world);
  const records = await readSlos(service as never, objectives, undefined, ports);
  for (const record of records) {
    sloRecordSchema.parse(record);
  }
  return { records, first: records[0], calls };
}

const always =
  (value: number): Minute =>
  () =>
    value;
const lastMinutes =
  (minutes: number, value: number): Minute =>
  (at) =>
    at >= UNTIL - minutes * MINUTE && at < UNTIL ? value : undefined;

describe('an error budget', () => {
  it('is counted over the whole window, minute by minute at its end', async () => {
    const { first, calls } = await read({
      counters: { RequestCount: always(10), HTTPCode_Target_5XX_Count: lastMinutes(10, 1) },
    });
    expect(first).toMatchObject({ state: 'met', counted: 'load-balancer', requests: 30 * 1440 * 10, bad: 10 });
    expect(first?.left).toBeCloseTo(1 - 10 / 432, 12);
    expect(first?.spent).toBe(false);
    expect(first?.until).toBe('2026-11-21T09:00:00.000Z');
    // Two calls, each of the four counters: thirty days less three in five minutes, three days in minutes.
    expect(calls.map(({ start, end, period, queries }) => [(end - start) / DAY, period, queries.length])).toEqual([
      [27, 300, 4],
      [3, 60, 4],
    ]);
  });

  it('of 5 bad in 10,000 at 99.95 % is exactly met and exactly spent', async () => {
    const objective = { ...AVAILABILITY, target: '0.9995', budget: { numerator: 1n, denominator: 2000n } };
    const world = (bad: number) => ({
      counters: {
        RequestCount: lastMinutes(100, 100),
        HTTPCode_Target_5XX_Count: lastMinutes(bad, 1),
      },
    });
    expect((await read(world(5), [objective])).first).toMatchObject({ state: 'met', left: 0, spent: true, allowed: 5 });
    expect((await read(world(6), [objective])).first).toMatchObject({ state: 'missed', spent: true });
    expect((await read(world(4), [objective])).first).toMatchObject({ state: 'met', spent: false });
  });

  it('counts an outage without targets, which RequestCount leaves out', async () => {
    const { first } = await read({
      counters: {
        RequestCount: lastMinutes(60, 0),
        HTTPCode_ELB_503_Count: lastMinutes(60, 50),
        HTTPCode_ELB_5XX_Count: lastMinutes(60, 50),
      },
    });
    expect(first).toMatchObject({ state: 'missed', requests: 3000, bad: 3000 });
    expect(first?.burn[0]).toMatchObject({ state: 'burning', longRate: 1000, shortRate: 1000 });
  });

  it('counts by target group where the load balancer serves others, and says what that leaves out', async () => {
    const { first, calls } = await read({
      others: [FOREIGN],
      counters: {
        RequestCount: (at, group) => (group === 'green' && at < UNTIL - 600 ? undefined : 100),
        HTTPCode_Target_5XX_Count: (_, group) => (group === 'green' ? 1 : undefined),
        TargetConnectionErrorCount: (at, group) => (group === 'blue' && at >= UNTIL - 120 ? 2 : undefined),
        HTTPCode_ELB_5XX_Count: always(90),
      },
    });
    // A 5XX without a RequestCount of the minute is not counted: that is no data, not a request.
    expect(first).toMatchObject({ counted: 'target-groups', requests: (30 * 1440 + 10) * 100, bad: 10 + 4 });
    expect(first?.caveats.join()).toMatch(/serves others too/);
    expect(calls[0]?.queries.every(({ dimensions }) => /blue|green/.test(dimensions['TargetGroup'] ?? ''))).toBe(true);
  });

  it('of latency counts what was slower, of what was answered, in the same calls', async () => {
    const counters = {
      RequestCount: always(10),
      SampleCount: always(9),
      'TC(0.5:)': lastMinutes(30, 3),
    };
    const { records, calls } = await read({ counters }, [AVAILABILITY, LATENCY]);
    expect(records.map(({ objective, requests, bad }) => [objective, requests, bad])).toEqual([
      ['availability', 432_000, 0],
      ['latency', 388_800, 90],
    ]);
    expect(calls.length).toBe(2);
    expect(calls[0]?.queries.length).toBe(6);
  });

  it('reads hours where the window is longer than five minutes are kept', async () => {
    const { calls, first } = await read({ counters: { RequestCount: always(1) } }, [
      { ...AVAILABILITY, windowDays: 90 },
    ]);
    expect(calls.map(({ period }) => period)).toEqual([3600, 60]);
    expect(first?.burn.map(({ factor }) => factor)).toEqual([43.2, 18, 9, 3]);
  });

  it('reads no further back than the window, where that is short', async () => {
    const { calls, first } = await read({ counters: { RequestCount: always(1) } }, [
      { ...AVAILABILITY, windowDays: 1 },
    ]);
    expect(first?.requests).toBe(1440);
    expect(calls.every(({ start }) => start >= UNTIL - DAY)).toBe(true);
  });
});

describe('burn rates', () => {
  it('of a fast burn: the hour and its last minutes', async () => {
    const { first } = await read({
      counters: { RequestCount: always(1000), HTTPCode_Target_5XX_Count: lastMinutes(60, 20) },
    });
    expect(first?.burn.map(({ state }) => state)).toEqual(['burning', 'rising', 'rising', 'rising']);
    expect(first?.burn[0]).toMatchObject({ long: { requests: 60_000, bad: 1200 }, longRate: 20, oneDecides: false });
  });

  it('are over once the last minutes are good again', async () => {
    const { first } = await read({
      counters: {
        RequestCount: always(1000),
        HTTPCode_Target_5XX_Count: (at) => (at >= UNTIL - 3600 && at < UNTIL - 300 ? 20 : undefined),
      },
    });
    expect(first?.burn[0]).toMatchObject({ state: 'recovering', short: { requests: 5000, bad: 0 } });
  });

  it('say when a single request decides', async () => {
    const quiet: Minute = (at) => (at % 600 === 0 ? 1 : undefined);
    const { first } = await read({ counters: { RequestCount: quiet } });
    expect(first?.burn[0]).toMatchObject({ long: { requests: 6, bad: 0 }, state: 'calm', oneDecides: true });
    expect(first?.caveats.join('\n')).toMatch(/with 6 requests in the last 1 h, a single bad one decides/);
  });

  it('say when none can reach the threshold', async () => {
    const loose = { ...AVAILABILITY, target: '0.9', budget: { numerator: 1n, denominator: 10n } };
    const { first } = await read({ counters: { RequestCount: always(1) } }, [loose]);
    expect(first?.caveats.join('\n')).toMatch(/more than 10 times too fast: a burn rate of 14.4 is never reached/);
  });

  it('say when CloudWatch knows of no request at the beginning of the window', async () => {
    const { first } = await read({ counters: { RequestCount: lastMinutes(1440, 100) } });
    expect(first?.firstRequestAt).toBe('2026-11-20T09:00:00.000Z');
    expect(first?.caveats.join('\n')).toMatch(/first request that CloudWatch knows of is of 2026-11-20T09:00/);
  });
});

describe('an unknown', () => {
  it('is what has no requests, errors or not', async () => {
    const { first } = await read({ counters: { HTTPCode_Target_5XX_Count: always(5) } });
    expect(first).toMatchObject({ state: 'unknown', unknown: { code: 'no-data' }, left: null, spent: null });
    expect(first?.burn.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  });

  it('is what CloudWatch will not tell', async () => {
    const { records } = await read({ counters: {}, fails: 'not authorised to perform cloudwatch:GetMetricData' }, [
      AVAILABILITY,
      LATENCY,
    ]);
    expect(records.map(({ state, unknown }) => [state, unknown?.code])).toEqual([
      ['unknown', 'not-readable'],
      ['unknown', 'not-readable'],
    ]);
    expect(records[0]?.unknown?.message).toMatch(/not authorised/);
  });

  it('is a service that nothing counts for', async () => {
    const { first } = await read({ counters: {} }, [AVAILABILITY], { serviceName: 'worker', loadBalancers: [] });
    expect(first).toMatchObject({ state: 'unknown', unknown: { code: 'no-load-balancer' } });
  });
});
