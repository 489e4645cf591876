/** From observations to one number, by the kind of indicator: exact where counts and decimals are, with an interval where there is one. */
import type { Fraction } from '../../platform/decimal.ts';
import { indicatorOf } from '../../platform/schema/indicators.ts';
import type { Reason } from '../../report/evidence.ts';
import { formatCount, formatNumber } from '../../report/format.ts';
import { meanInterval } from '../../statistics/mean.ts';
import { medianInterval, sampleQuantile } from '../../statistics/median.ts';
import { wilsonInterval } from '../../statistics/proportions.ts';
import { fitLine } from '../../statistics/regression.ts';
import { covered, minus, quotient, sumOf, times } from './arithmetic.ts';
import { coverage } from './coverage.ts';
import { exactOf, holds, share, toNumber } from './exact.ts';
import { type Observation, readingsOf } from './observation.ts';
import { days, type Promised, shown } from './promised.ts';
import type { Selected } from './select.ts';
import {
  CONFIDENCE,
  NOTHING_TO_INFER,
  type Support,
  supportOfCount,
  supportOfInterval,
  supportOfShare,
  supportOfSingles,
} from './support.ts';

export interface Measured {
  readonly value: Fraction;
  /** How the value reads; with its counts where it has any. */
  readonly text: string;
  readonly lower?: number;
  readonly upper?: number;
  readonly n?: number;
  readonly count?: number;
  readonly method: string;
  readonly support: Support;
  /** Where not the value alone decides: nothing is decided, or something surely is. */
  readonly decided?: 'met' | 'missed' | Reason;
}

type Amount = Observation & {
  readonly reading: { readonly kind: 'amount'; readonly value: Fraction; readonly of: Fraction | undefined };
};

/**
 * The number that the promise is about, or why there is none. `now` in milliseconds, for what has not ended. Of several runs those that found
 * no number say nothing, and hide nothing: what another one missed stays missed.
 */
export function measure(selected: Selected, promised: Promised, now: number): Measured | Reason {
  const told = selected.observations.filter(({ reading }) => !isBlank(reading));
  const blank = selected.observations.length - told.length;
  const measured = measureAll(told.length === 0 ? selected : { ...selected, observations: told }, promised, now);
  if ('code' in measured) {
    return measured;
  }
  const more = blank === 0 || told.length === 0 ? '' : `; ${formatCount(blank)} more without a number`;
  const origin = told[0]?.origin ?? measured.method;
  return coverage(selected, promised, { ...measured, text: `${measured.text}${more}`, method: origin });
}

function isBlank(reading: Observation['reading']): boolean {
  return (
    reading.kind === 'measured' && reading.value === null && reading.lower === undefined && reading.upper === undefined
  );
}

function measureAll(selected: Selected, promised: Promised, now: number): Measured | Reason {
  const { observations } = selected;
  const newest = observations.toSorted((a, b) => b.to - a.to)[0];
  if (newest?.reading.kind === 'measured') {
    return taken(newest.reading, promised);
  }
  switch (promised.kind) {
    case 'share':
      return pooledShare(observations, promised);
    case 'duration':
    case 'loss':
      return durations(observations, promised, now);
    case 'count':
      return counts(selected, promised);
    case 'level':
      return level(readingsOf(observations, 'amount'), promised);
    case 'change':
      return change(selected, promised);
    case 'elasticity':
      return elasticity(readingsOf(observations, 'amount'), promised);
    default:
      return { code: 'not-measured', message: `${promised.indicator} comes with its evidence only` };
  }
}

type Taken = Extract<Observation['reading'], { kind: 'measured' }>;

