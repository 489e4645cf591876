/** When what disturbs may start. Pure. */
import type { Day, TimeOfDay, Window } from '../../platform/model/schedule.ts';

const MINUTES_OF_A_DAY = 1440;
const DAYS: readonly Day[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Whether one of the windows is open; without windows it is always. The first minute belongs to a window, its last moment does not. */
export function isOpen(windows: readonly Window[], now: Date): boolean {
  return windows.length === 0 || windows.some((window) => isWithin(window, now));
}

function isWithin({ days, from, to, timeZone }: Window, now: Date): boolean {
  const { day, minute } = localTime(now, timeZone);
  const [begins, ends] = [minutesOf(from), minutesOf(to)];
  const isDay = (index: number) => days.includes(DAYS[(index + 7) % 7] ?? 'sun');
  if (begins < ends) {
    return isDay(day) && minute >= begins && minute < ends;
  }
  // Past midnight: today's evening, or the morning after yesterday's.
  return (isDay(day) && minute >= begins) || (isDay(day - 1) && minute < ends);
}

function localTime(now: Date, timeZone: string): { day: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const weekday = part('weekday').toLowerCase();
  const day = DAYS.findIndex((name) => weekday === name.slice(0, 3));
  return { day, minute: (Number(part('hour')) * 60 + Number(part('minute'))) % MINUTES_OF_A_DAY };
}

function minutesOf({ hour, minute }: TimeOfDay): number {
  return hour * 60 + minute;
}

/** `tue, wed 09:00 to 16:00 America/Toronto`. */
export function windowText({ days, from, to, timeZone }: Window): string {
  const clock = ({ hour, minute }: TimeOfDay) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  return `${days.join(', ')} ${clock(from)} to ${clock(to)} ${timeZone}`;
}
