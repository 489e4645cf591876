/** One evaluation of one alarm: reads the recent periods and decides. Pure but for reading the store. */
import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { floorTo, type MetricStore } from '../metric-store.ts';
import { runQueries, seriesOf } from '../queries.ts';
import { type AlarmDefinition, breaches } from './definition.ts';
import { decide, evaluationRange } from './missing-data.ts';
import { type Datapoint, evaluatedDatapoints, stateReason, stateReasonData } from './reason.ts';

/** The state that the data gives, with AWS's explanation of it. */
export interface Verdict {
  readonly state: StateValue;
  readonly reason: string;
  readonly reasonData: string;
}

/**
 * Evaluates the alarm over the periods of `period` seconds that end at or before `until` (epoch seconds).
 * Undefined when the alarm keeps its state: missing data that it ignores, or too few samples for its percentile.
 */
export function evaluateAlarm(
  alarm: AlarmDefinition,
  store: MetricStore,
  period: number,
  until: number,
  now: Date,
): Verdict | undefined {
  const end = floorTo(until, period);
  const start = end - evaluationRange(alarm.evaluationPeriods) * period;
  const range = datapoints(alarm, store, { start, end, period });
  const evaluated = evaluatedDatapoints(range, alarm.evaluationPeriods);
  const samples = evaluated.reduce((sum, { sampleCount }) => sum + (sampleCount ?? 0), 0);
  if (samples > 0 && samples < alarm.samplesNeeded) {
    return undefined;
  }
  const state = decide(
    range.map(({ value }) => {
      if (value === undefined) {
        return 'missing';
      }
      return breaches(alarm.comparison, value, alarm.threshold) ? 'breaching' : 'ok';
    }),
    alarm,
  );
  return (
    state && {
      state,
      reason: stateReason(state, alarm, evaluated),
      reasonData: stateReasonData(alarm, evaluated, period, now),
    }
  );
}

/** The alarm's metric over `range`, one point for each period, oldest first. */
export function datapoints(
  alarm: AlarmDefinition,
  store: MetricStore,
  range: { readonly start: number; readonly end: number; readonly period: number },
): readonly Datapoint[] {
  const watched = runQueries(alarm.queries, store, { ...range, now: range.end }).find(
    ({ query }) => query.id === alarm.watched,
  );
  const [series, another] = watched === undefined ? [] : seriesOf(watched);
  if (watched === undefined || series === undefined || another !== undefined) {
    throw new Error(`the alarm ${alarm.name} does not watch exactly one series`);
  }
  const { query } = watched;
  const aggregates = query.kind === 'metric' ? store.read(query.key, range, query.unit) : undefined;
  const points: Datapoint[] = [];
  for (let at = range.start; at < range.end; at += range.period) {
    points.push({ at, value: series.series.get(at), sampleCount: aggregates?.get(at)?.count });
  }
  return points;
}
