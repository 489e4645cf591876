/** Shares and numbers of events. */
import { indicatorOf } from '../../../platform/schema/indicators.ts';
import type { Reason } from '../../../report/evidence.ts';
import { formatCount, formatNumber } from '../../../report/format.ts';
import { wilsonInterval } from '../../../statistics/proportions.ts';
import { covered, sumOf } from '../arithmetic.ts';
import { holds, share, toNumber } from '../exact.ts';
import { type Observation, readingsOf } from '../observation.ts';
import { days, type Promised, shown } from '../promised.ts';
import type { Selected } from '../select.ts';
import type { Measured } from './measured.ts';
import { CONFIDENCE, NOTHING_TO_INFER, supportOfCount, supportOfShare } from './support.ts';

/** A share of counted events, of all observations together; where the evidence is all there is, nothing is inferred from it. */
export function pooledShare(observations: readonly Observation[], promised: Promised): Measured | Reason {
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

/** Events of a time that is known as a whole: a month that nobody reported is not a month without incidents. */
export function counts({ from, observations, to }: Selected, promised: Promised): Measured {
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
