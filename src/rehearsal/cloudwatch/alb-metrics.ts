/**
 * CloudWatch metrics of a load balancer, from what the balancer counted.
 * Names, dimensions and reporting criteria: AWS, "CloudWatch metrics for your Application Load Balancer"
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html).
 *
 * How the counts reconcile, for one load balancer over any closed interval of seconds (Sum statistics, missing = 0):
 *
 *   RequestCount   = HTTPCode_Target_2XX + _3XX + _4XX + _5XX + answers made by the load balancer after it had chosen a target
 *   client answers = RequestCount + answers made by the load balancer without a target
 *                  = HTTPCode_Target_2XX + _3XX + _4XX + _5XX + HTTPCode_ELB_4XX + HTTPCode_ELB_5XX
 *
 * So a 503 for want of targets is in HTTPCode_ELB_503_Count and not in RequestCount, and has no TargetGroup dimension: codes made by the
 * load balancer never have one. Answers of fixed-response rules count as made by the load balancer where their code is 4XX or 502 to 504,
 * else nowhere. A client that measures from outside sees in addition what never got an answer: refused connections, and requests
 * still in flight when it stops.
 *
 * Where this differs from AWS: points are of one second, not one minute; AvailabilityZone is the target's zone, as the rehearsal's
 * balancer is one node without a zone; Minimum and Maximum of TargetResponseTime are exact to 1 %.
 */
import { type Buckets, bucketValue } from '../../statistics/log-histogram.ts';
import type { TargetHealthReport, TrafficRow } from '../world/balancer/protocol.ts';
import type { MetricKey, Sample } from './metric-store.ts';

export const ALB_NAMESPACE = 'AWS/ApplicationELB';

export interface MetricRecord {
  readonly key: MetricKey;
  readonly sample: Sample;
}

type Dimensions = Readonly<Record<string, string>>;

/** Counts that AWS reports by target group as well as by load balancer, and only when they are not zero. */
const TARGET_COUNTS: Readonly<Record<string, (row: TrafficRow) => number>> = {
  RequestCount: chosenRequests,
  HTTPCode_Target_2XX_Count: (row) => row.target2xx,
  HTTPCode_Target_3XX_Count: (row) => row.target3xx,
  HTTPCode_Target_4XX_Count: (row) => row.target4xx,
  HTTPCode_Target_5XX_Count: (row) => row.target5xx,
  TargetConnectionErrorCount: (row) => row.connectionErrors,
};

/** Counts of answers that the load balancer made itself: no TargetGroup dimension. 460 (client closed) is one of its 4XX codes. */
const BALANCER_COUNTS: Readonly<Record<string, (row: TrafficRow) => number>> = {
  HTTPCode_ELB_4XX_Count: (row) => row.elb4xx + row.clientClosed,
  HTTPCode_ELB_5XX_Count: (row) => row.elb502 + row.elb503 + row.elb504,
  HTTPCode_ELB_502_Count: (row) => row.elb502,
  HTTPCode_ELB_503_Count: (row) => row.elb503,
  HTTPCode_ELB_504_Count: (row) => row.elb504,
};

/**
 * The metrics of one epoch second's traffic rows. Counts come as AWS gives them: Sum is the count, Minimum, Maximum and Average are 1,
 * and nothing is reported for zero. Only RequestCount has a point of 0, by load balancer, when there were answers but no target was chosen.
 * `targets` holds the number of healthy targets by TargetGroup dimension; RequestCountPerTarget is left out where it is not known.
 */
export function trafficMetrics(
  second: number,
  rows: readonly TrafficRow[],
  targets: ReadonlyMap<string, number> = new Map(),
): MetricRecord[] {
  const at = new Date(second * 1000);
  return [...rows.flatMap((row) => rowMetrics(at, row, targets)), ...idleRequestCounts(at, rows)];
}

/** Rows without a target group hold requests for which no target was chosen. */
function chosenRequests(row: TrafficRow): number {
  return row.targetGroup === null ? 0 : row.requests;
}

function rowMetrics(at: Date, row: TrafficRow, targets: ReadonlyMap<string, number>): MetricRecord[] {
  const records: MetricRecord[] = [];
  for (const [name, countOf] of Object.entries(TARGET_COUNTS)) {
    records.push(...countRecords(at, name, countOf(row), targetDimensions(row)));
  }
  for (const [name, countOf] of Object.entries(BALANCER_COUNTS)) {
    records.push(...countRecords(at, name, countOf(row), balancerDimensions(row)));
  }
  if (row.targetGroup !== null) {
    const byGroup = groupDimensions(row.loadBalancer, row.targetGroup, row.zone);
    records.push(...countRecords(at, 'UnhealthyRoutingRequestCount', row.failOpenRequests, byGroup));
    records.push(...perTargetRecords(at, row, row.targetGroup, targets));
  }
  return [...records, ...responseTimeRecords(at, row)];
}

function idleRequestCounts(at: Date, rows: readonly TrafficRow[]): MetricRecord[] {
  const busy = new Set(rows.filter((row) => chosenRequests(row) > 0).map((row) => row.loadBalancer));
  const idle = new Set(rows.map((row) => row.loadBalancer).filter((name) => !busy.has(name)));
  return [...idle].map((LoadBalancer) => record('RequestCount', { LoadBalancer }, gauge(at, 0)));
}

