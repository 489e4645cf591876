/** How long a watch takes, and how the clock of the metrics it reads ticks. Pure. */
import type { DeploySettings } from '../../../platform/model/deploy.ts';
import { METRICS_LAG_SECONDS, WATCH_PATIENCE } from '../../../platform/schema/common.ts';

export interface WatchTiming {
  /** What must be covered by closed periods. */
  readonly seconds: number;
  /** Length of CloudWatch's periods, and how long after its end a period is taken as complete. */
  readonly periodSeconds: number;
  readonly lagSeconds: number;
  /** True where a request counts when it has ended, together with its answer. */
  readonly countsAtEnd: boolean;
}

/** A watch shorter than this would see next to nothing even of a fast rehearsal. */
const SHORTEST_REHEARSED = 10;

/**
 * AWS publishes ALB metrics by the minute, up to a few minutes late (AWS: CloudWatch metrics for your Application Load Balancer); when
 * within its time a request counts is not documented. The rehearsal platform counts by the second, when a request has ended; there the
 * speed shortens a watch as it shortens a bake.
 */
export function watchTiming(seconds: number, rehearsalSpeed: number | undefined): WatchTiming {
  return rehearsalSpeed === undefined
    ? { seconds, periodSeconds: 60, lagSeconds: METRICS_LAG_SECONDS - 60, countsAtEnd: false }
    : {
        seconds: Math.max(SHORTEST_REHEARSED, seconds / rehearsalSpeed),
        periodSeconds: 1,
        lagSeconds: 2,
        countsAtEnd: true,
      };
}

/** The longest that a watch may keep a pause waiting; 0 without a watch. */
export function longestWatch(watch: DeploySettings['watch'], rehearsalSpeed: number | undefined): number {
  if (watch === undefined) {
    return 0;
  }
  const timing = watchTiming(watch.seconds, rehearsalSpeed);
  return timing.seconds * WATCH_PATIENCE + timing.lagSeconds + timing.periodSeconds;
}
