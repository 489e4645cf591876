/** The schedule of an environment: checked against the rest of it. */
import type { Findings } from '../findings.ts';
import { DAYS, type PauseSchedule, type TimeOfDay } from '../model/schedule.ts';
import type { ScheduleDocument } from '../schema/schedule.ts';
import type { Path } from '../source/spots.ts';
import { didYouMean } from '../suggest.ts';

/** `at` is where the schedule stands. */
export function resolveSchedule(findings: Findings, schedule: ScheduleDocument, at: Path): PauseSchedule {
  checkZone(findings, schedule.timezone, [...at, 'timezone']);
  if (schedule.pause === schedule.resume) {
    findings.report({
      path: [...at, 'resume'],
      what: `is the same time as pause (${schedule.pause})`,
      write: 'a time at which the services come back',
      needs: [[...at, 'pause']],
    });
  }
  const days = schedule.days ?? [];
  return {
    pause: timeOfDay(schedule.pause),
    resume: timeOfDay(schedule.resume),
    days: days.length === 0 ? DAYS : DAYS.filter((day) => days.includes(day)),
    timeZone: schedule.timezone,
  };
}

/** `22:00` as hour and minute. */
export function timeOfDay(text: string): TimeOfDay {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return { hour, minute };
}

/** Reports what is no time zone. AWS takes canonical IANA names, spelt exactly (AWS: PutScheduledAction, Timezone). */
export function checkZone(findings: Findings, zone: string, path: Path): void {
  const exact = exactZone(zone);
  if (exact === undefined) {
    const near = didYouMean(zone, Intl.supportedValuesOf('timeZone'));
    findings.report({
      path,
      what: `is ${JSON.stringify(zone)}, which is no time zone`,
      write: near ?? 'America/Toronto, or another IANA name',
    });
  } else if (exact !== zone && exact.toLowerCase() === zone.toLowerCase()) {
    findings.report({ path, what: `is ${JSON.stringify(zone)}; AWS wants the name as it is spelt`, write: exact });
  }
}

const spelt = new Map<string, string | undefined>();

/** The zone as this machine's tz database spells it, or its canonical name where it is an alias; undefined when there is none. */
function exactZone(zone: string): string | undefined {
  if (!spelt.has(zone)) {
    spelt.set(zone, lookUp(zone));
  }
  return spelt.get(zone);
}

function lookUp(zone: string): string | undefined {
  // Making a format loads calendars and numbers first: 10 to 40 ms, which every start would pay.
  if (Intl.supportedValuesOf('timeZone').includes(zone)) {
    return zone;
  }
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}