function countRecords(at: Date, name: string, count: number, dimensionSets: readonly Dimensions[]): MetricRecord[] {
  const sample: Sample = { at, unit: 'Count', count, sum: count, minimum: 1, maximum: 1 };
  return count === 0 ? [] : dimensionSets.map((dimensions) => record(name, dimensions, sample));
}

/** AWS: the average number of requests that each target received; only Sum is meaningful. */
function perTargetRecords(at: Date, row: TrafficRow, group: string, targets: ReadonlyMap<string, number>) {
  const count = targets.get(group) ?? 0;
  if (count === 0 || row.requests === 0) {
    return [];
  }
  const sample = gauge(at, row.requests / count);
  return [{ TargetGroup: group }, { LoadBalancer: row.loadBalancer, TargetGroup: group }].map((dimensions) =>
    record('RequestCountPerTarget', dimensions, sample),
  );
}

function responseTimeRecords(at: Date, row: TrafficRow): MetricRecord[] {
  const buckets: Buckets = new Map(row.responseTime);
  const indexes = [...buckets.keys()];
  const count = [...buckets.values()].reduce((sum, part) => sum + part, 0);
  if (count === 0) {
    return [];
  }
  const sample: Sample = {
    at,
    unit: 'Seconds',
    count,
    sum: row.responseTimeSum,
    minimum: bucketValue(Math.min(...indexes)),
    maximum: bucketValue(Math.max(...indexes)),
    buckets,
  };
  return targetDimensions(row).map((dimensions) => record('TargetResponseTime', dimensions, sample));
}

function balancerDimensions({ loadBalancer, zone }: TrafficRow): Dimensions[] {
  const whole = { LoadBalancer: loadBalancer };
  return zone === null ? [whole] : [whole, { AvailabilityZone: zone, LoadBalancer: loadBalancer }];
}

function targetDimensions(row: TrafficRow): Dimensions[] {
  const { loadBalancer, targetGroup, zone } = row;
  const byGroup = targetGroup === null ? [] : groupDimensions(loadBalancer, targetGroup, zone);
  return [...balancerDimensions(row), ...byGroup];
}

function groupDimensions(LoadBalancer: string, TargetGroup: string, zone: string | null): Dimensions[] {
  const whole = { LoadBalancer, TargetGroup };
  return zone === null ? [whole] : [whole, { AvailabilityZone: zone, LoadBalancer, TargetGroup }];
}

function record(name: string, dimensions: Dimensions, sample: Sample): MetricRecord {
  return { key: { namespace: ALB_NAMESPACE, name, dimensions }, sample };
}

function gauge(at: Date, value: number): Sample {
  return { at, unit: 'Count', count: 1, sum: value, minimum: value, maximum: value };
}

/** What a health report does not say of a target. */
export interface TargetPlacement {
  /** LoadBalancer dimensions (`app/<name>/<id>`) of the load balancers that route to the target group. */
  loadBalancersOf(targetGroupArn: string): readonly string[];
  /** The zone of a target; undefined where it is not known. */
  zoneOf(host: string, port: number): string | undefined;
}

/**
 * HealthyHostCount and UnHealthyHostCount at an epoch second, from the state of every target then, by target group and by zone.
 * Only `healthy` counts as healthy and only `unhealthy` as unhealthy: a deregistered (`draining`) target lowers the first and does not
 * raise the second. Each call is one reading; Average, Minimum and Maximum over a period are those of its readings.
 */
export function hostCounts(
  second: number,
  reports: readonly TargetHealthReport[],
  placement: TargetPlacement,
): MetricRecord[] {
  const at = new Date(second * 1000);
  const counts = new Map<string, { dimensions: Dimensions; healthy: number; unhealthy: number }>();
  for (const report of reports) {
    const zone = placement.zoneOf(report.host, report.port) ?? null;
    for (const loadBalancer of placement.loadBalancersOf(report.targetGroupArn)) {
      for (const dimensions of groupDimensions(loadBalancer, targetGroupDimension(report.targetGroupArn), zone)) {
        const id = JSON.stringify(dimensions);
        const count = counts.get(id) ?? { dimensions, healthy: 0, unhealthy: 0 };
        counts.set(id, count);
        count.healthy += report.state === 'healthy' ? 1 : 0;
        count.unhealthy += report.state === 'unhealthy' ? 1 : 0;
      }
    }
  }
  return [...counts.values()].flatMap(({ dimensions, healthy, unhealthy }) => [
    record('HealthyHostCount', dimensions, gauge(at, healthy)),
    record('UnHealthyHostCount', dimensions, gauge(at, unhealthy)),
  ]);
}

/** The number of healthy targets by TargetGroup dimension, for RequestCountPerTarget. */
export function healthyTargets(reports: readonly TargetHealthReport[]): ReadonlyMap<string, number> {
  const healthy = new Map<string, number>();
  for (const { targetGroupArn, state } of reports) {
    const group = targetGroupDimension(targetGroupArn);
    healthy.set(group, (healthy.get(group) ?? 0) + (state === 'healthy' ? 1 : 0));
  }
  return healthy;
}

/** `targetgroup/<name>/<id>`, the last part of the ARN. */
function targetGroupDimension(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
