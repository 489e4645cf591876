/** The arithmetic of a constant arrival rate, as k6 2.2.0 carries it out (`lib/executor/constant_arrival_rate.go`). */
import { InputError } from '../errors.ts';
import type { ConstantLoad } from './types.ts';

export interface LoadPlan {
  /** Arrivals per second. */
  readonly rate: number;
  readonly seconds: number;
  /** rate × seconds. */
  readonly arrivals: number;
  /** k6's distance between two arrivals, in seconds: whole nanoseconds, rounded down. */
  readonly interval: number;
  /** The scenario's duration for k6, with its unit. */
  readonly duration: string;
  readonly virtualUsers: number;
}

const NANOSECONDS = 1e9;
const HIGHEST_RATE = 20_000;
/** How late a request may begin; later ones make the record doubtful. Most of a one-second bin is then what was planned for it. */
export const LATE_SECONDS = 0.25;

/**
 * What k6 is asked for so that exactly rate × maxSeconds requests are sent.
 *
 * Arrival i is due i × interval after the start. k6 ends the scenario by a deadline that races with its arrivals, in both directions on a
 * busy machine. So the deadline is set `LATE_SECONDS` after the last arrival's interval: late arrivals still come, and the script lets
 * those pass that are not planned any more, by their number. (Their number is too low by what was dropped before. After drops k6 may
 * therefore send requests in that last quarter of a second; the books leave them out and say so.)
 *
 * A virtual user is held for at most the request time-out, so rate × time-out of them are busy at the worst; a tenth and a quarter of a
 * second's arrivals are added for what an iteration costs beside its request and for the first second, when every connection is new.
 * @throws InputError `bad-load` naming all that cannot be
 */
export function planLoad(load: Pick<ConstantLoad, 'rate' | 'timeoutSeconds' | 'maxSeconds'>): LoadPlan {
  const problems = problemsOf(load);
  if (problems.length > 0) {
    throw new InputError('bad-load', `This load cannot be run: ${problems.join('; ')}.`);
  }
  const nanoseconds = Math.floor(NANOSECONDS / load.rate);
  const arrivals = load.rate * load.maxSeconds;
  return {
    rate: load.rate,
    seconds: load.maxSeconds,
    arrivals,
    interval: nanoseconds / NANOSECONDS,
    duration: `${Math.ceil((arrivals * nanoseconds) / 1000) + LATE_SECONDS * 1e6}us`,
    virtualUsers: Math.ceil(load.rate * load.timeoutSeconds * 1.1) + Math.ceil(load.rate / 4) + 10,
  };
}

function problemsOf(load: Pick<ConstantLoad, 'rate' | 'timeoutSeconds' | 'maxSeconds'>): string[] {
  const problems: string[] = [];
  if (!Number.isInteger(load.rate) || load.rate < 1 || load.rate > HIGHEST_RATE) {
    problems.push(
      `rate is ${load.rate}, but must be a whole number of arrivals per second from 1 to ${HIGHEST_RATE} (one generator does no more)`,
    );
  }
  if (!Number.isInteger(load.maxSeconds) || load.maxSeconds < 1) {
    problems.push(`maxSeconds is ${load.maxSeconds}, but must be a whole number from 1 up`);
  }
  if (!(load.timeoutSeconds > 0) || !Number.isFinite(load.timeoutSeconds)) {
    problems.push(`timeoutSeconds is ${load.timeoutSeconds}, but must be above 0`);
  }
  return problems;
}

/** The second (from 0) that an arrival belongs to: that of its planned moment. */
export function secondOf(plan: Pick<LoadPlan, 'rate'>, arrival: number): number {
  return Math.floor(arrival / plan.rate);
}

/** How many arrivals were due when `elapsed` seconds had passed since the scenario's start. */
export function dueAfter(plan: LoadPlan, elapsed: number): number {
  return elapsed < 0 ? 0 : Math.min(plan.arrivals, Math.floor(elapsed / plan.interval) + 1);
}
