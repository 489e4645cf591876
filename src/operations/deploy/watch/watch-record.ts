/** A watch as evidence keeps it: its criteria, and the counters behind it as series. */

import { WATCH_PATIENCE } from '../../../platform/schema/common.ts';
import type { WatchRecord } from '../../../report/evidence.ts';
import type { Recorder } from '../../recorder.ts';
import {
  type Block,
  tightestAt,
  WATCH_ALPHA,
  WATCH_BETA,
  WATCH_CONFIDENCE,
  type WatchRequest,
  type WatchResult,
} from './watch.ts';

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
export function describeWatch({ objective, timing, since }: WatchRequest, result: WatchResult): WatchRecord {
  return {
    objective: objective.name,
    target: objective.target,
    budget: {
      numerator: objective.budget.numerator.toString(),
      denominator: objective.budget.denominator.toString(),
    },
    alpha: WATCH_ALPHA,
    beta: WATCH_BETA,
    tightestAt: tightestAt(objective.budget),
    seconds: timing.seconds,
    patience: WATCH_PATIENCE,
    periodSeconds: timing.periodSeconds,
    countsAtEnd: timing.countsAtEnd,
    since: since.toISOString(),
    until: result.until.toISOString(),
    requests: result.requests,
    failed: result.errors,
    logEAbove: result.logEAbove,
    logEBelow: result.logEBelow,
    lower: result.lower,
    upper: result.upper,
    confidence: WATCH_CONFIDENCE,
    decision: result.verdict,
    series: SERIES,
  };
}
