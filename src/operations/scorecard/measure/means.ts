/** Levels over time, and how they change. */
import type { Fraction } from '../../../platform/decimal.ts';
import type { Reason } from '../../../report/evidence.ts';
import { formatCount, formatNumber } from '../../../report/format.ts';
import { covered, minus, quotient, sumOf, times } from '../arithmetic.ts';
import { exactOf, toNumber } from '../exact.ts';
import { readingsOf } from '../observation.ts';
import { type Promised, shown } from '../promised.ts';
import type { Selected } from '../select.ts';
import type { Amount, Measured } from './measured.ts';
import { NOTHING_TO_INFER } from './support.ts';

/** The mean over time: each period weighs as long as it is. */
function weightedMean(amounts: readonly Amount[]): Fraction | undefined {
  const weights = amounts.map(({ from, to }) => BigInt(Math.max(0, Math.round(to - from))));
  const weighted = sumOf(amounts.map(({ reading }, index) => times(reading.value, weights[index] ?? 0n)));
  return quotient(weighted, { numerator: weights.reduce((sum, weight) => sum + weight, 0n), denominator: 1n });
}

const EMPTY_PERIODS = { code: 'no-data', message: 'the periods have no length' } as const;
const NO_INTERVAL = { state: 'none', message: 'no interval: a mean of what was reported' } as const;

/** The mean over time of what was reported. */
export function level(amounts: readonly Amount[], promised: Promised): Measured | Reason {
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

/** How much a mean, or a bill a day, has changed against the baseline. */
export function change(selected: Selected, promised: Promised): Measured | Reason {
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
