/** How long things took, those among them that have not ended. */
import type { Fraction } from '../../../platform/decimal.ts';
import type { Reason } from '../../../report/evidence.ts';
import { formatCount } from '../../../report/format.ts';
import { meanInterval } from '../../../statistics/mean.ts';
import { medianInterval, sampleQuantile } from '../../../statistics/median.ts';
import { sumOf } from '../arithmetic.ts';
import { exactOf, holds, toNumber } from '../exact.ts';
import { type Observation, readingsOf } from '../observation.ts';
import { type Promised, shown } from '../promised.ts';
import type { Measured } from './measured.ts';
import { CONFIDENCE, supportOfInterval, supportOfSingles } from './support.ts';

/** The longest, mean or median of times; what has not ended is taken for as long as it has gone on until `now` (milliseconds). */
export function durations(observations: readonly Observation[], promised: Promised, now: number): Measured | Reason {
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
