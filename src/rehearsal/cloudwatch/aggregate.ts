/** What is known of the values of one metric in one stretch of time: CloudWatch's statistic set plus, where possible, their distribution. */
import { addToBuckets, type Buckets, mergeBuckets } from '../../statistics/log-histogram.ts';

export interface Aggregate {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** Set only when the values differ and their distribution is known; equal values need none. */
  buckets: Buckets | undefined;
  /** False once values came in as a mere statistic set, from which no percentile can be had. */
  distributed: boolean;
}

/** The parts of a sample that count; `MetricSink`'s samples and PutMetricData's both have them. */
export interface Contribution {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly buckets?: Buckets;
}

/** One contribution as an aggregate of its own; the contribution's buckets are copied. */
export function aggregateOf(from: Contribution): Aggregate {
  const equal = from.minimum === from.maximum;
  return {
    count: from.count,
    sum: from.sum,
    minimum: from.minimum,
    maximum: from.maximum,
    buckets: equal || from.buckets === undefined ? undefined : new Map(from.buckets),
    distributed: equal || from.buckets !== undefined,
  };
}

/** A copy that may be merged into. */
export function copyAggregate(aggregate: Aggregate): Aggregate {
  return { ...aggregate, buckets: aggregate.buckets && new Map(aggregate.buckets) };
}

/** Adds `from` to `into`, exactly for count, sum, minimum and maximum. `from` stays as it is. */
export function mergeAggregate(into: Aggregate, from: Aggregate): void {
  mergeDistribution(into, from);
  into.count += from.count;
  into.sum += from.sum;
  into.minimum = Math.min(into.minimum, from.minimum);
  into.maximum = Math.max(into.maximum, from.maximum);
}

function mergeDistribution(into: Aggregate, from: Aggregate): void {
  const allEqual = into.minimum === into.maximum && from.minimum === from.maximum && into.minimum === from.minimum;
  if (allEqual || !into.distributed) {
    return;
  }
  const other = distribution(from);
  if (other === undefined) {
    into.distributed = false;
    into.buckets = undefined;
    return;
  }
  into.buckets ??= distribution(into) ?? new Map();
  mergeBuckets(into.buckets, other);
}

/**
 * The values as buckets; undefined when only their moments are known, or when one is negative
 * (AWS, "CloudWatch statistics definitions": percentiles need raw data points, none of them negative).
 */
export function distribution(aggregate: Aggregate): Buckets | undefined {
  if (!aggregate.distributed || aggregate.minimum < 0) {
    return undefined;
  }
  if (aggregate.buckets !== undefined) {
    return aggregate.buckets;
  }
  const buckets: Buckets = new Map();
  addToBuckets(buckets, aggregate.minimum, aggregate.count);
  return buckets;
}
