/** How an error budget went over its window, as a curve to draw. Pure. */
import type { Share } from '../../../statistics/burn-rate.ts';
import { countBetween } from './assess.ts';
import type { CountsByPeriod } from './read-counts.ts';
import type { Windows } from './windows.ts';

/** As fine as a chart shows. */
const MOST_POINTS = 120;

export interface BurnDownPoint {
  readonly at: Date;
  /** Percent of the whole window's budget that the requests until then have left; below 0 it is overspent. */
  readonly left: number;
}

/** From the whole budget at the first request to what is left of it now; empty without requests. */
export function burnDown(
  counts: CountsByPeriod,
  budget: Share,
  { from, until }: Pick<Windows, 'from' | 'until'>,
): BurnDownPoint[] {
  const { requests } = countBetween(counts, from, until);
  if (requests === 0) {
    return [];
  }
  const allowed = (requests * Number(budget.numerator)) / Number(budget.denominator);
  const first = Math.min(...[...counts.keys()].filter((second) => second >= from));
  const step = Math.ceil((until - first) / MOST_POINTS);
  const points: BurnDownPoint[] = [{ at: new Date(first * 1000), left: 100 }];
  let bad = 0;
  for (let start = first; start < until; start += step) {
    const end = Math.min(until, start + step);
    bad += countBetween(counts, start, end).bad;
    points.push({ at: new Date(end * 1000), left: 100 * (1 - bad / allowed) });
  }
  return points;
}
