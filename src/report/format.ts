/** Numbers, durations and times as people read them. Rounding never turns "almost" into "all" or "none". */
import type { Measurement } from './evidence.ts';

/** A whole number with thousands separated: `12,345`. */
export function formatCount(count: number): string {
  return Math.abs(count) < 1e15 ? String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',') : String(count);
}

/** A count with its noun: `1 event`, `1,200 events`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Any number with about three significant digits: `0.123`, `12.3`, `1,235`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  if (Math.abs(value) >= 1000) {
    return formatCount(Math.round(value));
  }
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

/** A number short enough for an axis: `750`, `12k`, `1.5M`, `1e+12`. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size < 10_000) {
    return formatNumber(value);
  }
  if (size >= 1e9) {
    return value.toExponential().replace(/(\.\d\d)\d+/, '$1');
  }
  return size < 1e6 ? `${formatNumber(value / 1000)}k` : `${formatNumber(value / 1e6)}M`;
}

/**
 * A ratio in per cent, with the decimals it needs: 0.5 is `50 %`, 0.99953 is `99.953 %`. Never `100 %` for less than 1 or `0 %` for more than 0:
 * beyond six decimals it reads `> 99.999999 %`.
 */
export function formatRatio(ratio: number): string {
  if (!Number.isFinite(ratio)) {
    return String(ratio);
  }
  const percent = ratio * 100;
  if (ratio <= 0 || ratio >= 1) {
    return `${formatNumber(percent)} %`;
  }
  const distance = Math.min(percent, 100 - percent);
  if (distance < 1e-6) {
    return percent < 50 ? '< 0.000001 %' : '> 99.999999 %';
  }
  const decimals = Math.min(6, Math.max(1, 1 - Math.floor(Math.log10(distance))));
  return `${Number(percent.toFixed(decimals))} %`;
}

/** A duration: `0.4 ms`, `420 ms`, `4.82 s`, `75.3 s`, `2 min 5 s`, `3 h 20 min`. */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0 || !Number.isFinite(seconds)) {
    return `${seconds} s`;
  }
  if (size < 0.9995) {
    return `${Number((seconds * 1000).toPrecision(3))} ms`;
  }
  if (size < 119.5) {
    return `${Number(seconds.toPrecision(3))} s`;
  }
  const whole = Math.round(size);
  const sign = seconds < 0 ? '−' : '';
  if (whole < 7200) {
    return `${sign}${Math.floor(whole / 60)} min${whole % 60 > 0 ? ` ${whole % 60} s` : ''}`;
  }
  const minutes = Math.round(whole / 60);
  return `${sign}${formatCount(Math.floor(minutes / 60))} h${minutes % 60 > 0 ? ` ${minutes % 60} min` : ''}`;
}

/** An ISO 8601 time as `2026-10-04 12:00:03 UTC`. */
export function formatTime(iso: string): string {
  return `${iso.slice(0, 10)} ${formatClock(iso)} UTC`;
}

/** The time of day of an ISO 8601 time, in UTC: `12:00:03`. */
export function formatClock(iso: string): string {
  return iso.slice(11).replace(/(\.\d+)?Z$/, '');
}

/** Seconds from one ISO 8601 time to another. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** A value in its unit: a ratio in per cent, seconds as people say them, any other unit after the number. */
export function formatIn(unit: string, value: number): string {
  switch (unit) {
    case 'ratio':
      return formatRatio(value);
    case 's':
      return formatSeconds(value);
    case '':
      return formatNumber(value);
    default:
      return `${formatNumber(value)} ${unit}`;
  }
}

/** The value of a measurement with its unit; what is known from below only is `at least` that, and `no data` when nothing is. */
export function formatValue(measurement: Pick<Measurement, 'unit' | 'value'> & Partial<Measurement>): string {
  const { lower, unit, upper, value } = measurement;
  if (value !== null) {
    return formatIn(unit, value);
  }
  return lower === undefined || upper !== undefined ? 'no data' : `at least ${formatIn(unit, lower)}`;
}

/** The bounds of a measurement, e.g. `99.88 % to 100 % (95 %)`; undefined when it has none, or when they stand for the value. */
export function formatBounds(measurement: Measurement): string | undefined {
  const { lower, upper, unit, confidence, value } = measurement;
  if (upper === undefined && (lower === undefined || value === null)) {
    return undefined;
  }
  const level = confidence === undefined ? '' : ` (${formatRatio(confidence)})`;
  if (lower === undefined || upper === undefined) {
    return lower === undefined
      ? `at most ${formatIn(unit, upper ?? 0)}${level}`
      : `at least ${formatIn(unit, lower)}${level}`;
  }
  return `${formatIn(unit, lower)} to ${formatIn(unit, upper)}${level}`;
}
