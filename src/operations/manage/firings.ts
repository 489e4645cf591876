/** When a time of day comes next in a time zone, and as the cron of Application Auto Scaling. Pure. */
import { DAYS, type Day, type PauseSchedule, type TimeOfDay } from '../../platform/model/schedule.ts';

export interface Firing {
  readonly at: Date;
  /** Local date, time and offset, e.g. `Mon 2026-11-02 08:00 GMT-5`. */
  readonly local: string;
}

const DAY_MS = 86_400_000;

/** Days on which a schedule pauses: those on which it resumes, or the ones after where the pause comes after midnight. */
export function pauseDays({ pause, resume, days }: PauseSchedule): readonly Day[] {
  if (minutes(pause) > minutes(resume)) {
    return days;
  }
  return DAYS.filter((_, index) => days.includes(DAYS[(index + DAYS.length - 1) % DAYS.length] ?? 'mon'));
}

function minutes({ hour, minute }: TimeOfDay): number {
  return hour * 60 + minute;
}

/**
 * `cron(Minutes Hours Day_of_Month Month Day_of_Week Year)`; one of the two days must be `?`.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */
export function cronOf({ hour, minute }: TimeOfDay, days: readonly Day[]): string {
  return days.length === DAYS.length
    ? `cron(${minute} ${hour} * * ? *)`
    : `cron(${minute} ${hour} ? * ${days.map((day) => day.toUpperCase()).join(',')} *)`;
}

/**
 * The next `count` moments after `from` at which that time of day comes on those days, across changes of the clock. A time that a change
 * skips does not come that day; of one that comes twice the first is given. (What AWS does with those two is not documented.)
 */
export function nextFirings(
  time: TimeOfDay,
  days: readonly Day[],
  timeZone: string,
  from: Date,
  count: number,
): Firing[] {
  const found: Firing[] = [];
  const today = localParts(from, timeZone);
  const midnight = Date.UTC(today.year, today.month - 1, today.day);
  // Two weeks hold three of any day of the week but one that is asked for alone.
  for (let offset = 0; found.length < count && offset < 7 * (count + 2); offset += 1) {
    const date = new Date(midnight + offset * DAY_MS);
    const day = DAYS[(date.getUTCDay() + 6) % 7];
    const at = day !== undefined && days.includes(day) ? instantOf(date, time, timeZone) : undefined;
    if (at !== undefined && at > from) {
      found.push({ at, local: showLocal(at, timeZone) });
    }
  }
  return found;
}

/** The moment at which the wall clock of the zone shows that time on that date; undefined when a change of the clock skips it. */
function instantOf(date: Date, time: TimeOfDay, timeZone: string): Date | undefined {
  const wall = date.getTime() + minutes(time) * 60_000;
  // The offset is looked up where the moment may be: a day around it holds at most one change.
  const candidates = [wall - DAY_MS, wall + DAY_MS]
    .map((around) => wall - offsetMs(new Date(around), timeZone))
    .sort((one, other) => one - other)
    .filter((instant) => instant + offsetMs(new Date(instant), timeZone) === wall);
  return candidates[0] === undefined ? undefined : new Date(candidates[0]);
}

function offsetMs(at: Date, timeZone: string): number {
  const { year, month, day, hour, minute, second } = localParts(at, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at.getTime() / 1000) * 1000;
}

function localParts(at: Date, timeZone: string) {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    year: read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
  };
}

function showLocal(at: Date, timeZone: string): string {
  const { year, month, day, hour, minute } = localParts(at, timeZone);
  const named = new Intl.DateTimeFormat('en', {
    timeZone,
    weekday: 'short',
    timeZoneName: 'shortOffset',
  }).formatToParts(at);
  const name = (type: Intl.DateTimeFormatPartTypes) => named.find((part) => part.type === type)?.value ?? '';
  const two = (value: number) => String(value).padStart(2, '0');
  return `${name('weekday')} ${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)} ${name('timeZoneName')}`;
}
