/** Time zones as Application Auto Scaling takes them. Pure. */
import { ScheduleError } from './cron.ts';

const CANONICAL = new Map(Intl.supportedValuesOf('timeZone').map((name) => [name.toLowerCase(), name]));

/**
 * The name, if it is an IANA time zone. AWS's names come from Joda-Time, where upper and lower case count and offsets are no zones.
 * @throws ScheduleError that says what to write instead
 */
export function checkTimeZone(name: string): string {
  const canonical = CANONICAL.get(name.toLowerCase());
  if (canonical !== undefined && canonical !== name) {
    throw new ScheduleError(`"${name}" is no time zone; write "${canonical}"`);
  }
  if (!/^[A-Z]/.test(name) || !isKnown(name)) {
    throw new ScheduleError(
      `"${name}" is no time zone of the IANA database; write one such as America/Toronto or Etc/UTC`,
    );
  }
  return name;
}

function isKnown(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
