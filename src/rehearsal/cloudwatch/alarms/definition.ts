/** A checked alarm definition. Source: AWS, PutMetricAlarm (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html). */
import { type ComparisonOperator, type PutMetricAlarmInput, StandardUnit, Statistic } from '@aws-sdk/client-cloudwatch';
import { validationError } from '../errors.ts';
import { createMetricStore } from '../metric-store.ts';
import { isPeriod, PERIOD_RULE } from '../periods.ts';
import { planQueries, type Query, runQueries, seriesOf } from '../queries.ts';
import type { AlarmRule, MissingDataTreatment } from './missing-data.ts';

export type Comparison = Extract<
  ComparisonOperator,
  'GreaterThanOrEqualToThreshold' | 'GreaterThanThreshold' | 'LessThanThreshold' | 'LessThanOrEqualToThreshold'
>;

export interface AlarmDefinition extends AlarmRule {
  readonly name: string;
  /** The request as it came, for DescribeAlarms. */
  readonly input: PutMetricAlarmInput;
  /** A metric alarm has one metric query; a metric-math alarm has those of `Metrics`. */
  readonly queries: readonly Query[];
  /** The Id of the query that the alarm watches. */
  readonly watched: string;
  /** In seconds, as given: not shortened by the clock. */
  readonly period: number;
  readonly comparison: Comparison;
  readonly threshold: number;
  /** For a percentile alarm that ignores low sample counts: how many samples the evaluated periods must hold together. */
  readonly samplesNeeded: number;
}

const COMPARISONS: readonly Comparison[] = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
];
const TREATMENTS: readonly MissingDataTreatment[] = ['breaching', 'notBreaching', 'ignore', 'missing'];
/** AWS: a week, but a day where the period is less than an hour. */
const LONGEST_EVALUATION = 604_800;
const LONGEST_OF_MINUTES = 86_400;
const WATCHED = 'watched';

/** Checks a PutMetricAlarm request. Throws ValidationError that says which parameter is wrong and what it must be. */
export function defineAlarm(input: PutMetricAlarmInput): AlarmDefinition {
  const name = input.AlarmName ?? '';
  ensure(name.length >= 1 && name.length <= 255, 'AlarmName must have 1 to 255 characters.');
  const queries = input.Metrics === undefined ? [metricQuery(input)] : mathQueries(input);
  const watched = input.Metrics === undefined ? WATCHED : watchedId(queries);
  const [first] = queries;
  const period = first?.period ?? 0;
  const evaluationPeriods = wholeNumber('EvaluationPeriods', input.EvaluationPeriods);
  const datapointsToAlarm = wholeNumber('DatapointsToAlarm', input.DatapointsToAlarm ?? evaluationPeriods);
  ensure(
    datapointsToAlarm <= evaluationPeriods,
    `DatapointsToAlarm (${datapointsToAlarm}) must not be greater than EvaluationPeriods (${evaluationPeriods}).`,
  );
  const longest = period < 3600 ? LONGEST_OF_MINUTES : LONGEST_EVALUATION;
  ensure(
    period * evaluationPeriods <= longest,
    `Period times EvaluationPeriods is ${period * evaluationPeriods} s; with a period of ${period} s it can be ${longest} s at most.`,
  );
  ensure(input.Threshold !== undefined, 'Threshold is required.');
  return {
    name,
    input,
    queries,
    watched,
    period,
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData: oneOf('TreatMissingData', TREATMENTS, input.TreatMissingData ?? 'missing'),
    comparison: oneOf('ComparisonOperator', COMPARISONS, input.ComparisonOperator),
    threshold: input.Threshold ?? 0,
    samplesNeeded: samplesNeeded(input, queries),
  };
}

/** True when a datapoint breaches: the value comes first, as in "value is greater than threshold". */
export function breaches(comparison: Comparison, value: number, threshold: number): boolean {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
}

