/** The one way metrics get in: from the balancer's traffic rows, from the ECS scheduler, or by PutMetricData. */
import type { Buckets } from '../../statistics/log-histogram.ts';

export interface MetricKey {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One second's (or one datum's) contribution. `buckets` makes percentiles possible; without it only the moments are known. */
export interface Sample {
  readonly at: Date;
  readonly unit: string;
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly buckets?: Buckets;
}

export interface MetricSink {
  record(key: MetricKey, sample: Sample): void;
}
