/** When an environment sleeps: the schedule section of an environment. */
import { DAYS } from '../model/schedule.ts';
import { choice, listOf, section, text } from './fields.ts';

/** A time of day as `hh:mm`. */
export function timeOfDay(description: string, example: string) {
  return text(description, {
    example,
    pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
    rule: 'a time of day as hh:mm, from 00:00 to 23:59',
    advice: (input) => {
      const [, hour = '', minute = '00'] = /^([01]?\d|2[0-3])(?:[:.h]([0-5]\d))?$/.exec(String(input)) ?? [];
      return hour === '' ? undefined : `"${hour.padStart(2, '0')}:${minute}"`;
    },
  });
}

/** An IANA time zone; whether there is such a one is checked when it is resolved. */
export function timeZone(description: string) {
  return text(description, {
    example: 'America/Toronto',
    pattern: /^(UTC|[A-Za-z]+(\/[A-Za-z0-9_+-]+)+)$/,
    rule: 'the IANA name of a time zone (area and place)',
  });
}

/** Days of the week. */
export function weekdays(description: string) {
  const day = choice('Day of the week.', DAYS, { example: 'mon' });
  return listOf(description, day, { example: '[mon, tue, wed, thu, fri]', atMost: 7 });
}

export const scheduleSchema = section(
  'Schedule',
  'When the environment sleeps: `surefoot schedule` makes scheduled actions of Application Auto Scaling of it.',
  {
    pause: timeOfDay('When the services are scaled to nothing.', '"22:00"'),
    resume: timeOfDay('When they come back with their fewest tasks.', '"08:00"'),
    timezone: timeZone('Time zone of both, by its IANA name; daylight saving is followed.'),
    days: weekdays(
      'Days on which they come back; from the pause after the last of them they sleep until the next. Every day when left out.',
    ).optional(),
  },
  '{ pause: "22:00", resume: "08:00", timezone: America/Toronto }',
);
export type ScheduleDocument = ReturnType<typeof scheduleSchema.parse>;
