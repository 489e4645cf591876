/**
 * An alarm's StateReason and StateReasonData in CloudWatch's own words and shape, which scripts and people read.
 * AWS does not document the wording; it follows alarms as AWS delivers them.
 */
import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { type AlarmDefinition, breaches, type Comparison } from './definition.ts';

/** One period of the evaluation range; `value` is undefined when it is missing. */
export interface Datapoint {
  /** Epoch seconds. */
  readonly at: number;
  readonly value: number | undefined;
  readonly sampleCount: number | undefined;
}

const COMPARED: Readonly<Record<Comparison, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};
/** Above this many datapoints, AWS lists only the most recent ones. */
const LISTED = 5;

/** The datapoints that were evaluated, newest first: the latest N existing ones, or all existing ones and the latest missing ones. */
export function evaluatedDatapoints(range: readonly Datapoint[], evaluationPeriods: number): readonly Datapoint[] {
  const newestFirst = [...range].reverse();
  const existing = newestFirst.filter(({ value }) => value !== undefined).slice(0, evaluationPeriods);
  const missing = newestFirst.filter(({ value }) => value === undefined).slice(0, evaluationPeriods - existing.length);
  return [...existing, ...missing].sort((a, b) => b.at - a.at);
}

/** The sentence for people. `evaluated` is newest first. */
export function stateReason(state: StateValue, alarm: AlarmDefinition, evaluated: readonly Datapoint[]): string {
  const existing = evaluated.filter(({ value }) => value !== undefined);
  const missing = evaluated.length - existing.length;
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${counted(evaluated.length)} ${were(evaluated.length)} unknown.`;
  }
  const treated = alarm.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  const filled = alarm.treatMissingData === 'breaching' || alarm.treatMissingData === 'notBreaching';
  if (existing.length === 0) {
    const periods = `${missing} period${missing === 1 ? '' : 's'}`;
    return `Threshold Crossed: no datapoints were received for ${periods} and ${treatedAs(missing, treated)}.`;
  }
  const also = missing > 0 && filled ? ` and ${treatedAs(missing, treated)}` : '';
  return `Threshold Crossed: ${crossed(state, alarm, existing)}${also}.`;
}

function crossed(state: StateValue, alarm: AlarmDefinition, existing: readonly Datapoint[]): string {
  const alarming = state === 'ALARM';
  const shown = existing.filter(({ value }) => breaches(alarm.comparison, value ?? 0, alarm.threshold) === alarming);
  const points = shown.length > 0 ? shown : existing;
  const listed = `[${points.slice(0, LISTED).map(datapoint).join(', ')}]`;
  const mOfN = alarm.input.DatapointsToAlarm !== undefined;
  const subject = mOfN ? `${points.length} out of the last ${existing.length} datapoints` : counted(points.length);
  const verb = `${were(points.length)} ${alarming ? '' : 'not '}${COMPARED[alarm.comparison]} the threshold (${decimal(alarm.threshold)})`;
  const text =
    points.length > LISTED
      ? `${subject} ${verb}. The most recent datapoints which crossed the threshold: ${listed}`
      : `${subject} ${listed} ${verb}`;
  return mOfN ? `${text} (${transition(alarming, alarm)})` : text;
}

function transition(alarming: boolean, alarm: AlarmDefinition): string {
  const least = alarming ? alarm.datapointsToAlarm : alarm.evaluationPeriods - alarm.datapointsToAlarm + 1;
  return `minimum ${counted(least)} for ${alarming ? 'OK -> ALARM' : 'ALARM -> OK'} transition`;
}

/** The same as JSON, with `recentDatapoints` oldest first and `evaluatedDatapoints` newest first. `period` is the one that was evaluated. */
export function stateReasonData(
  alarm: AlarmDefinition,
  evaluated: readonly Datapoint[],
  period: number,
  queried: Date,
): string {
  const existing = evaluated.filter(({ value }) => value !== undefined);
  const oldest = existing.at(-1);
  return JSON.stringify({
    version: '1.0',
    queryDate: timestamp(queried),
    startDate: oldest && timestamp(new Date(oldest.at * 1000)),
    statistic: alarm.input.Statistic ?? alarm.input.ExtendedStatistic,
    period,
    recentDatapoints: existing.map(({ value }) => value).reverse(),
    threshold: alarm.threshold,
    evaluatedDatapoints: evaluated.map(({ at, value, sampleCount }) => ({
      timestamp: timestamp(new Date(at * 1000)),
      sampleCount,
      value,
    })),
  });
}

const counted = (count: number) => `${count} datapoint${count === 1 ? '' : 's'}`;
const were = (count: number) => (count === 1 ? 'was' : 'were');
const treatedAs = (count: number, as: string) =>
  `${count} missing datapoint${count === 1 ? '' : 's'} ${were(count)} treated as [${as}]`;

/** `1.0 (15/05/25 15:29:00)`. */
function datapoint({ at, value }: Datapoint): string {
  const [date = '', time = ''] = new Date(at * 1000).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${decimal(value ?? 0)} (${day}/${month}/${year.slice(2)} ${time.slice(0, 8)})`;
}

const decimal = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
const timestamp = (date: Date) => date.toISOString().replace('Z', '+0000');
