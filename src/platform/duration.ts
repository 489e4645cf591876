/** Durations as people write them: a number and a unit. */
import Big from 'big.js';

const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;
export const DURATION_PATTERN = DURATION;

const SECONDS: Readonly<Record<string, string>> = { ms: '0.001', s: '1', m: '60', h: '3600', d: '86400' };

/** Seconds of `90s`, `1.5m`, `250ms`, `1h`, `2d`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  const factor = unit === undefined ? undefined : SECONDS[unit];
  return amount === undefined || factor === undefined ? undefined : new Big(amount).times(factor).toNumber();
}

/** OpenSLO's "duration shorthand": a whole number and m, h, d, w, M (month), Q (quarter) or Y (year). */
export const SHORTHAND_PATTERN = /^([1-9]\d{0,5})([mhdwMQY])$/;

/** Months, quarters and years as OpenSLO's own SDK counts them: 30, 90 and 365 days. */
const DAYS: Readonly<Record<string, number>> = { m: 1 / 1440, h: 1 / 24, d: 1, w: 7, M: 30, Q: 90, Y: 365 };

/** Days of an OpenSLO duration shorthand such as `30d`, `4w`, `1M`; undefined for anything else. */
export function parseShorthand(text: string): number | undefined {
  const [, amount, unit] = SHORTHAND_PATTERN.exec(text) ?? [];
  const days = unit === undefined ? undefined : DAYS[unit];
  return days === undefined ? undefined : Number(amount) * days;
}
