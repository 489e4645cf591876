/** Numbers that the evidence has made itself. */
import type { Reason } from '../../../report/evidence.ts';
import { exactOf, holds } from '../exact.ts';
import type { Observation } from '../observation.ts';
import { type Promised, shown } from '../promised.ts';
import type { Measured } from './measured.ts';
import { NOTHING_TO_INFER, type Support, supportOfInterval } from './support.ts';

type Taken = Extract<Observation['reading'], { kind: 'measured' }>;

/** What the evidence says itself. */
export function taken(reading: Taken, promised: Promised): Measured | Reason {
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
