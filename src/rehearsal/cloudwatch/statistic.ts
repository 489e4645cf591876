/**
 * CloudWatch's statistics, from their text to their value.
 * Source: AWS, "CloudWatch statistics definitions" (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html).
 */
import { type Buckets, bucketValue, quantile } from '../../statistics/log-histogram.ts';
import { type Aggregate, distribution } from './aggregate.ts';

const SIMPLE = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'] as const;
export type SimpleStatistic = (typeof SIMPLE)[number];

/** Bounds of a trimmed statistic: values themselves, or shares (0 to 1) of the ranked values. */
interface Bounds {
  readonly by: 'value' | 'share';
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export type Statistic =
  | { readonly kind: 'simple'; readonly name: SimpleStatistic }
  | { readonly kind: 'percentile'; readonly share: number }
  | { readonly kind: 'trimmed'; readonly what: 'mean' | 'count' | 'sum' | 'rank'; readonly bounds: Bounds };

/** Keeps `0.07 * 100` (7.000000000000001) from counting as rank 8. */
const ROUNDING = 1e-9;

const TRIMMED = { TM: 'mean', TC: 'count', TS: 'sum', PR: 'rank' } as const;

/**
 * Reads a statistic: `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, `p99.9`, `tm90`, `tc90`, `ts90`, `IQM`,
 * `TM(10%:90%)`, `TC(:0.3)`, `TS(80%:)`, `PR(0.1:0.3)`. Undefined for everything else, winsorized means (`WM`, `wm`) included.
 */
export function parseStatistic(text: string): Statistic | undefined {
  const simple = SIMPLE.find((name) => name === text);
  if (simple !== undefined) {
    return { kind: 'simple', name: simple };
  }
  if (text === 'IQM') {
    return { kind: 'trimmed', what: 'mean', bounds: { by: 'share', low: 0.25, high: 0.75 } };
  }
  return parseOneNumber(text) ?? parseRange(text);
}

function parseOneNumber(text: string): Statistic | undefined {
  const match = /^(p|tm|tc|ts)(\d{1,3}(?:\.\d{1,10})?)$/.exec(text);
  const share = Number(match?.[2]) / 100;
  if (match === null || share > 1) {
    return undefined;
  }
  if (match[1] === 'p') {
    return { kind: 'percentile', share };
  }
  const what = match[1] === 'tm' ? 'mean' : match[1] === 'tc' ? 'count' : 'sum';
  return { kind: 'trimmed', what, bounds: { by: 'share', low: undefined, high: share } };
}

const BOUND = String.raw`(?:(\d+(?:\.\d+)?)(%?))?`;
const RANGE = new RegExp(String.raw`^(TM|TC|TS|PR)\(${BOUND}:${BOUND}\)$`);

function parseRange(text: string): Statistic | undefined {
  const match = RANGE.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, name, lowText, lowPercent, highText, highPercent] = match;
  const what = TRIMMED[name as keyof typeof TRIMMED];
  const percents = [lowText && lowPercent, highText && highPercent].filter((mark) => mark !== undefined);
  const mixed = percents.length === 2 && percents[0] !== percents[1];
  const by = percents[0] === '%' ? 'share' : 'value';
  const scale = by === 'share' ? 100 : 1;
  const low = lowText === undefined ? undefined : Number(lowText) / scale;
  const high = highText === undefined ? undefined : Number(highText) / scale;
  const empty = percents.length === 0 || (low ?? 0) >= (high ?? Number.POSITIVE_INFINITY);
  if (mixed || empty || (by === 'share' && (what === 'rank' || (low ?? 0) > 1 || (high ?? 0) > 1))) {
    return undefined;
  }
  return { kind: 'trimmed', what, bounds: { by, low, high } };
}

/**
 * The statistic of an aggregate; undefined where the distribution is needed but not known, and for a mean of no values.
 *
 * Percentiles (nearest rank) and sums of trimmed values are within 1 % of the exact ones: half a bucket. Counts are whole: a bound falls
 * into a bucket and moves to the nearer edge of it, so `TC(:0.3)` counts exactly the values up to some bound within 1 % of 0.3.
 */
export function statisticValue(statistic: Statistic, aggregate: Aggregate): number | undefined {
  if (statistic.kind === 'simple') {
    return simpleValue(statistic.name, aggregate);
  }
  const buckets = distribution(aggregate);
  if (buckets === undefined) {
    return undefined;
  }
  if (statistic.kind === 'percentile') {
    const value = quantile(buckets, statistic.share);
    return value === undefined ? undefined : Math.min(Math.max(value, aggregate.minimum), aggregate.maximum);
  }
  return trimmedValue(statistic.what, trim(buckets, aggregate, statistic.bounds), aggregate.count);
}

function simpleValue(name: SimpleStatistic, aggregate: Aggregate): number {
  switch (name) {
    case 'Average':
      return aggregate.sum / aggregate.count;
    case 'Sum':
      return aggregate.sum;
    case 'Minimum':
      return aggregate.minimum;
    case 'Maximum':
      return aggregate.maximum;
    case 'SampleCount':
      return aggregate.count;
  }
}

interface Trimmed {
  readonly count: number;
  readonly sum: number;
}

function trimmedValue(what: 'mean' | 'count' | 'sum' | 'rank', { count, sum }: Trimmed, total: number) {
  switch (what) {
    case 'mean':
      return count === 0 ? undefined : sum / count;
    case 'count':
      return count;
    case 'sum':
      return sum;
    case 'rank':
      return (100 * count) / total;
  }
}

/** What is left between the bounds: over the low one (or at its rank) is out, up to the high one is in. */
function trim(buckets: Buckets, aggregate: Aggregate, bounds: Bounds): Trimmed {
  const ranked = [...buckets].sort((a, b) => a[0] - b[0]);
  const upTo = (bound: number) =>
    bounds.by === 'share' ? Math.ceil(bound * aggregate.count - ROUNDING) : countUpTo(ranked, aggregate, bound);
  const from = bounds.low === undefined ? 0 : upTo(bounds.low);
  const to = bounds.high === undefined ? aggregate.count : upTo(bounds.high);
  if (from === 0 && to === aggregate.count) {
    return { count: to, sum: aggregate.sum };
  }
  let sum = 0;
  let seen = 0;
  for (const [index, count] of ranked) {
    const inside = Math.min(seen + count, to) - Math.max(seen, from);
    sum += inside > 0 ? inside * bucketValue(index) : 0;
    seen += count;
  }
  return { count: Math.max(0, to - from), sum };
}

function countUpTo(ranked: readonly (readonly [number, number])[], aggregate: Aggregate, bound: number): number {
  if (bound >= aggregate.maximum) {
    return aggregate.count;
  }
  if (bound < aggregate.minimum) {
    return 0;
  }
  return ranked.reduce((sum, [index, count]) => (bucketValue(index) <= bound ? sum + count : sum), 0);
}
