/** MetricDataQueries as GetMetricData and metric-math alarms share them: checked once, then run over any range. */
import type { MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import { dimensionRecord } from './dimensions.ts';
import { validationError } from './errors.ts';
import { evaluate } from './math/evaluate.ts';
import { type Expression, parseExpression, references } from './math/parser.ts';
import { MathError } from './math/tokens.ts';
import type { LabelledSeries, Scope, Series, Value } from './math/values.ts';
import { floorTo, type MetricKey, type MetricStore, MINUTES_KEPT } from './metric-store.ts';
import { isPeriod, PERIOD_RULE } from './periods.ts';
import { parseStatistic, type Statistic, statisticValue } from './statistic.ts';

interface CommonQuery {
  readonly id: string;
  readonly label: string | undefined;
  readonly returnData: boolean;
}

export interface MetricQuery extends CommonQuery {
  readonly kind: 'metric';
  readonly key: MetricKey;
  readonly period: number;
  readonly statistic: Statistic;
  readonly unit: string | undefined;
}

export interface ExpressionQuery extends CommonQuery {
  readonly kind: 'expression';
  readonly expression: Expression;
  /** The period of every metric below it. */
  readonly period: number;
}

export type Query = MetricQuery | ExpressionQuery;

/** What a metric or expression gave; an expression may give several series, or a bare number that cannot be returned. */
export interface QueryResult {
  readonly query: Query;
  readonly value: Value;
}

const MOST_QUERIES = 500;

/**
 * Checks queries and parses their expressions. Throws ValidationError for: no or more than 500 queries, an Id that is repeated or ill-formed,
 * not exactly one of MetricStat and Expression, a statistic, period or expression that is wrong, circular references, mixed periods.
 */
export function planQueries(queries: readonly MetricDataQuery[] = []): readonly Query[] {
  if (queries.length === 0 || queries.length > MOST_QUERIES) {
    throw validationError(`There must be 1 to ${MOST_QUERIES} queries, got ${queries.length}.`);
  }
  checkIds(queries);
  const metrics = queries.flatMap((query) =>
    query.MetricStat === undefined ? [] : [planMetric(query, query.MetricStat)],
  );
  const expressions = new Map(
    queries.filter((query) => query.MetricStat === undefined).map((query) => [query.Id ?? '', parseQuery(query)]),
  );
  const periods = new Map(metrics.map(({ id, period }) => [id, period]));
  return queries.map((query) => {
    const metric = metrics.find(({ id }) => id === query.Id);
    return metric ?? planExpression(query, expressions, periods);
  });
}

function checkIds(queries: readonly MetricDataQuery[]): void {
  const seen = new Set<string>();
  for (const { Id = '', MetricStat, Expression } of queries) {
    if (!/^[a-z][A-Za-z0-9_]{0,254}$/.test(Id)) {
      throw validationError(
        `The Id "${Id}" must start with a lower-case letter and hold only letters, digits and underscores.`,
      );
    }
    if (seen.has(Id)) {
      throw validationError(`The Id "${Id}" is used twice; every query needs an Id of its own.`);
    }
    if ((MetricStat === undefined) === (Expression === undefined)) {
      throw validationError(`The query "${Id}" must have either MetricStat or Expression, not both.`);
    }
    seen.add(Id);
  }
}

function common(query: MetricDataQuery): CommonQuery {
  return { id: query.Id ?? '', label: query.Label, returnData: query.ReturnData ?? true };
}

function planMetric(query: MetricDataQuery, { Metric, Period, Stat, Unit }: MetricStat): MetricQuery {
  if (!Metric?.Namespace || !Metric.MetricName) {
    throw validationError(`The query "${query.Id}" needs Metric.Namespace and Metric.MetricName.`);
  }
  if (query.Period !== undefined && query.Period !== Period) {
    throw validationError(`The query "${query.Id}" has two different periods; give it in MetricStat only.`);
  }
  if (Period === undefined || !isPeriod(Period)) {
    throw validationError(`The query "${query.Id}" has the period ${Period}. ${PERIOD_RULE}.`);
  }
  const key = { namespace: Metric.Namespace, name: Metric.MetricName, dimensions: dimensionRecord(Metric.Dimensions) };
  const statistic = statisticNamed(Stat, `The query "${query.Id}"`);
  return { kind: 'metric', ...common(query), key, period: Period, statistic, unit: Unit };
}

/** Reads a statistic or throws a ValidationError that names where it stands and what there is. */
export function statisticNamed(text: string | undefined, where: string): Statistic {
  const statistic = parseStatistic(text ?? '');
  if (statistic === undefined) {
    throw validationError(
      `${where} has the statistic ${JSON.stringify(text ?? '')}, which the rehearsal platform does not have. There are SampleCount, Average, ` +
        'Sum, Minimum, Maximum, pNN, tmNN, tcNN, tsNN, IQM, TM(a:b), TC(a:b), TS(a:b) and PR(a:b).',
    );
  }
  return statistic;
}

function parseQuery(query: MetricDataQuery): Expression {
  return inExpression(query.Id ?? '', () => parseExpression(query.Expression ?? ''));
}

function inExpression<Result>(id: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof MathError) {
      throw validationError(`Error in expression '${id}': ${error.message}.`);
    }
    throw error;
  }
}

