/**
 * The steps of a shift: from when until when the candidate had which share of production traffic. Seen from outside, in the weights that
 * ECS tells, so that it does not matter on which side of its pause a step bakes, which AWS leaves open. Pure.
 */

export interface Step {
  /** The candidate's share of production traffic, in percent. */
  readonly percent: number;
  /** When this share was first and last seen; milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** The steps after one more look, at `at`. Shares of 0 and of 100 % are no steps: there is only one arm then. */
export function seeWeight(steps: readonly Step[], percent: number, at: number): readonly Step[] {
  const last = steps.at(-1);
  if (!(percent > 0 && percent < 100)) {
    return steps;
  }
  return last?.percent === percent
    ? [...steps.slice(0, -1), { ...last, until: at }]
    : [...steps, { percent, from: at, until: at }];
}

/** How the periods of the metrics lie. */
export interface Periods {
  readonly periodSeconds: number;
  /** So long after its end a period is taken as complete. */
  readonly lagSeconds: number;
  /** So long after a shift nothing is judged: new tasks are cold, and answers to requests from before it still come in. */
  readonly warmUpSeconds: number;
}

/** The first period of the step that counts, and the end of the last that is closed at `now`; in seconds since 1970. */
export function closedPeriods(
  step: Step,
  now: number,
  periods: Periods,
): { readonly start: number; readonly end: number } {
  const { periodSeconds: period, lagSeconds, warmUpSeconds } = periods;
  const start = Math.ceil((step.from / 1000 + warmUpSeconds) / period) * period;
  const end = Math.floor(Math.min(step.until / 1000, now / 1000 - lagSeconds) / period) * period;
  return { start, end: Math.max(start, end) };
}

/** Whether so many seconds of the step, its warm-up left out, are closed and read at `end`. At least one period must be. */
export function isCovered(step: Step, end: number, seconds: number, periods: Periods): boolean {
  const start = Math.ceil((step.from / 1000 + periods.warmUpSeconds) / periods.periodSeconds) * periods.periodSeconds;
  return end - start >= Math.max(periods.periodSeconds, seconds - periods.warmUpSeconds);
}
