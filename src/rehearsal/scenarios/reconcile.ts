/**
 * Two independent counts of the same traffic: k6's and the balancer's, the latter read back through CloudWatch as a user would.
 * Every request that left k6 or the smoke check either got a target chosen (RequestCount) or was answered by the balancer alone, which
 * in a rehearsal is only the 503 of an empty target group (an ELB-made answer without a target is not in RequestCount):
 * k6 sent + smoke requests = RequestCount + HTTPCode_ELB_503_Count.
 */
import type { GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import { dimensionOf } from '../../aws/load-balancer-names.ts';
import type { Check } from '../../report/evidence.ts';
import type { Rehearsal } from '../platform.ts';
import type { Observation } from './scenario.ts';

export interface BalancerCounts {
  readonly requestCount: number;
  readonly elb503: number;
}

/** Sums of the load balancer's counters since `start`. */
export async function readBalancerCounts(rehearsal: Rehearsal, start: Date, end: Date): Promise<BalancerCounts> {
  const Dimensions = [{ Name: 'LoadBalancer', Value: dimensionOf(rehearsal.loadBalancerArn) }];
  const query = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions }, Period: 60, Stat: 'Sum' },
  });
  const answer = await rehearsal.wire.call<GetMetricDataCommandOutput>('cloudwatch', 'GetMetricData', {
    MetricDataQueries: [query('requests', 'RequestCount'), query('empty', 'HTTPCode_ELB_503_Count')],
    StartTime: new Date(Math.floor(start.getTime() / 60_000) * 60_000),
    EndTime: new Date(Math.ceil(end.getTime() / 60_000 + 1) * 60_000),
  });
  const total = (id: string) =>
    answer.MetricDataResults?.find((result) => result.Id === id)?.Values?.reduce((sum, value) => sum + value, 0) ?? 0;
  return { requestCount: total('requests'), elb503: total('empty') };
}

/** The equation, with its numbers. Pure. */
export function metricsReconcile(counts: BalancerCounts, { operation, load }: Observation): Check {
  const sent = load.totals.planned - load.totals.dropped;
  const smoke = operation.measurements.find((measurement) => measurement.indicator === 'smoke requests')?.value ?? 0;
  const holds = sent + smoke === counts.requestCount + counts.elb503;
  return {
    name: 'CloudWatch agrees with k6',
    verdict: holds ? 'pass' : 'fail',
    expected: 'k6 sent + smoke requests = RequestCount + HTTPCode_ELB_503_Count',
    observed: `${sent} + ${smoke} ${holds ? '=' : '≠'} ${counts.requestCount} + ${counts.elb503}`,
  };
}
