import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostCounts, type MetricRecord, trafficMetrics } from '../../../src/rehearsal/cloudwatch/alb-metrics.ts';
import type { TargetHealthReport, TrafficRow } from '../../../src/rehearsal/world/balancer/protocol.ts';
import { bucketsOf, DAY_START, trafficRow } from './fixtures.ts';

const SHORT = { LoadBalancer: 'LB', TargetGroup: 'TG', AvailabilityZone: 'AZ' } as const;

/** `RequestCount LB+TG` → sum. */
function sums(records: readonly MetricRecord[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { key, sample } of records) {
    const dimensions = Object.keys(key.dimensions).map((name) => SHORT[name as keyof typeof SHORT]);
    const id = `${key.name} ${dimensions.sort().join('+')}`;
    result[id] = (result[id] ?? 0) + sample.sum;
  }
  return result;
}

describe('traffic metrics', () => {
  it('have the dimensions that AWS documents, and nothing for zero', () => {
    const row = trafficRow({ requests: 7, target2xx: 4, target5xx: 1, elb502: 2, connectionErrors: 2 });
    expect(sums(trafficMetrics(DAY_START, [row]))).toEqual({
      'RequestCount LB': 7,
      'RequestCount AZ+LB': 7,
      'RequestCount LB+TG': 7,
      'RequestCount AZ+LB+TG': 7,
      'HTTPCode_Target_2XX_Count LB': 4,
      'HTTPCode_Target_2XX_Count AZ+LB': 4,
      'HTTPCode_Target_2XX_Count LB+TG': 4,
      'HTTPCode_Target_2XX_Count AZ+LB+TG': 4,
      'HTTPCode_Target_5XX_Count LB': 1,
      'HTTPCode_Target_5XX_Count AZ+LB': 1,
      'HTTPCode_Target_5XX_Count LB+TG': 1,
      'HTTPCode_Target_5XX_Count AZ+LB+TG': 1,
      'HTTPCode_ELB_5XX_Count LB': 2,
      'HTTPCode_ELB_5XX_Count AZ+LB': 2,
      'HTTPCode_ELB_502_Count LB': 2,
      'HTTPCode_ELB_502_Count AZ+LB': 2,
      'TargetConnectionErrorCount LB': 2,
      'TargetConnectionErrorCount AZ+LB': 2,
      'TargetConnectionErrorCount LB+TG': 2,
      'TargetConnectionErrorCount AZ+LB+TG': 2,
    });
  });

  it('count a 503 for want of targets for the load balancer only, and report that no request reached a target', () => {
    // The balancer counts such requests in a row without a group; AWS's RequestCount leaves them out.
    const row = trafficRow({ targetGroup: null, zone: null, requests: 3, elb503: 3 });
    expect(sums(trafficMetrics(DAY_START, [row]))).toEqual({
      'RequestCount LB': 0,
      'HTTPCode_ELB_5XX_Count LB': 3,
      'HTTPCode_ELB_503_Count LB': 3,
    });
  });

  it('count a client that closed first (460) among the 4XX codes of the load balancer', () => {
    const row = trafficRow({ requests: 2, clientClosed: 1, elb4xx: 1 });
    expect(sums(trafficMetrics(DAY_START, [row]))['HTTPCode_ELB_4XX_Count LB']).toBe(2);
  });

  it('report counts so that Minimum, Maximum and Average are 1, at the start of the second', () => {
    const [first] = trafficMetrics(DAY_START, [trafficRow({ requests: 7, target2xx: 7 })]);
    expect(first?.sample).toEqual({
      at: new Date(DAY_START * 1000),
      unit: 'Count',
      count: 7,
      sum: 7,
      minimum: 1,
      maximum: 1,
    });
  });

  it('hand on response times with their distribution', () => {
    const times = [0.01, 0.02, 0.5];
    const row = trafficRow({ requests: 3, target2xx: 3, responseTime: [...bucketsOf(times)], responseTimeSum: 0.53 });
    const records = trafficMetrics(DAY_START, [row]).filter(({ key }) => key.name === 'TargetResponseTime');
    expect(records).toHaveLength(4);
    expect(records[0]?.sample).toMatchObject({ unit: 'Seconds', count: 3, sum: 0.53, buckets: bucketsOf(times) });
    expect(records[0]?.sample.maximum).toBeCloseTo(0.5, 2);
  });

  it('report requests by fail-open per target group, and requests per target where the targets are known', () => {
    const row = trafficRow({ requests: 9, target2xx: 9, failOpenRequests: 9 });
    const known = sums(trafficMetrics(DAY_START, [row], new Map([['targetgroup/blue/2', 3]])));
    expect(known['UnhealthyRoutingRequestCount LB+TG']).toBe(9);
    expect(known['UnhealthyRoutingRequestCount AZ+LB+TG']).toBe(9);
    expect(known['UnhealthyRoutingRequestCount LB']).toBeUndefined();
    expect(known['RequestCountPerTarget TG']).toBe(3);
    expect(known['RequestCountPerTarget LB+TG']).toBe(3);
  });

  it('reconcile: all answers are target codes or load balancer codes, all of RequestCount and the rest without a target', () => {
    const count = fc.nat(50);
    const withTarget = fc
      .record({
        target2xx: count,
        target3xx: count,
        target4xx: count,
        target5xx: count,
        elb502: count,
        elb504: count,
        clientClosed: count,
      })
      .chain((counts) =>
        fc
          .record({
            zone: fc.constantFrom('a', 'b'),
            targetGroup: fc.constantFrom('targetgroup/x/1', 'targetgroup/y/2'),
          })
          .map(
            (place): TrafficRow =>
              trafficRow({ ...counts, ...place, requests: Object.values(counts).reduce((a, b) => a + b, 0) }),
          ),
      );
    const without = fc
      .record({ elb4xx: count, elb503: count })
      .map((counts) =>
        trafficRow({ ...counts, targetGroup: null, zone: null, requests: counts.elb4xx + counts.elb503 }),
      );
    fc.assert(
      fc.property(fc.array(withTarget, { maxLength: 6 }), fc.array(without, { maxLength: 2 }), (reached, unreached) => {
        const sum = sums(trafficMetrics(DAY_START, [...reached, ...unreached]));
        const of = (name: string) => sum[`${name} LB`] ?? 0;
        const answers = [...reached, ...unreached].reduce((total, { requests }) => total + requests, 0);
        const targetless = unreached.reduce((total, { requests }) => total + requests, 0);
        const codes = [2, 3, 4, 5].reduce((total, digit) => total + of(`HTTPCode_Target_${digit}XX_Count`), 0);
        expect(of('RequestCount') + targetless).toBe(answers);
        expect(codes + of('HTTPCode_ELB_4XX_Count') + of('HTTPCode_ELB_5XX_Count')).toBe(answers);
        expect(sum['RequestCount LB+TG'] ?? 0).toBe(of('RequestCount'));
      }),
    );
  });
});

