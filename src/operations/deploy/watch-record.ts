/** A watch as evidence keeps it: its criteria, and the counters behind it as series. */

import type { Objective } from '../../platform/model.ts';
import { WATCH_PATIENCE } from '../../platform/schema/common.ts';
import type { WatchRecord } from '../../report/evidence.ts';
import type { Recorder } from '../recorder.ts';
import { type Block, WATCH_ALPHA, type WatchResult } from './watch.ts';
import type { WatchTiming } from './watch-timing.ts';

const SERIES: WatchRecord['series'] = {
  requests: 'requests to the candidate',
  answered: 'answers of the candidate',
  serverErrors: 'server errors of the candidate',
  responseSeconds: 'response times of the candidate, summed',
};
const SOURCE = 'cloudwatch:GetMetricData, target group of the candidate';

/** Adds one period of the target group's counters to the record's series. */
export function recordBlock(recorder: Recorder, at: Date, block: Block): void {
  const series = (name: string, unit: string) => ({ name, unit, source: SOURCE });
  recorder.point(series(SERIES.requests, 'requests'), block.requests, at);
  recorder.point(series(SERIES.answered, 'requests'), block.answered, at);
  recorder.point(series(SERIES.serverErrors, 'requests'), block.serverErrors, at);
  recorder.point(series(SERIES.responseSeconds, 's'), block.responseSeconds, at);
}

/** What is needed to judge the watch again. */
export function describeWatch(
  plan: { readonly objective: Objective; readonly timing: WatchTiming; readonly since: Date },
  result: WatchResult,
): WatchRecord {
  const { objective, timing } = plan;
  return {
    objective: objective.name,
    target: objective.target,
    budget: {
      numerator: objective.budget.numerator.toString(),
      denominator: objective.budget.denominator.toString(),
    },
    alpha: WATCH_ALPHA,
    looks: result.looks,
    seconds: timing.seconds,
    patience: WATCH_PATIENCE,
    periodSeconds: timing.periodSeconds,
    countsAtEnd: timing.countsAtEnd,
    since: plan.since.toISOString(),
    until: result.until.toISOString(),
    requests: result.requests,
    failed: result.errors,
    lower: result.lower,
    upper: result.upper,
    decision: result.verdict,
    series: SERIES,
  };
}