function planExpression(
  query: MetricDataQuery,
  expressions: ReadonlyMap<string, Expression>,
  metricPeriods: ReadonlyMap<string, number>,
): ExpressionQuery {
  const id = query.Id ?? '';
  const expression = expressions.get(id) ?? parseQuery(query);
  const below = metricsBelow(id, expressions, []);
  const named = [...below].flatMap((metric) => metricPeriods.get(metric) ?? []);
  // METRICS() names none: it reads them all.
  const periods = new Set(named.length > 0 ? named : metricPeriods.values());
  if (query.Period !== undefined) {
    periods.add(query.Period);
  }
  const [period] = periods;
  if (period === undefined || periods.size > 1) {
    const found = periods.size > 1 ? `found ${[...periods].join(', ')}` : 'found none: set Period';
    throw validationError(`Error in expression '${id}': all its metrics must have one period, ${found}.`);
  }
  if (!isPeriod(period)) {
    throw validationError(`The query "${id}" has the period ${period}. ${PERIOD_RULE}.`);
  }
  return { kind: 'expression', ...common(query), expression, period };
}

/** The Ids that an expression rests on, through other expressions; throws ValidationError when one rests on itself. */
function metricsBelow(
  id: string,
  expressions: ReadonlyMap<string, Expression>,
  path: readonly string[],
): ReadonlySet<string> {
  if (path.includes(id)) {
    throw validationError(`Error in expression '${id}': it refers to itself through ${[...path, id].join(' → ')}.`);
  }
  const expression = expressions.get(id);
  if (expression === undefined) {
    return new Set([id]);
  }
  return new Set([...references(expression)].flatMap((below) => [...metricsBelow(below, expressions, [...path, id])]));
}

/** What to run queries over: epoch seconds, `end` exclusive; points that FILL and TIME_SERIES make up end before `now`. */
export interface RunRange {
  readonly start: number;
  readonly end: number;
  readonly now: number;
  /** Replaces every query's period; for alarms, whose periods the clock shortens. */
  readonly period?: number;
}

/** Runs planned queries over a range, from the period that `start` falls into on. Throws ValidationError where an expression fails. */
export function runQueries(queries: readonly Query[], store: MetricStore, range: RunRange): readonly QueryResult[] {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const results = new Map<string, Value>();

  const resultOf = (query: Query): Value => {
    const value = results.get(query.id) ?? compute(query);
    results.set(query.id, value);
    return value;
  };
  const compute = (query: Query): Value =>
    query.kind === 'metric'
      ? { type: 'series', series: readMetric(query, store, range) }
      : inExpression(query.id, () => evaluate(query.expression, scopeOf(query)));
  const scopeOf = (expression: ExpressionQuery): Scope => ({
    slots: slotsOf(range, range.period ?? expression.period),
    value: (id) => {
      const query = byId.get(id);
      return query && resultOf(query);
    },
    period: (id) => {
      const query = byId.get(id);
      return query?.kind === 'metric' ? (range.period ?? query.period) : undefined;
    },
    metrics: () =>
      queries.flatMap((query) => {
        const value = query.kind === 'metric' ? resultOf(query) : undefined;
        return value?.type === 'series' ? [{ id: query.id, label: labelOf(query), series: value.series }] : [];
      }),
  });
  return queries.map((query) => ({ query, value: resultOf(query) }));
}

function readMetric(query: MetricQuery, store: MetricStore, range: RunRange): Series {
  const period = range.period ?? query.period;
  const aggregates = store.read(query.key, { start: floorTo(range.start, period), end: range.end, period }, query.unit);
  const points = [...aggregates].flatMap(([slot, aggregate]): (readonly [number, number])[] => {
    const value = statisticValue(query.statistic, aggregate);
    return value === undefined ? [] : [[slot, value]];
  });
  return new Map(points);
}

/** A request may begin in 1970: no further back than metrics are kept. */
function slotsOf({ start, end, now }: RunRange, period: number): readonly number[] {
  const slots: number[] = [];
  for (let slot = floorTo(Math.max(start, now - MINUTES_KEPT), period); slot < Math.min(end, now); slot += period) {
    slots.push(slot);
  }
  return slots;
}

/** AWS's default label: the metric's name, or the expression's Id. */
export function labelOf(query: Query): string {
  return query.label ?? (query.kind === 'metric' ? query.key.name : query.id);
}

/** The series of a result with their labels. Throws ValidationError for a bare number, which AWS refuses as a result, too. */
export function seriesOf({ query, value }: QueryResult): readonly LabelledSeries[] {
  switch (value.type) {
    case 'series':
      return [{ label: labelOf(query), series: value.series }];
    case 'array':
      return value.items.map(({ label, series }) => ({
        label: [query.label, label].filter(Boolean).join(' '),
        series,
      }));
    case 'scalar':
      throw validationError(
        `Error in expression '${query.id}': its result is a number, not a time series; wrap it as TIME_SERIES(…) or set ReturnData to false.`,
      );
  }
}
