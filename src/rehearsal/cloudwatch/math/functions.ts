/** The functions of metric math. Source: AWS, "Functions supported for metric math" (see parser.ts). */

import { MathError } from './tokens.ts';
import type { Scope } from './values.ts';
import { at, mapSeries, type Series, seriesFrom, type Value } from './values.ts';

type MathFunction = (args: readonly Value[], scope: Scope) => Value;

const NOT_HERE = (
  'ANOMALY_DETECTION_BAND DATAPOINT_COUNT DATE DAY DB_PERF_INSIGHTS DIFF DIFF_TIME EPOCH FIRST HOUR INSIGHT_RULE_METRIC LAMBDA LAST LOG ' +
  'LOG10 METRIC_COUNT MINUTE MONTH RATE REMOVE_EMPTY RUNNING_SUM SEARCH SERVICE_QUOTA SLICE SORT STDDEV YEAR'
).split(' ');

const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  SUM: reducer('SUM', (values) => values.reduce((sum, value) => sum + value, 0)),
  // "Missing values are treated as 0": an array's average is over all its series, so `AVG` divides by their number.
  AVG: reducer('AVG', (values, of) => values.reduce((sum, value) => sum + value, 0) / of),
  MIN: reducer('MIN', (values) => Math.min(...values)),
  MAX: reducer('MAX', (values) => Math.max(...values)),
  ABS: pointwise('ABS', Math.abs),
  CEIL: pointwise('CEIL', Math.ceil),
  FLOOR: pointwise('FLOOR', Math.floor),
  IF: choose,
  TIME_SERIES: ([value, ...rest], scope) => {
    if (value?.type !== 'scalar' || rest.length > 0) {
      throw new MathError('TIME_SERIES takes one number');
    }
    return { type: 'series', series: seriesFrom(scope.slots, () => value.value) };
  },
};

/** Functions that take something else than values, done by the evaluator: FILL's REPEAT, METRICS' text, PERIOD's metric. */
const SPECIAL = ['FILL', 'METRICS', 'PERIOD'];

/** The function of that name. Throws MathError that says whether AWS has it, and what there is here. */
export function functionNamed(name: string): MathFunction {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (found !== undefined) {
    return found;
  }
  const here = `there are ${[...Object.keys(FUNCTIONS), ...SPECIAL].sort().join(', ')}`;
  throw new MathError(
    NOT_HERE.includes(name)
      ? `the rehearsal platform does not have the function ${name}; ${here}`
      : `there is no function ${name}; ${here}`,
  );
}

function single(name: string, args: readonly Value[]): Exclude<Value, { readonly type: 'scalar' }> {
  const [value, ...rest] = args;
  if (value === undefined || rest.length > 0 || value.type === 'scalar') {
    throw new MathError(`${name} takes one time series or one array of them`);
  }
  return value;
}

/** Of one series a scalar over its points; of an array a series over its series. */
function reducer(name: string, reduce: (values: readonly number[], of: number) => number): MathFunction {
  return (args) => {
    const value = single(name, args);
    if (value.type === 'series') {
      const values = [...value.series.values()];
      return { type: 'scalar', value: reduce(values, values.length) };
    }
    const slots = value.items.flatMap(({ series }) => [...series.keys()]);
    const valuesAt = (slot: number) => value.items.flatMap(({ series }) => series.get(slot) ?? []);
    return { type: 'series', series: seriesFrom(slots, (slot) => reduce(valuesAt(slot), value.items.length)) };
  };
}

function pointwise(name: string, map: (value: number) => number): MathFunction {
  return (args) =>
    mapSeries(single(name, args), (series) => seriesFrom(series.keys(), (slot) => map(series.get(slot) ?? 0)));
}

/**
 * IF(condition, then, otherwise): a point where the condition is not 0 takes `then` (0 where that has no value), a point where it is 0
 * takes `otherwise` (dropped where that has none). A condition without a point drops it.
 */
function choose(args: readonly Value[]): Value {
  const [condition, then, otherwise, ...rest] = args;
  if (condition === undefined || then === undefined || rest.length > 0) {
    throw new MathError('IF takes a condition, a value and, if wanted, another value');
  }
  if (condition.type === 'array' || then.type === 'array' || otherwise?.type === 'array') {
    throw new MathError('IF takes numbers and single time series, not arrays');
  }
  if (condition.type === 'scalar') {
    return condition.value === 0 ? (otherwise ?? { type: 'series', series: new Map() }) : then;
  }
  const { series } = condition;
  const valueAt = (slot: number) => {
    return series.get(slot) === 0 ? otherwise && at(otherwise, slot) : (at(then, slot) ?? 0);
  };
  return { type: 'series', series: seriesFrom(series.keys(), valueAt) };
}

/** FILL with a value, another series, or the last value before the gap (which leaves a gap at the start open). */
export function fill(value: Value, filler: Exclude<Value, { readonly type: 'array' }> | 'REPEAT', scope: Scope): Value {
  if (value.type === 'scalar') {
    throw new MathError('FILL takes a time series or an array of them first');
  }
  return mapSeries(value, (series) => {
    if (filler !== 'REPEAT') {
      return seriesFrom([...scope.slots, ...series.keys()], (slot) => series.get(slot) ?? at(filler, slot));
    }
    return repeat(series, scope.slots);
  });
}

function repeat(series: Series, slots: readonly number[]): Series {
  let last: number | undefined;
  return seriesFrom([...slots, ...series.keys()], (slot) => {
    last = series.get(slot) ?? last;
    return last;
  });
}
