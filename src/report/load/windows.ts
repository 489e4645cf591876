/** A load record cut into equal windows of time, so that a chart or table has a readable number of points. */
import { countOf, quantile } from '../../statistics/log-histogram.ts';
import type { LoadRecord } from '../evidence.ts';
import { addBin, emptyTally, type LoadTally } from './tally.ts';

export interface Window extends LoadTally {
  /** Seconds since the load's start; `to` is the first second after the window. */
  readonly from: number;
  readonly to: number;
}

const WIDTHS = [1, 2, 3, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** The smallest round width in seconds that cuts `span` seconds into at most `maxCount` windows and is not below `minWidth`. */
export function windowWidth(span: number, maxCount: number, minWidth = 1): number {
  const needed = Math.max(span / maxCount, minWidth);
  const round = WIDTHS.find((width) => width >= needed);
  return round ?? Math.ceil(needed / 3600) * 3600;
}

/** The second after the last bin: how long the load's time axis is. */
export function spanOf(load: Pick<LoadRecord, 'bins'>): number {
  return (load.bins.at(-1)?.second ?? -1) + 1;
}

/** The bins added up in windows of `width` seconds, without holes from second 0 to the last bin. The last window may be cut short. */
export function windowsOf(load: Pick<LoadRecord, 'bins'>, width: number): Window[] {
  const span = spanOf(load);
  const windows: Window[] = [];
  for (let from = 0; from < span; from += width) {
    windows.push({ from, to: Math.min(from + width, span), ...emptyTally() });
  }
  for (const bin of load.bins) {
    const window = windows[Math.floor(bin.second / width)];
    if (window !== undefined) {
      addBin(window, bin);
    }
  }
  return windows;
}

/** Fewest values a quantile needs so that at least one value is expected beyond it: 100 for p99, 20 for p95, 2 for the median. */
export function neededFor(p: number): number {
  return Math.ceil(Number((1 / (1 - p)).toFixed(6)));
}

/** The `p` quantile of a window's latency in seconds, or null where it holds too few values to have one (see `neededFor`). */
export function windowQuantile(window: Pick<Window, 'latency'>, p: number): number | null {
  return countOf(window.latency) < neededFor(p) ? null : (quantile(window.latency, p) ?? null);
}
