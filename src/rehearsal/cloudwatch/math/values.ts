/** The values that metric math computes with, and arithmetic on them point by point. */
import type { BinaryOperator } from './parser.ts';
import { MathError } from './tokens.ts';

/** A time series: the period's first epoch second → value; a period without data has no entry. */
export type Series = ReadonlyMap<number, number>;

export interface LabelledSeries {
  readonly label: string;
  readonly series: Series;
}

/** AWS's S, TS and TS[]. A scalar that is not finite makes every point that it touches disappear. */
export type Value =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'series'; readonly series: Series }
  | { readonly type: 'array'; readonly items: readonly LabelledSeries[] };

const truth = (value: boolean) => (value ? 1 : 0);

const OPERATIONS: Readonly<Record<BinaryOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '<': (a, b) => truth(a < b),
  '<=': (a, b) => truth(a <= b),
  '>': (a, b) => truth(a > b),
  '>=': (a, b) => truth(a >= b),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
};

/**
 * `left operator right` by AWS's rules: where only one of two series has a value, the other counts as 0; a point that would divide by
 * zero is dropped; comparisons and AND/OR give 0 or 1. Arrays go item by item, two of them only when equally long (else MathError).
 */
export function combine(operator: BinaryOperator, left: Value, right: Value): Value {
  if (left.type === 'array') {
    return right.type === 'array'
      ? combineArrays(operator, left.items, right.items)
      : mapItems(left.items, (item) => combineSeries(operator, item, right));
  }
  if (right.type === 'array') {
    return mapItems(right.items, (item) => combineSeries(operator, left, item));
  }
  if (left.type === 'scalar' && right.type === 'scalar') {
    return { type: 'scalar', value: OPERATIONS[operator](left.value, right.value) };
  }
  return { type: 'series', series: combineSeries(operator, left, right) };
}

type Single = Exclude<Value, { readonly type: 'array' }>;

function combineArrays(
  operator: BinaryOperator,
  left: readonly LabelledSeries[],
  right: readonly LabelledSeries[],
): Value {
  if (left.length !== right.length) {
    throw new MathError(`"${operator}" needs arrays of the same length, got ${left.length} and ${right.length} series`);
  }
  const others = right.map(({ series }): Single => ({ type: 'series', series }));
  return {
    type: 'array',
    items: left.map(({ label, series }, index) => ({
      label,
      series: combineSeries(operator, { type: 'series', series }, others[index] ?? { type: 'scalar', value: 0 }),
    })),
  };
}

function combineSeries(operator: BinaryOperator, left: Single, right: Single): Series {
  const slots = [left, right].flatMap((side) => (side.type === 'series' ? [...side.series.keys()] : []));
  return seriesFrom(slots, (slot) => OPERATIONS[operator](at(left, slot) ?? 0, at(right, slot) ?? 0));
}

/** The value at a slot; undefined where a series has none. */
export function at(value: Single, slot: number): number | undefined {
  return value.type === 'scalar' ? value.value : value.series.get(slot);
}

function mapItems(items: readonly LabelledSeries[], map: (item: Single) => Series): Value {
  return {
    type: 'array',
    items: items.map(({ label, series }) => ({ label, series: map({ type: 'series', series }) })),
  };
}

/** Changes every series of a value; scalars are refused by the caller. */
export function mapSeries(value: Exclude<Value, { readonly type: 'scalar' }>, map: (series: Series) => Series): Value {
  return value.type === 'series'
    ? { type: 'series', series: map(value.series) }
    : { type: 'array', items: value.items.map(({ label, series }) => ({ label, series: map(series) })) };
}

/** A series over the given slots (any order, repeats allowed), ascending, without points that are undefined or not finite. */
export function seriesFrom(slots: Iterable<number>, valueAt: (slot: number) => number | undefined): Series {
  const series = new Map<number, number>();
  for (const slot of [...new Set(slots)].sort((a, b) => a - b)) {
    const value = valueAt(slot);
    if (value !== undefined && Number.isFinite(value)) {
      series.set(slot, value);
    }
  }
  return series;
}

/** What an expression can refer to. */
export interface Scope {
  /** The first seconds of all periods of the request, ascending: where FILL and TIME_SERIES put their points. */
  readonly slots: readonly number[];
  /** The result of a metric or of another expression; undefined when no query has that Id. */
  value(id: string): Value | undefined;
  /** The period of a metric in seconds; undefined for expressions and unknown Ids. */
  period(id: string): number | undefined;
  /** All metrics of the request (not the expressions), in order. */
  metrics(): readonly (LabelledSeries & { readonly id: string })[];
}