/** What the evidence says itself. */
function taken(reading: Taken, promised: Promised): Measured | Reason {
  const { confidence, lower, method, n, unknown, upper, value } = reading;
  const interval = lower === undefined || upper === undefined ? undefined : { lower, upper };
  const common = { ...interval, ...(n === undefined ? {} : { n }), method };
  if (promised.kind === 'census' && interval !== undefined) {
    return { ...common, value: exactOf(value ?? interval.lower), ...census(interval, method, promised) };
  }
  if (value === null) {
    return unknown ?? { code: 'no-data', message: `it was looked for, and there was no data (${method})` };
  }
  const text = shown(value, promised);
  if (promised.kind === 'census') {
    return { ...common, value: exactOf(value), text, support: NOTHING_TO_INFER };
  }
  const support: Support =
    interval === undefined || confidence === undefined
      ? { state: 'none', message: `no interval: of ${method} none is known` }
      : supportOfInterval(interval, confidence, promised);
  return { ...common, value: reading.exactly ?? exactOf(value), text, support };
}

/** A count that is known within bounds is decided when both ends say the same. */
function census(
  { lower, upper }: { readonly lower: number; readonly upper: number },
  method: string,
  promised: Promised,
): Pick<Measured, 'text' | 'support' | 'decided'> {
  const kept = [lower, upper].filter((end) => holds(exactOf(end), promised.comparison, promised.bound)).length;
  const open = { code: 'inconclusive', message: `it is known within bounds only: ${method}` };
  const text = lower === upper ? shown(lower, promised) : `${shown(lower, promised)} to ${shown(upper, promised)}`;
  return {
    text,
    support: NOTHING_TO_INFER,
    decided: (['missed' as const, open, 'met' as const] as const)[kept] ?? open,
  };
}

function pooledShare(observations: readonly Observation[], promised: Promised): Measured | Reason {
  const readings = readingsOf(observations, 'share').map(({ reading }) => reading);
  const count = readings.reduce((sum, one) => sum + one.count, 0);
  const total = readings.reduce((sum, one) => sum + one.total, 0);
  if (total === 0) {
    return { code: 'no-data', message: 'nothing was counted' };
  }
  const value = share(count, total);
  const text = `${formatCount(count)} of ${formatCount(total)}, ${shown(toNumber(value), promised)}`;
  if (indicatorOf(promised.indicator)?.complete === true) {
    return { value, text, n: total, count, method: 'all that there are, counted', support: NOTHING_TO_INFER };
  }
  return {
    value,
    text,
    ...wilsonInterval({ count, total }, CONFIDENCE),
    n: total,
    count,
    method:
      'share of counted events; interval by Wilson, support by Clopper and Pearson, for events that are independent',
    support: supportOfShare(count, total, promised),
  };
}

function durations(observations: readonly Observation[], promised: Promised, now: number): Measured | Reason {
  const closed = readingsOf(observations, 'amount').map(({ reading }) => reading.value);
  const unended = readingsOf(observations, 'open');
  const ages = unended.map(({ from, reading }) => reading.atLeast ?? exactOf((now - from) / 1000));
  const all = [...closed, ...ages];
  const sorted = all.map(toNumber).sort((a, b) => a - b);
  const statistic = promised.statistic ?? 'median';
  const value = statisticOf(all, sorted, statistic);
  const interval = intervalOf(sorted, statistic);
  // What has not ended keeps nothing yet.
  const single = supportOfSingles(closed, all.length, promised);
  const support =
    interval === undefined ? single : { ...single, state: supportOfInterval(interval, CONFIDENCE, promised).state };
  const open = ages.length === 0 ? '' : `, ${endless(unended)}`;
  return {
    value,
    text: `${shown(toNumber(value), promised)} (${statistic} of ${formatCount(all.length)}${open})`,
    ...(ages.length === 0 ? interval : {}),
    n: all.length,
    method: promised.kind === 'loss' && statistic === 'maximum' ? 'the most of all' : METHODS[statistic],
    support: ages.length === 0 ? support : { state: 'open', message: single.message },
    ...(ages.length === 0 ? {} : { decided: whileOpen(value, unended, promised) }),
  };
}

const METHODS = {
  maximum: 'the longest of all',
  mean: 'the mean; interval by Student, for independent and roughly normal durations, which few incidents are',
  median: 'the median; interval from order statistics, whatever the distribution',
} as const;

type Unended = Observation & { readonly reading: Extract<Observation['reading'], { kind: 'open' }> };

