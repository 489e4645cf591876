/** The arithmetic of a constant arrival rate, as k6 carries it out (`lib/executor/constant_arrival_rate.go`, the same in 1.8.1 and 2.2.0). */
import { InputError } from '../errors.ts';
import { LATE_SECONDS, type LoadPlan, rateProblems, timeoutProblems, virtualUsersFor } from './load-plan.ts';
import type { ConstantLoad } from './types.ts';

export interface ConstantPlan extends LoadPlan {
  /** k6's distance between two arrivals, in seconds: whole nanoseconds, rounded down. */
  readonly interval: number;
  /** The scenario's duration for k6, with its unit. */
  readonly duration: string;
}

const NANOSECONDS = 1e9;

/**
 * What k6 is asked for so that exactly rate × maxSeconds requests are sent.
 *
 * Arrival i is due i × interval after the start. k6 ends the scenario by a deadline that races with its arrivals, in both directions on a
 * busy machine. So the deadline is set `LATE_SECONDS` after the last arrival's interval: late arrivals still come, and the script lets
 * those pass that are not planned any more, by their number. (Their number is too low by what was dropped before. After drops k6 may
 * therefore send requests in that last quarter of a second; the books leave them out and say so.)
 * @throws InputError `bad-load` naming all that cannot be
 */
export function planLoad(load: Pick<ConstantLoad, 'rate' | 'timeoutSeconds' | 'maxSeconds'>): ConstantPlan {
  const problems = problemsOf(load);
  if (problems.length > 0) {
    throw new InputError('bad-load', `This load cannot be run: ${problems.join('; ')}.`);
  }
  const { rate } = load;
  const nanoseconds = Math.floor(NANOSECONDS / rate);
  const interval = nanoseconds / NANOSECONDS;
  const arrivals = rate * load.maxSeconds;
  const duration = `${Math.ceil((arrivals * nanoseconds) / 1000) + LATE_SECONDS * 1e6}us`;
  return {
    rate,
    seconds: load.maxSeconds,
    arrivals,
    interval,
    duration,
    virtualUsers: virtualUsersFor(rate, load.timeoutSeconds),
    scenario: { executor: 'constant-arrival-rate', rate, timeUnit: '1s', duration },
    momentOf: (arrival) => arrival * interval,
    secondOf: (arrival) => Math.floor(arrival / rate),
    arrivalsBefore: (second) => Math.min(second * rate, arrivals),
    dueAfter: (elapsed) => (elapsed < 0 ? 0 : Math.min(arrivals, Math.floor(elapsed / interval) + 1)),
  };
}

function problemsOf(load: Pick<ConstantLoad, 'rate' | 'timeoutSeconds' | 'maxSeconds'>): string[] {
  const problems = rateProblems(load.rate);
  if (!Number.isInteger(load.maxSeconds) || load.maxSeconds < 1) {
    problems.push(`maxSeconds is ${load.maxSeconds}, but must be a whole number from 1 up`);
  }
  return [...problems, ...timeoutProblems(load.timeoutSeconds)];
}
