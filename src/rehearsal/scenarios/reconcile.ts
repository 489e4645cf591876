/**
 * Two independent counts of the same traffic: k6's and the balancer's, the latter read back through CloudWatch as a user would.
 * Every request that left k6 or the smoke check either got a target chosen (RequestCount) or was answered by the balancer alone, which
 * in a rehearsal is only the 503 of an empty target group (an ELB-made answer without a target is not in RequestCount):
 * k6 sent + smoke requests = RequestCount + HTTPCode_ELB_503_Count.
 */
import type { GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import { dimensionOf } from '../../aws/load-balancer-names.ts';
import type { Check, LoadRecord } from '../../report/evidence.ts';
import type { Rehearsal } from '../platform.ts';
import type { Observation } from './scenario.ts';

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

/** What k6 began within so many seconds of its stop may never have left it. */
const UNSENT_SECONDS = 0.05;

/** The equation, with its numbers. Where k6 was stopped, what it had just begun need not have come to the balancer. Pure. */
export function metricsReconcile({ operation, load, balancer }: Observation): Check {
  const sent = load.totals.planned - load.totals.dropped;
  const smoke = operation.measurements.find((measurement) => measurement.indicator === 'smoke requests')?.value ?? 0;
  const missing = sent + smoke - balancer.requestCount - balancer.elb503;
  const unsent = Math.min(load.totals.interrupted, Math.ceil(load.rate * UNSENT_SECONDS));
  const holds = missing >= 0 && missing <= unsent;
  return {
    name: 'CloudWatch agrees with k6',
    verdict: holds ? 'pass' : 'fail',
    expected: `k6 sent + smoke requests = RequestCount + HTTPCode_ELB_503_Count${unsent > 0 ? `, but for ${unsent} at most that k6 had just begun when it was stopped` : ''}`,
    observed: `${sent} + ${smoke} ${missing === 0 ? '=' : '≠'} ${balancer.requestCount} + ${balancer.elb503}`,
  };
}

/**
 * Answer by answer, where nothing but the load came through the balancer. Of the requests that k6 cut off when it was stopped the
 * balancer has logged some as answered and the others as left by the client (460, in HTTPCode_ELB_4XX_Count): exactly so many. Pure.
 */
export function answersReconcile({ load, balancer }: Observation): Check {
  const failed = (hundred: number) => load.bins.reduce((sum, bin) => sum + failuresOf(bin.failed, hundred), 0);
  const unanswered = load.totals.failed - failed(4) - failed(5);
  const ours = [load.totals.ok, failed(4), failed(5)];
  const theirs = [balancer.target2xx + balancer.target3xx, balancer.target4xx, balancer.target5xx];
  const { elb4xx, elb503 } = balancer;
  const beyond = theirs.map((count, index) => count - (ours[index] ?? 0));
  const explained = beyond.reduce((sum, count) => sum + count, elb4xx) === load.totals.interrupted;
  const holds = explained && beyond.every((count) => count >= 0) && unanswered === 0 && elb503 === 0;
  return {
    name: "the balancer's log agrees with k6, answer by answer",
    verdict: holds ? 'pass' : 'fail',
    expected: `the balancer logged ${theirs[0]} good answers, ${theirs[1]} of 4xx, ${theirs[2]} of 5xx, ${elb503} of its own, ${elb4xx} left by k6`,
    observed: `k6 counted ${ours[0]}, ${ours[1]}, ${ours[2]}, ${unanswered} without an answer, and ${load.totals.interrupted} cut off when it was stopped`,
  };
}

function failuresOf(failed: LoadRecord['bins'][number]['failed'], hundred: number): number {
  return Object.entries(failed).reduce(
    (sum, [kind, count]) => sum + (kind.startsWith(`http-${hundred}`) ? count : 0),
    0,
  );
}
