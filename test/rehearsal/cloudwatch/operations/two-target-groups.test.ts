import type { GetMetricDataOutput, GetMetricStatisticsOutput } from '@aws-sdk/client-cloudwatch';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf, DAY_START, trafficRow } from '../fixtures.ts';
import { at, BLUE, GREEN, LB, metric, open } from './opened.ts';

const GREEN_ROW = { targetGroup: GREEN.TargetGroup };

describe('metrics of two target groups', () => {
  it('counts around a threshold so that counts add up: over seconds, both sides, and target groups', async () => {
    // Times crowd around the threshold, where it matters which side of it they are counted on.
    const times = fc.array(fc.double({ min: 0.27, max: 0.33, noNaN: true }), { minLength: 1, maxLength: 8 });
    const seconds = fc.array(fc.record({ old: times, next: times }), { minLength: 1, maxLength: 20 });
    const threshold = fc.constantFrom('0.3', '0.295', '0.3071');
    await fc.assert(
      fc.asyncProperty(seconds, threshold, async (rows, bound) => {
        const fresh = open();
        rows.forEach(({ old, next }, second) => {
          fresh.cloudwatch.recordTraffic(DAY_START + second, [
            trafficRow({ requests: old.length, responseTime: [...bucketsOf(old)] }),
            trafficRow({ ...GREEN_ROW, requests: next.length, responseTime: [...bucketsOf(next)] }),
          ]);
        });
        const points = async (dimensions: Readonly<Record<string, string>>, statistic: string, Period: number) => {
          const output = await fresh.perform<GetMetricStatisticsOutput>('GetMetricStatistics', {
            ...metric('TargetResponseTime', dimensions),
            StartTime: at(0),
            EndTime: at(60),
            Period,
            ExtendedStatistics: [statistic],
          });
          return (output.Datapoints ?? []).map((point) => point.ExtendedStatistics?.[statistic] ?? Number.NaN);
        };
        const total = async (dimensions: Readonly<Record<string, string>>, statistic: string, period: number) =>
          (await points(dimensions, statistic, period)).reduce((sum, value) => sum + value, 0);
        for (const [dimensions, all] of [
          [BLUE, rows.flatMap(({ old }) => old)],
          [GREEN, rows.flatMap(({ next }) => next)],
          [LB, rows.flatMap(({ old, next }) => [...old, ...next])],
        ] as const) {
          const [fast, slow] = [
            await total(dimensions, `TC(:${bound})`, 60),
            await total(dimensions, `TC(${bound}:)`, 60),
          ];
          expect(fast + slow).toBe(all.length);
          expect(await points(dimensions, `PR(:${bound})`, 60)).toEqual([(100 * fast) / all.length]);
          for (const period of [1, 5, 10]) {
            expect(await total(dimensions, `TC(:${bound})`, period)).toBe(fast);
          }
          const certain = (limit: number) => all.filter((time) => time <= limit).length;
          expect(fast).toBeGreaterThanOrEqual(certain(Number(bound) / 1.0101));
          expect(fast).toBeLessThanOrEqual(certain(Number(bound) * 1.0101));
        }
        const groups = (await total(BLUE, `TC(:${bound})`, 60)) + (await total(GREEN, `TC(:${bound})`, 60));
        expect(await total(LB, `TC(:${bound})`, 60)).toBe(groups);
      }),
      { numRuns: 30 },
    );
  });

  it('has, by target group, what a judge of two revisions reads, at a minute and below', async () => {
    const fresh = open();
    fresh.cloudwatch.recordHosts(
      DAY_START,
      [1, 2].map((port) => ({
        targetGroupArn: `arn:aws:elasticloadbalancing:ca-central-1:000000000000:${GREEN.TargetGroup}`,
        host: '127.0.0.1',
        port,
        state: 'healthy',
      })),
      { loadBalancersOf: () => [LB.LoadBalancer], zoneOf: () => undefined },
    );
    for (let second = 0; second < 60; second++) {
      fresh.cloudwatch.recordTraffic(DAY_START + second, [
        trafficRow({ requests: 9, target2xx: 9 }),
        trafficRow({ ...GREEN_ROW, requests: 4, target2xx: 1, target5xx: 2, elb502: 1, connectionErrors: 1 }),
      ]);
    }
    const sums = async (name: string, dimensions: Readonly<Record<string, string>>, Period: number) => {
      const stat = { Metric: metric(name, dimensions), Stat: 'Sum', Period };
      const { MetricDataResults } = await fresh.perform<GetMetricDataOutput>('GetMetricData', {
        StartTime: at(0),
        EndTime: at(60),
        MetricDataQueries: [{ Id: 'm', MetricStat: stat }],
      });
      return MetricDataResults?.[0]?.Values ?? [];
    };
    for (const period of [1, 5, 10, 60]) {
      const every = (count: number) => Array(60 / period).fill(count * period);
      expect(await sums('RequestCount', BLUE, period)).toEqual(every(9));
      expect(await sums('RequestCount', GREEN, period)).toEqual(every(4));
      expect(await sums('RequestCountPerTarget', GREEN, period)).toEqual(every(2));
      expect(await sums('HTTPCode_Target_5XX_Count', GREEN, period)).toEqual(every(2));
      expect(await sums('TargetConnectionErrorCount', GREEN, period)).toEqual(every(1));
      // Nothing is reported for zero, and what the balancer answered itself belongs to no group.
      expect(await sums('HTTPCode_Target_5XX_Count', BLUE, period)).toEqual([]);
      expect(await sums('HTTPCode_ELB_502_Count', GREEN, period)).toEqual([]);
    }
  });
});
