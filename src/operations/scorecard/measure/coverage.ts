/** Whether what was seen is enough of the window that a promise is about. */
import { holds } from '../exact.ts';
import { days, type Promised } from '../promised.ts';
import type { Selected } from '../select.ts';
import type { Measured } from './measured.ts';

const DAY_MS = 86_400_000;

/**
 * What of a window has to be covered: 90 %. A whole window is rarely seen to the hour (evidence is a few days old, counters start with the first
 * request of a quiet service), and a tenth can change a rate or a median by little; with less, the rest may decide.
 */
const ENOUGH = 0.9;

/**
 * Leaves undecided what the rest of the window may still turn round. Evidence of a shorter window than the promise's decides nothing, since what
 * nobody looked at can make a good rate bad and a bad one good. Where the whole window was looked at and what is counted began late, a promise
 * that would be met is undecided; a miss stays, as all that is known has spent the budget. Rehearsals shrink time, and a gate or a load test takes as long as it takes:
 * they cover what they are about.
 */
export function coverage(selected: Selected, promised: Promised, measured: Measured): Measured {
  const [one] = selected.observations;
  if (one?.lookedBack !== true || one.rehearsal || typeof measured.decided === 'object') {
    return measured;
  }
  const least = ENOUGH * promised.windowDays * DAY_MS;
  const length = selected.to - selected.from;
  const known = selected.to - Math.max(selected.from, one.knownFrom ?? selected.from);
  if (Math.min(length, known) >= least) {
    return measured;
  }
  const kept = holds(measured.value, promised.comparison, promised.bound);
  const seen = `${measured.text}; of ${lengthOf(Math.min(length, known))} only, where the target is over ${days(promised.windowDays)}`;
  if (length >= least && !kept) {
    return { ...measured, text: seen };
  }
  const message = `${seen}: it would be ${kept ? 'met' : 'missed'} if the rest were like it`;
  return { ...measured, text: seen, decided: { code: 'partly-covered', message } };
}

/** In days from two on, else in hours. */
function lengthOf(milliseconds: number): string {
  const length = milliseconds / DAY_MS;
  return days(length < 2 ? Math.round(length * 24) / 24 : Math.round(length));
}