/** How many of them go on, and how many were not seen to end. */
function endless(unended: readonly Unended[]): string {
  const censored = unended.filter(({ reading }) => reading.atLeast !== undefined).length;
  const open = unended.length - censored;
  return [
    ...(open === 0 ? [] : [`${formatCount(open)} of them not ended yet`]),
    ...(censored === 0 ? [] : [`${formatCount(censored)} of them not seen to end`]),
  ].join(', ');
}

/** What has not ended takes at least until now, or as long as it was watched, so that the number can only be larger. */
function whileOpen(atLeast: Fraction, unended: readonly Unended[], promised: Promised): 'missed' | Reason {
  const message = `${endless(unended)}, so that it is at least ${shown(toNumber(atLeast), promised)}`;
  const code = unended.some(({ reading }) => reading.atLeast === undefined) ? 'pending' : 'censored';
  return holds(atLeast, promised.comparison, promised.bound) ? { code, message } : 'missed';
}

function statisticOf(
  all: readonly Fraction[],
  sorted: readonly number[],
  statistic: 'mean' | 'median' | 'maximum',
): Fraction {
  if (statistic === 'mean') {
    const { denominator, numerator } = sumOf(all);
    return { numerator, denominator: denominator * BigInt(all.length) };
  }
  return exactOf(sampleQuantile(sorted, statistic === 'maximum' ? 1 : 0.5));
}

function intervalOf(sorted: readonly number[], statistic: 'mean' | 'median' | 'maximum') {
  if (statistic === 'median') {
    return medianInterval(sorted, CONFIDENCE);
  }
  if (statistic === 'maximum' || sorted.length < 2) {
    return undefined;
  }
  const { lower, upper } = meanInterval(sorted, CONFIDENCE);
  return { lower: Math.max(0, lower), upper };
}

/** Events of a time that is known as a whole: a month that nobody reported is not a month without incidents. */
function counts({ from, observations, to }: Selected, promised: Promised): Measured {
  const amounts = readingsOf(observations, 'amount');
  const value = sumOf(amounts.map(({ reading }) => reading.value));
  const number = toNumber(value);
  const common = {
    value,
    text: formatNumber(number),
    method: `all that were reported in ${days(promised.windowDays)}`,
  };
  if (promised.better === 'higher') {
    return { ...common, support: NOTHING_TO_INFER };
  }
  const missing = Math.round((to - from - covered(amounts, from, to)) / 3_600_000);
  const support = supportOfCount(number, promised);
  if (missing === 0 || !holds(value, promised.comparison, promised.bound)) {
    return { ...common, support };
  }
  const message = `${formatNumber(number)} were reported, but for ${missing >= 48 ? days(Math.round(missing / 24)) : `${missing} h`} of ${days(promised.windowDays)} nobody said anything`;
  return {
    ...common,
    support: { state: 'open', message: support.message },
    decided: { code: 'partly-covered', message },
  };
}

/** The mean over time: each period weighs as long as it is. */
function weightedMean(amounts: readonly Amount[]): Fraction | undefined {
  const weights = amounts.map(({ from, to }) => BigInt(Math.max(0, Math.round(to - from))));
  const weighted = sumOf(amounts.map(({ reading }, index) => times(reading.value, weights[index] ?? 0n)));
  return quotient(weighted, { numerator: weights.reduce((sum, weight) => sum + weight, 0n), denominator: 1n });
}

const EMPTY_PERIODS = { code: 'no-data', message: 'the periods have no length' } as const;
const NO_INTERVAL = { state: 'none', message: 'no interval: a mean of what was reported' } as const;

function level(amounts: readonly Amount[], promised: Promised): Measured | Reason {
  // A single one is what it is, though it be of a moment.
  const [only, ...others] = amounts;
  const value = only !== undefined && others.length === 0 ? only.reading.value : weightedMean(amounts);
  return value === undefined
    ? EMPTY_PERIODS
    : {
        value,
        text:
          only?.origin === undefined
            ? `${shown(toNumber(value), promised)} (${formatCount(amounts.length)} ${others.length === 0 ? 'period' : 'periods'})`
            : shown(toNumber(value), promised),
        n: amounts.length,
        method: 'the mean over time of what was reported',
        support: only?.origin === undefined ? NO_INTERVAL : NOTHING_TO_INFER,
      };
}

