/** What the Schedule of a scheduled action says, and when it is due. Pure. */
import { cronTimes, type LocalTimes, onceAt, ScheduleError } from './cron.ts';
import { checkTimeZone } from './time-zone.ts';

export type Schedule =
  | { readonly kind: 'at' | 'cron'; readonly times: LocalTimes }
  | { readonly kind: 'rate'; readonly everyMs: number };

/** What bounds a schedule. `createdAt` is where a rate without a start time counts from. */
export interface ScheduleWindow {
  readonly createdAt: Date;
  readonly start: Date | undefined;
  readonly end: Date | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `at(yyyy-mm-ddThh:mm:ss)`, `rate(value unit)` or `cron(fields)`; `timezone` is UTC when undefined and means nothing to rates.
 * Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
 * @throws ScheduleError
 */
export function parseSchedule(text: string, timezone: string | undefined): Schedule {
  const zone = checkTimeZone(timezone ?? 'UTC');
  const [, kind, inside = ''] = /^(at|rate|cron)\((.*)\)$/.exec(text.trim()) ?? [];
  switch (kind) {
    case 'at':
      return { kind, times: onceAt(inside, zone) };
    case 'cron':
      return { kind, times: cronTimes(inside, zone) };
    case 'rate':
      return { kind, everyMs: intervalOf(inside) };
    default:
      throw new ScheduleError(
        `"${text}" is no schedule; write at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(minutes hours day-of-month month day-of-week year)`,
      );
  }
}

function intervalOf(text: string): number {
  const [, value, unit = ''] = /^\s*([1-9]\d*)\s+(minute|hour|day)s?\s*$/.exec(text) ?? [];
  const ms = UNIT_MS[unit];
  if (value === undefined || ms === undefined) {
    throw new ScheduleError(
      `a rate is a positive whole number and minute(s), hour(s) or day(s), as rate(5 minutes); not "${text}"`,
    );
  }
  return Number(value) * ms;
}

/**
 * The first moment after `after` at which the action is due; undefined when there is none any more. "If you specify a start time,
 * Application Auto Scaling performs the action at this time, and then performs the action based on the specified recurrence"; "if you
 * specify an end time, the action stops recurring after this time." A rate without a start time is first due one interval after creation.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */
export function nextDue(schedule: Schedule, { createdAt, start, end }: ScheduleWindow, after: Date): Date | undefined {
  if (schedule.kind === 'at') {
    return schedule.times.next(after);
  }
  if (start !== undefined && start > after) {
    return within(start, end);
  }
  if ('times' in schedule) {
    return within(schedule.times.next(after), end);
  }
  const base = (start ?? createdAt).getTime();
  const intervals = Math.floor((after.getTime() - base) / schedule.everyMs) + 1;
  return within(new Date(base + intervals * schedule.everyMs), end);
}

function within(due: Date | undefined, end: Date | undefined): Date | undefined {
  return due !== undefined && end !== undefined && due > end ? undefined : due;
}
