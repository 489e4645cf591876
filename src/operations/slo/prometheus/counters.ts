/**
 * Counters as events in each period. A counter only grows, and begins anew when its process does: what is less than before is counted from
 * zero, as Prometheus's own `increase` does. That is true of a counter and not of a sum of them, which only falls a little when one of them
 * begins anew; so a sum that falls is nothing that can be counted. Pure.
 * Source: Prometheus, "Query functions", `rate` and `increase`: "adjusted for", and "take a rate() first and then aggregate".
 */
import type { Counts } from '../../../statistics/burn-rate.ts';
import { type Series, Unreadable } from './port.ts';

/** Growth by the second that its period begins at. */
type Growth = ReadonlyMap<number, number>;

export interface Grid {
  /** Seconds between two steps before `finerFrom`, and from there on. */
  readonly coarse: number;
  readonly fine: number;
  readonly finerFrom: number;
}

/** A series of a counter itself keeps the metric's name; what an operator or a function made of it does not (Prometheus, "Operators"). */
const isCounter = ({ labels }: Series): boolean => labels['__name__'] !== undefined;

/**
 * How much all series together grew in each period. Those that are there when counting begins (`since`) begin where they are; one that turns
 * up later began at zero, as a new process or the first error of its kind does.
 * @throws Unreadable for a sum that falls
 */
export function growthOf(series: readonly Series[], since: number, grid: Grid): Growth {
  const growth = new Map<number, number>();
  const stepAt = (at: number) => (at > grid.finerFrom ? grid.fine : grid.coarse);
  for (const one of series) {
    let before: number | undefined;
    for (const [at, value] of one.points) {
      const known = before ?? (at <= since + stepAt(at) || !isCounter(one) ? value : 0);
      const second = at - stepAt(at);
      growth.set(second, (growth.get(second) ?? 0) + growthBetween(known, value, at, one));
      before = value;
    }
  }
  return growth;
}

function growthBetween(before: number, value: number, at: number, series: Series): number {
  if (value >= before) {
    return value - before;
  }
  if (isCounter(series)) {
    return value;
  }
  throw new Unreadable(
    'counter-reset',
    `a sum of counters fell at ${new Date(at * 1000).toISOString()}, as a process began anew, and what it had counted cannot be told: query the counters themselves, without sum(); surefoot adds them`,
  );
}

/** When the first sample of any series is; undefined without one. */
export function firstSample(series: readonly Series[]): number | undefined {
  const firsts = series.flatMap(({ points }) => points[0]?.[0] ?? []);
  return firsts.length === 0 ? undefined : firsts.reduce((a, b) => Math.min(a, b));
}

export function lastSample(series: readonly Series[]): number | undefined {
  const lasts = series.flatMap(({ points }) => points.at(-1)?.[0] ?? []);
  return lasts.length === 0 ? undefined : lasts.reduce((a, b) => Math.max(a, b));
}

/** All events and the bad ones of each period. @throws Unreadable where more were good, or bad, than there were */
export function countsOf(all: Growth, part: Growth, of: 'good' | 'bad'): Map<number, Counts> {
  const sum = (growth: Growth) => [...growth.values()].reduce((total, value) => total + value, 0);
  const [total, counted] = [sum(all), sum(part)];
  if (counted > total + 0.5) {
    throw new Unreadable(
      'more-than-all',
      `${Math.round(counted)} events are ${of} of ${Math.round(total)}: the two queries count different things`,
    );
  }
  const counts = new Map<number, Counts>();
  for (const [second, value] of all) {
    const requests = Math.round(value);
    const share = Math.round(part.get(second) ?? 0);
    const bad = of === 'bad' ? share : requests - share;
    if (requests > 0) {
      counts.set(second, { requests, bad: Math.max(0, Math.min(requests, bad)) });
    }
  }
  return counts;
}
