/** What can be inferred from what was observed, at 95 %: beside the fact, never instead of it. */
import type { Fraction } from '../../../platform/decimal.ts';
import { formatCount, formatNumber, formatRatio } from '../../../report/format.ts';
import type { Judged } from '../../../report/scorecard/record.ts';
import { binomialLower, binomialUpper } from '../../../statistics/binomial.ts';
import { poissonInterval } from '../../../statistics/poisson.ts';
import { exactOf, holds, toNumber } from '../exact.ts';
import { days, type Promised, shown } from '../promised.ts';

export const CONFIDENCE = 0.95;

export type Support = NonNullable<Judged['support']>;

const keeps = (value: number, promised: Promised): boolean =>
  holds(exactOf(value), promised.comparison, promised.bound);

/** The exact one-sided bounds of Clopper and Pearson: `12 of 12 supports at least 77.9 %`. */
export function supportOfShare(count: number, total: number, promised: Promised): Support {
  const lower = binomialLower(count, total, CONFIDENCE);
  const upper = binomialUpper(count, total, CONFIDENCE);
  const higher = promised.better === 'higher';
  const [worst, best] = higher ? [lower, upper] : [upper, lower];
  const state = keeps(worst, promised) ? 'supported' : keeps(best, promised) ? 'open' : 'refuted';
  // What refutes is the bound on the other side.
  const isFloor = higher !== (state === 'refuted');
  const bound = `${isFloor ? 'at least' : 'at most'} ${rounded(isFloor ? lower : upper, isFloor ? 'higher' : 'lower')}`;
  const message = `${formatCount(count)} of ${formatCount(total)} supports ${bound} at 95 %`;
  return { state, message: `${message}${state === 'open' ? whatWouldDo(count, total, promised) : ''}` };
}

/** Rounded to the safe side, so that no more is claimed than holds. */
function rounded(bound: number, better: 'higher' | 'lower'): string {
  const far = Math.min(bound, 1 - bound);
  const digits = Math.min(8, Math.max(3, 2 - Math.floor(Math.log10(Math.max(far, 1e-9)))));
  const scale = 10 ** digits;
  return formatRatio((better === 'higher' ? Math.floor(bound * scale) : Math.ceil(bound * scale)) / scale);
}

/** How many without a failure it would take: 1 - 0.05^(1/n) as bound. */
function whatWouldDo(count: number, total: number, { better, bound }: Promised): string {
  const clean = better === 'higher' ? count === total : count === 0;
  const target = toNumber(bound);
  const kept = better === 'higher' ? target : 1 - target;
  if (kept >= 1) {
    return `; no number of them can support ${formatRatio(target)}`;
  }
  if (!clean || kept <= 0) {
    return '';
  }
  const needed = Math.ceil(Math.log(1 - CONFIDENCE) / Math.log(kept));
  return needed > total
    ? `; ${formatCount(needed)} without a ${better === 'higher' ? 'failure' : 'case'} would do`
    : '';
}

/** How many of `total` single observations keep the promise, and what that says of the next one. @param values those that have ended */
export function supportOfSingles(values: readonly Fraction[], total: number, promised: Promised): Support {
  const kept = values.filter((value) => holds(value, promised.comparison, promised.bound)).length;
  const floor = rounded(binomialLower(kept, total, CONFIDENCE), 'higher');
  const message = `${formatCount(kept)} of ${formatCount(total)} within ${shown(toNumber(promised.bound), promised)} supports at least ${floor} of them at 95 %`;
  return { state: 'open', message };
}

/** By an interval that somebody has found already, at `confidence`, both sides. */
export function supportOfInterval(
  interval: { readonly lower: number; readonly upper: number },
  confidence: number,
  promised: Promised,
): Support {
  const { lower, upper } = interval;
  const [worst, best] = promised.better === 'higher' ? [lower, upper] : [upper, lower];
  const state = keeps(worst, promised) ? 'supported' : keeps(best, promised) ? 'open' : 'refuted';
  return { state, message: `${shown(lower, promised)} to ${shown(upper, promised)} at ${formatRatio(confidence)}` };
}

/** Of events that come independently (Garwood's exact bound): `0 in 30 d supports at most 3 in 30 d`. */
export function supportOfCount(count: number, promised: Promised): Support {
  const upper = poissonInterval(count, 2 * CONFIDENCE - 1).upper;
  const state = keeps(upper, promised) ? 'supported' : 'open';
  const window = days(promised.windowDays);
  return {
    state,
    message: `${formatCount(count)} in ${window} supports at most ${formatNumber(Math.ceil(upper * 100) / 100)} in ${window} at 95 %`,
  };
}

export const NOTHING_TO_INFER: Support = { state: 'none', message: 'a complete count: nothing to infer' };