function metricQuery(input: PutMetricAlarmInput): Query {
  const { MetricName, Namespace, Period, Statistic: statistic, ExtendedStatistic: extended, Unit } = input;
  ensure(MetricName && Namespace, 'An alarm needs MetricName and Namespace, or Metrics.');
  ensure(
    (statistic === undefined) !== (extended === undefined),
    'An alarm on a metric needs either Statistic or ExtendedStatistic, not both.',
  );
  ensure(statistic === undefined || Object.values(Statistic).includes(statistic), unknown('Statistic', statistic));
  ensure(Period !== undefined && isPeriod(Period), `Period is ${Period}. ${PERIOD_RULE}.`);
  ensure(Unit === undefined || Object.values(StandardUnit).includes(Unit), unknown('Unit', Unit));
  const Metric = { Namespace, MetricName, Dimensions: input.Dimensions };
  const [query] = planQueries([{ Id: WATCHED, MetricStat: { Metric, Period, Stat: statistic ?? extended, Unit } }]);
  if (query === undefined) {
    throw validationError('An alarm needs a metric.');
  }
  return query;
}

function mathQueries(input: PutMetricAlarmInput): readonly Query[] {
  const { MetricName, Namespace, Dimensions, Period, Unit, Statistic: statistic, ExtendedStatistic } = input;
  const besides = { MetricName, Namespace, Dimensions, Period, Unit, Statistic: statistic, ExtendedStatistic };
  const given = Object.entries(besides).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  ensure(given.length === 0, `With Metrics, leave out ${given.join(', ')}: it is all said in Metrics.`);
  const queries = planQueries(input.Metrics);
  const periods = new Set(queries.map(({ period }) => period));
  ensure(periods.size === 1, `All metrics of an alarm must have one period, found ${[...periods].join(', ')}.`);
  return queries;
}

/** The one query with ReturnData, tried out without data: a result of the wrong type is refused now, not at the first evaluation. */
function watchedId(queries: readonly Query[]): string {
  const returned = queries.filter(({ returnData }) => returnData);
  const [watched] = returned;
  if (watched === undefined || returned.length > 1) {
    throw validationError(
      `Exactly one item of Metrics must have ReturnData true, the one that the alarm watches; ${returned.length} have (it is the default).`,
    );
  }
  const range = { start: 0, end: watched.period, now: watched.period };
  const result = runQueries(
    queries,
    createMetricStore(() => new Date(0)),
    range,
  ).find(({ query }) => query === watched);
  const count = result === undefined ? 0 : seriesOf(result).length;
  ensure(count === 1, `The expression '${watched.id}' gives ${count} time series; an alarm watches exactly one.`);
  return watched.id;
}

/** AWS, "Percentile-based alarms and low data samples": 10 / (1 − p) samples from p50 on, 10 / p below. */
function samplesNeeded(input: PutMetricAlarmInput, queries: readonly Query[]): number {
  const treatment = oneOf(
    'EvaluateLowSampleCountPercentile',
    ['evaluate', 'ignore'],
    input.EvaluateLowSampleCountPercentile ?? 'evaluate',
  );
  const [query] = queries;
  if (treatment === 'evaluate' || query?.kind !== 'metric' || query.statistic.kind !== 'percentile') {
    return 0;
  }
  const { share } = query.statistic;
  return Math.ceil(10 / (share >= 0.5 ? 1 - share : share));
}

function wholeNumber(name: string, value: number | undefined): number {
  if (value === undefined || !Number.isInteger(value) || value < 1) {
    throw validationError(`${name} must be a whole number of at least 1, got ${value}.`);
  }
  return value;
}

function oneOf<Choice extends string>(name: string, choices: readonly Choice[], value: string | undefined): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    throw validationError(`${name} must be one of ${choices.join(', ')}, got ${value}.`);
  }
  return found;
}

const unknown = (name: string, value: string | undefined) => `${name} "${value}" is not one that AWS has.`;

function ensure(condition: unknown, message: string): asserts condition {
  if (!condition) {
    throw validationError(message);
  }
}
