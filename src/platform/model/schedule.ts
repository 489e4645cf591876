/** Times of the week. */

/** A time of day in the schedule's time zone. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Day = (typeof DAYS)[number];

/** A stretch of the day on some days of the week; past midnight where it ends earlier than it begins. */
export interface Window {
  readonly days: readonly Day[];
  readonly from: TimeOfDay;
  readonly to: TimeOfDay;
  /** IANA name. */
  readonly timeZone: string;
}

/** An environment that sleeps at night: on each of `days` it wakes at `resume`, and sleeps from the next `pause` on. */
export interface PauseSchedule {
  readonly pause: TimeOfDay;
  readonly resume: TimeOfDay;
  /** In the order of the week. */
  readonly days: readonly Day[];
  /** IANA name. */
  readonly timeZone: string;
}
