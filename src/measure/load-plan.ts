/** What k6 is asked for, and which arrival is due when; and what all such plans have in common. */

/** The arithmetic of a load: its arrivals are numbered from 0 in the order in which they are due. */
export interface LoadPlan {
  /** Arrivals per second at the most. */
  readonly rate: number;
  readonly seconds: number;
  readonly arrivals: number;
  /** k6 numbers its arrivals over all machines of a load; what is numbered from here on is beyond the plan. */
  readonly numberedBelow: number;
  readonly virtualUsers: number;
  /** The scenario's executor and its options, in k6's own words. */
  readonly scenario: Readonly<Record<string, unknown>>;
  /** When an arrival is due, in seconds after the scenario's start. */
  momentOf(arrival: number): number;
  /** The second (from 0) that an arrival belongs to. */
  secondOf(arrival: number): number;
  /** How many arrivals belong to the seconds before this one. */
  arrivalsBefore(second: number): number;
  /** How many arrivals were due when `elapsed` seconds had passed since the scenario's start. */
  dueAfter(elapsed: number): number;
}

export const HIGHEST_RATE = 20_000;
/** How late a request may begin; later ones make the record doubtful. Most of a one-second bin is then what was planned for it. */
export const LATE_SECONDS = 0.25;

/**
 * How many virtual users are always enough. One is held for at most the request time-out, so rate × time-out of them are busy at the
 * worst (Little: in flight = arrival rate × time in the system); a tenth and a quarter of a second's arrivals are added for what an
 * iteration costs beside its request and for the first second, when every connection is new.
 */
export function virtualUsersFor(rate: number, timeoutSeconds: number): number {
  return Math.ceil(rate * timeoutSeconds * 1.1) + Math.ceil(rate / 4) + 10;
}

/** What cannot be about a rate and a time-out, as sentences without a full stop. */
export function rateProblems(rate: number, what = 'rate'): string[] {
  return Number.isInteger(rate) && rate >= 1 && rate <= HIGHEST_RATE
    ? []
    : [
        `${what} is ${rate}, but must be a whole number of arrivals per second from 1 to ${HIGHEST_RATE} (one generator does no more)`,
      ];
}

/** See `rateProblems`. */
export function timeoutProblems(timeoutSeconds: number): string[] {
  return timeoutSeconds > 0 && Number.isFinite(timeoutSeconds)
    ? []
    : [`timeoutSeconds is ${timeoutSeconds}, but must be above 0`];
}
