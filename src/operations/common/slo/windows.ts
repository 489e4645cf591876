/** Which stretch of time an SLO is counted over, and in what grain CloudWatch still has it. Pure. */
import { METRICS_LAG_SECONDS } from '../../../platform/schema/common.ts';
import { formatSeconds } from '../../../report/format.ts';
import { type BurnWindow, burnWindows } from '../../../statistics/burn-rate.ts';

/** Seconds since 1970; `end` is not part of it. Both are multiples of the period. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly periodSeconds: number;
}

/**
 * CloudWatch keeps periods of 60 s for 15 days, of 5 minutes for 63 days and of an hour for 455 (AWS: "Metrics retention"). What was in
 * the last days is read by the minute, so that short windows are exact; what is older in 5 minutes, or hours. The rehearsal platform
 * keeps seconds for 3 hours and minutes for a day.
 */
interface Grain {
  readonly fineSeconds: number;
  /** Fine periods are asked for no further back than this. */
  readonly fineKept: number;
  readonly coarseSeconds: number;
  readonly coarseKept: number;
  /** So long after its end a period is taken as complete. */
  readonly lagSeconds: number;
}

const DAY = 86_400;
const FIVE_MINUTES_KEPT = 63 * DAY;
const REHEARSED: Grain = { fineSeconds: 1, fineKept: 9000, coarseSeconds: 60, coarseKept: DAY - 600, lagSeconds: 2 };
/** A window shorter than this would hold next to nothing even of a fast rehearsal. */
const SHORTEST_REHEARSED = 5;

function grainFor(windowSeconds: number, rehearsalSpeed: number | undefined): Grain {
  if (rehearsalSpeed !== undefined) {
    return REHEARSED;
  }
  const common = { fineSeconds: 60, fineKept: 3 * DAY, lagSeconds: METRICS_LAG_SECONDS - 60 };
  return windowSeconds < FIVE_MINUTES_KEPT - DAY
    ? { ...common, coarseSeconds: 300, coarseKept: FIVE_MINUTES_KEPT }
    : { ...common, coarseSeconds: 3600, coarseKept: 455 * DAY };
}

export interface Windows {
  /** Of the SLO's own window. */
  readonly from: number;
  readonly until: number;
  readonly burn: readonly BurnWindow[];
  /** What to read: one call each. */
  readonly spans: readonly Span[];
  /** True where CloudWatch no longer has the beginning of the window. */
  readonly cut: boolean;
}

/** The window of an SLO that ends now, with its burn windows. `now` in milliseconds since 1970. */
export function windowsOf(windowDays: number, now: number, rehearsalSpeed: number | undefined): Windows {
  const period = Math.round(windowDays * DAY);
  const burn = burnWindows(period);
  const length = lengthOf(period, rehearsalSpeed);
  const { fineSeconds, fineKept, coarseSeconds, coarseKept, lagSeconds } = grainFor(length, rehearsalSpeed);
  const until = floorTo(now / 1000 - lagSeconds, fineSeconds);
  const wanted = until - length;
  const kept = until - coarseKept;
  const longest = Math.max(...burn.map(({ longSeconds }) => lengthOf(longSeconds, rehearsalSpeed)));
  const fineFrom = floorTo(until - Math.min(longest, fineKept), coarseSeconds);
  const coarseFrom = -floorTo(-Math.max(wanted, kept), coarseSeconds);
  const cut = wanted < kept;
  return coarseFrom >= fineFrom
    ? { from: wanted, until, burn, cut, spans: [{ start: wanted, end: until, periodSeconds: fineSeconds }] }
    : {
        from: coarseFrom,
        until,
        burn,
        cut,
        spans: [
          { start: coarseFrom, end: fineFrom, periodSeconds: coarseSeconds },
          { start: fineFrom, end: until, periodSeconds: fineSeconds },
        ],
      };
}

/** How long a window is in fact: a rehearsal divides it by its speed, as it does with a bake. Whole seconds. */
export function lengthOf(seconds: number, rehearsalSpeed: number | undefined): number {
  return rehearsalSpeed === undefined ? seconds : Math.max(SHORTEST_REHEARSED, Math.round(seconds / rehearsalSpeed));
}

/** `1 h`, `5 min`, `3 d`; in a rehearsal also what its speed makes of it. */
export function describeWindow(seconds: number, rehearsalSpeed: number | undefined): string {
  const [shown, length] = [inWords(seconds), lengthOf(seconds, rehearsalSpeed)];
  return length === seconds ? shown : `${shown} (${formatSeconds(length)} here)`;
}

function inWords(seconds: number): string {
  if (seconds % DAY === 0 && seconds > DAY) {
    return `${seconds / DAY} d`;
  }
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}

/** The grid of the finest periods, and when the last of them is closed at `now`, in milliseconds since 1970. */
export function lastClosed(now: number, rehearsalSpeed: number | undefined): { end: number; periodSeconds: number } {
  const { fineSeconds, lagSeconds } = grainFor(0, rehearsalSpeed);
  return { end: floorTo(now / 1000 - lagSeconds, fineSeconds), periodSeconds: fineSeconds };
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
