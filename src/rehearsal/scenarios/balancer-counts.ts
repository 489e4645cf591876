/** The balancer's own counts of a rehearsal, read through CloudWatch as a user would. */
import type { GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import { dimensionOf } from '../../aws/elbv2/load-balancer-names.ts';
import type { Rehearsal } from '../platform.ts';

/** Counters of the balancer by the names that CloudWatch has for them. */
const COUNTERS = {
  requestCount: 'RequestCount',
  elb4xx: 'HTTPCode_ELB_4XX_Count',
  elb503: 'HTTPCode_ELB_503_Count',
  target2xx: 'HTTPCode_Target_2XX_Count',
  target3xx: 'HTTPCode_Target_3XX_Count',
  target4xx: 'HTTPCode_Target_4XX_Count',
  target5xx: 'HTTPCode_Target_5XX_Count',
} as const;

export type BalancerCounts = Readonly<Record<keyof typeof COUNTERS, number>>;

/** A value of each second in which the balancer had one, by seconds since 1970. */
export type BySecond = ReadonlyMap<number, number>;

/** Sums of the load balancer's counters since `start`. */
export async function readBalancerCounts(rehearsal: Rehearsal, start: Date, end: Date): Promise<BalancerCounts> {
  const Dimensions = [{ Name: 'LoadBalancer', Value: dimensionOf(rehearsal.loadBalancerArn) }];
  const answer = await rehearsal.wire.call<GetMetricDataCommandOutput>('cloudwatch', 'GetMetricData', {
    MetricDataQueries: Object.entries(COUNTERS).map(([Id, MetricName]) => ({
      Id,
      MetricStat: { Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions }, Period: 60, Stat: 'Sum' },
    })),
    StartTime: new Date(Math.floor(start.getTime() / 60_000) * 60_000),
    EndTime: new Date(Math.ceil(end.getTime() / 60_000 + 1) * 60_000),
  });
  const total = (id: keyof typeof COUNTERS) =>
    answer.MetricDataResults?.find((result) => result.Id === id)?.Values?.reduce((sum, value) => sum + value, 0) ?? 0;
  return {
    requestCount: total('requestCount'),
    elb4xx: total('elb4xx'),
    elb503: total('elb503'),
    target2xx: total('target2xx'),
    target3xx: total('target3xx'),
    target4xx: total('target4xx'),
    target5xx: total('target5xx'),
  };
}

/** One metric of the load balancer second by second; with `targetGroup` (an ARN), of that group. */
export async function readBalancerSeconds(
  rehearsal: Rehearsal,
  metric: { readonly name: string; readonly statistic: 'Sum' | 'Maximum'; readonly targetGroup?: string },
  [start, end]: readonly [Date, Date],
): Promise<BySecond> {
  const Dimensions = [
    { Name: 'LoadBalancer', Value: dimensionOf(rehearsal.loadBalancerArn) },
    ...(metric.targetGroup === undefined ? [] : [{ Name: 'TargetGroup', Value: dimensionOf(metric.targetGroup) }]),
  ];
  const Metric = { Namespace: 'AWS/ApplicationELB', MetricName: metric.name, Dimensions };
  const answer = await rehearsal.wire.call<GetMetricDataCommandOutput>('cloudwatch', 'GetMetricData', {
    MetricDataQueries: [{ Id: 'each', MetricStat: { Metric, Period: 1, Stat: metric.statistic } }],
    StartTime: start,
    EndTime: end,
    ScanBy: 'TimestampAscending',
  });
  const { Timestamps = [], Values = [] } = answer.MetricDataResults?.[0] ?? {};
  return new Map(Timestamps.map((at, index) => [new Date(at).getTime() / 1000, Values[index] ?? 0]));
}