function change(selected: Selected, promised: Promised): Measured | Reason {
  const cost = promised.indicator === 'cost-reduction';
  const average = cost ? perDay : weightedMean;
  const raw = cost ? 'cost' : 'utilisation';
  const after = average(readingsOf(selected.observations, 'amount'));
  const before = average(readingsOf(selected.baseline, 'amount'));
  if (before === undefined) {
    return { code: 'no-baseline', message: `there is nothing to compare with: no ${raw}-baseline` };
  }
  const ratio = after && quotient(after, before);
  if (after === undefined || ratio === undefined) {
    return after === undefined ? EMPTY_PERIODS : { code: 'no-baseline', message: `${raw}-baseline is 0` };
  }
  const one = { numerator: 1n, denominator: 1n };
  const value = cost ? minus(one, ratio) : minus(ratio, one);
  const [now, then] = [after, before].map((side) =>
    cost ? `${formatNumber(toNumber(side))} a day` : shown(toNumber(side), promised),
  );
  return {
    value,
    text: `${shown(toNumber(value), promised)} (${then} before, ${now} now)`,
    n: selected.observations.length,
    method: cost
      ? 'bills over the days that they are for, against those of the baseline'
      : 'mean over time, against that of the baseline',
    support: { state: 'none', message: 'bills and meters are complete: nothing to infer' },
  };
}

/** Several bills of one time are added up: their days count once. */
function perDay(amounts: readonly Amount[]): Fraction | undefined {
  const length = covered(amounts);
  return quotient(times(sumOf(amounts.map(({ reading }) => reading.value)), 86_400_000n), exactOf(length));
}

/** The slope of ln cost on ln load: 1 is linear, below 1 sub-linear. The interval decides, as a slope of few points is hardly known. */
function elasticity(amounts: readonly Amount[], promised: Promised): Measured | Reason {
  const periods = new Map<string, { cost: number; load: number; days: number }>();
  for (const { from, reading, to } of amounts) {
    const key = `${from} ${to}`;
    const period = periods.get(key) ?? { cost: 0, load: 0, days: (to - from) / 86_400_000 };
    period.cost += toNumber(reading.value);
    period.load += reading.of === undefined ? 0 : toNumber(reading.of);
    periods.set(key, period);
  }
  const points = [...periods.values()].flatMap(({ cost, load, days: length }) =>
    cost > 0 && load > 0 && length > 0 ? [[Math.log(load / length), Math.log(cost / length)] as const] : [],
  );
  const levels = new Set(points.map(([load]) => load)).size;
  if (levels < 3) {
    const message = `${formatCount(levels)} different loads are known (column \`of\` of cost), and a slope with an interval needs 3`;
    return { code: 'too-few', message };
  }
  const { lower, slope, upper } = fitLine(points, CONFIDENCE);
  const support = supportOfInterval({ lower, upper }, CONFIDENCE, promised);
  const message = `the slope is between ${formatNumber(lower)} and ${formatNumber(upper)} (95 %): it cannot be told from ${shown(toNumber(promised.bound), promised)}`;
  const decided = {
    supported: 'met',
    refuted: 'missed',
    open: { code: 'inconclusive', message },
    none: 'met',
  } as const;
  return {
    value: exactOf(slope),
    text: `${formatNumber(slope)} (${formatCount(points.length)} periods, the highest load ${formatNumber(spread(points))} × the least)`,
    lower,
    upper,
    n: points.length,
    method: 'slope of ln(cost a day) on ln(load a day) by least squares, interval by Student',
    support,
    decided: decided[support.state],
  };
}

function spread(points: readonly (readonly [load: number, cost: number])[]): number {
  const loads = points.map(([load]) => load);
  return Math.exp(Math.max(...loads) - Math.min(...loads));
}
