/** From the counters of the two target groups to the blocks that the judge compares. Pure. */
import type { MetricPoints } from '../../../aws/cloudwatch/cloudwatch.ts';
import type { ArmCounts, Block } from '../../../statistics/judge.ts';

/** Counters of one target group by name, each with its values by period start. */
export type ArmPoints = Readonly<Record<Counter, MetricPoints>>;

/** `slow` is the trimmed count of TargetResponseTime above the threshold; empty where no latency is judged. */
export type Counter = 'requests' | 'answered' | 'serverErrors' | 'connectionErrors' | 'slow';

export interface Reading {
  /** True where a request counts when it has ended, together with its answer: what then has no answer has failed. */
  readonly countsAtEnd: boolean;
  /** Whether slow requests are judged. */
  readonly slow: boolean;
}

/** The block of the period that starts at `second`; undefined where neither group has a request count: that is no data, not zero. */
export function blockAt(
  second: number,
  baseline: ArmPoints,
  candidate: ArmPoints,
  reading: Reading,
): Block | undefined {
  const b = armAt(second, baseline, reading);
  const c = armAt(second, candidate, reading);
  return b === undefined && c === undefined
    ? undefined
    : { baseline: b ?? none(reading), candidate: c ?? none(reading) };
}

/**
 * What one group did in a period. The counters are sparse: one that is missing is zero, but only where there is a RequestCount. Failed
 * are server errors and requests that no connection to a target could be made for (the load balancer's own 502 to them has no target
 * group); in a rehearsal also what ended without any answer of a target.
 * Source: "CloudWatch metrics for your Application Load Balancer" (Elastic Load Balancing user guide)
 */
function armAt(second: number, points: ArmPoints, { countsAtEnd, slow }: Reading): ArmCounts | undefined {
  const requests = points.requests.get(second);
  if (requests === undefined) {
    return undefined;
  }
  const at = (name: Counter) => points[name].get(second) ?? 0;
  const unanswered = countsAtEnd ? requests - at('answered') : 0;
  const errors = Math.min(requests, at('serverErrors') + Math.max(at('connectionErrors'), unanswered));
  return slow ? { requests, errors, slow: Math.min(requests, at('slow')) } : { requests, errors };
}

function none({ slow }: Reading): ArmCounts {
  return slow ? { requests: 0, errors: 0, slow: 0 } : { requests: 0, errors: 0 };
}
