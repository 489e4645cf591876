/**
 * AWS's cron expressions with time zones: `Minutes Hours Day-of-month Month Day-of-week Year`. AWS's grammar is checked here and written
 * out in plain numbers; croner finds the next local time that fits. Pure.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html, which Application Auto Scaling refers to
 */
import { Cron } from 'croner';

/** What is wrong with a schedule, in words for its author. */
export class ScheduleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScheduleError';
  }
}

/** Local times of one time zone that fit a pattern. */
export interface LocalTimes {
  /** The first such moment after `after`; undefined when there is none any more. */
  next(after: Date): Date | undefined;
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
  /** Does AWS's table list the slash for it? */
  readonly steps: boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MINUTES: Field = { name: 'Minutes', least: 0, most: 59, names: [], steps: true };
const HOURS: Field = { name: 'Hours', least: 0, most: 23, names: [], steps: true };
const DAY_OF_MONTH: Field = { name: 'Day-of-month', least: 1, most: 31, names: [], steps: true };
const MONTH: Field = { name: 'Month', least: 1, most: 12, names: MONTHS, steps: true };
const DAY_OF_WEEK: Field = { name: 'Day-of-week', least: 1, most: 7, names: WEEKDAYS, steps: false };
const YEAR: Field = { name: 'Year', least: 1970, most: 2199, names: [], steps: true };

/**
 * The six fields of a cron expression as local times of `timezone`.
 * @throws ScheduleError that names the field and what it may hold
 */
export function cronTimes(fields: string, timezone: string): LocalTimes {
  const parts = fields.trim().toUpperCase().split(/\s+/);
  const [minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = parts;
  if (parts.length !== 6) {
    throw new ScheduleError(
      `a cron expression has six fields (Minutes Hours Day-of-month Month Day-of-week Year), not ${parts.length}: "${fields.trim()}"`,
    );
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new ScheduleError(
      `exactly one of Day-of-month and Day-of-week must be "?", the other says on which days: found "${dayOfMonth}" and "${dayOfWeek}"`,
    );
  }
  const pattern = [
    '0',
    plainField(MINUTES, minutes),
    plainField(HOURS, hours),
    daysOfMonth(dayOfMonth),
    plainField(MONTH, month),
    daysOfWeek(dayOfWeek),
    plainField(YEAR, year),
  ];
  return localTimes(pattern.join(' '), timezone);
}

/**
 * The one moment that a local date and time of `timezone` is.
 * @throws ScheduleError for anything but an existing date and time as `yyyy-mm-ddThh:mm:ss`
 */
export function onceAt(text: string, timezone: string): LocalTimes {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(text.trim());
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (match ?? []).slice(1).map(Number);
  const parsed = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (match === null || `${parsed.toISOString().slice(0, 19)}` !== text.trim()) {
    throw new ScheduleError(`"${text.trim()}" is no date and time; write at(yyyy-mm-ddThh:mm:ss)`);
  }
  return localTimes([second, minute, hour, day, month, '?', year].join(' '), timezone);
}

/**
 * A local time that a change to summer time leaves out is skipped; one that a change back brings twice counts once where the expression
 * names one time, and each time where it repeats within hours or minutes. Application Auto Scaling's pages are silent on this; it is what
 * EventBridge Scheduler documents: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 */
function localTimes(pattern: string, timezone: string): LocalTimes {
  const cron = new Cron(pattern, { timezone, mode: '7-part', alternativeWeekdays: true, domAndDow: true });
  return {
    next(after) {
      let found = cron.nextRun(after);
      // croner moves a time that does not exist to the first one after the gap, which the pattern then does not match.
      while (found !== null && !cron.match(found)) {
        found = cron.nextRun(found);
      }
      return found ?? undefined;
    },
  };
}

function daysOfMonth(text: string): string {
  if (text === '?' || text === 'L' || text === 'LW') {
    return text;
  }
  const nearest = /^(\d+)W$/.exec(text)?.[1];
  return nearest === undefined ? plainField(DAY_OF_MONTH, text) : `${numberIn(DAY_OF_MONTH, nearest)}W`;
}

function daysOfWeek(text: string): string {
  if (text === '?') {
    return text;
  }
  if (text === 'L') {
    return '7'; // "the last day of the week": Saturday
  }
  const last = /^(\w+?)L$/.exec(text)?.[1];
  if (last !== undefined && (/^\d+$/.test(last) || WEEKDAYS.includes(last))) {
    return `${numberIn(DAY_OF_WEEK, last)}L`;
  }
  const [, day, nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  return day === undefined ? plainField(DAY_OF_WEEK, text) : `${numberIn(DAY_OF_WEEK, day)}#${nth}`;
}

/** A field without L, W, # and ?: `*`, or every value that it names. */
function plainField(field: Field, text: string): string {
  if (text === '*') {
    return text;
  }
  const values = new Set(text.split(',').flatMap((item) => valuesOf(field, item)));
  return [...values].sort((a, b) => a - b).join(',');
}

function valuesOf(field: Field, item: string): number[] {
  const [, first = '', last, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? [];
  if (first === '' || (first === '*' && (last !== undefined || step === undefined))) {
    throw refused(field, item);
  }
  const from = first === '*' ? field.least : numberIn(field, first);
  const to = endOf(field, { from, last, step });
  const by = Number(step ?? 1);
  if ((step !== undefined && !field.steps) || by < 1 || by > field.most) {
    throw refused(field, item);
  }
  // FRI-MON and 22-2 go round.
  const length = (to >= from ? to : to + field.most - field.least + 1) - from;
  const size = field.most - field.least + 1;
  return Array.from({ length: Math.floor(length / by) + 1 }, (_, index) => {
    const value = from + index * by;
    return value > field.most ? value - size : value;
  });
}

function endOf(
  field: Field,
  { from, last, step }: { readonly from: number; readonly last: string | undefined; readonly step: string | undefined },
): number {
  if (last !== undefined) {
    return numberIn(field, last);
  }
  return step === undefined ? from : field.most;
}

function numberIn(field: Field, text: string): number {
  const named = field.names.indexOf(text);
  const value = named >= 0 ? named + field.least : Number(/^\d+$/.test(text) ? text : Number.NaN);
  if (!(value >= field.least && value <= field.most)) {
    throw refused(field, text);
  }
  return value;
}

function refused(field: Field, found: string): ScheduleError {
  const names = field.names.length === 0 ? '' : ` or ${field.names[0]}-${field.names.at(-1)}`;
  const special = { 'Day-of-month': ' ? L W', 'Day-of-week': ' ? L #' }[field.name] ?? '';
  return new ScheduleError(
    `${field.name} holds ${field.least}-${field.most}${names} and , - *${field.steps ? ' /' : ''}${special}, not "${found}"`,
  );
}