describe('host counts', () => {
  const arn = 'arn:aws:elasticloadbalancing:ca-central-1:000000000000:targetgroup/blue/2';
  const report = (host: string, state: TargetHealthReport['state']): TargetHealthReport => ({
    targetGroupArn: arn,
    host,
    port: 80,
    state,
  });
  const placement = {
    loadBalancersOf: () => ['app/web/1'],
    zoneOf: (host: string) => (host.startsWith('127.0.1.') ? 'a' : 'b'),
  };

  it('are by group and by zone; draining and initial targets are in neither', () => {
    const reports = [
      report('127.0.1.2', 'healthy'),
      report('127.0.1.3', 'unhealthy'),
      report('127.0.2.2', 'healthy'),
      report('127.0.2.3', 'draining'),
      report('127.0.2.4', 'initial'),
    ];
    const values = hostCounts(DAY_START, reports, placement).map(({ key, sample }) => [
      key.name,
      key.dimensions['AvailabilityZone'],
      sample.sum,
    ]);
    expect(values).toEqual([
      ['HealthyHostCount', undefined, 2],
      ['UnHealthyHostCount', undefined, 1],
      ['HealthyHostCount', 'a', 1],
      ['UnHealthyHostCount', 'a', 1],
      ['HealthyHostCount', 'b', 1],
      ['UnHealthyHostCount', 'b', 0],
    ]);
  });

  it('say 0 for a group whose targets are all gone but draining', () => {
    const [healthy] = hostCounts(DAY_START, [report('127.0.1.2', 'draining')], placement);
    expect(healthy?.sample).toMatchObject({ count: 1, sum: 0, minimum: 0, maximum: 0 });
    expect(healthy?.key.dimensions).toEqual({ LoadBalancer: 'app/web/1', TargetGroup: 'targetgroup/blue/2' });
  });
});
