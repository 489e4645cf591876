/** A measured number with its interval against what was promised: the target in the middle, better to the right, whatever the unit. */
import type { Judged, ScorecardRow } from '../scorecard/record.ts';

/** Places from 0 (left) to 1; the target is at 0.5. */
export interface AgainstTarget {
  readonly value: number;
  /** Undefined where there is no interval. */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
}

/** What is farthest from the target stands this far from the edge, of half the width. */
const EDGE = 0.08;

/** Where a row is drawn; undefined where nothing was measured. */
export function againstTarget(row: Pick<ScorecardRow, 'better' | 'bound'>, judged: Judged): AgainstTarget | undefined {
  const { lower, upper, value } = judged;
  if (value === null) {
    return undefined;
  }
  const far = Math.max(...[value, lower ?? value, upper ?? value].map((one) => Math.abs(one - row.bound)));
  const sign = row.better === 'higher' ? 1 : -1;
  const place = (one: number): number => (far === 0 ? 0.5 : 0.5 + (sign * (one - row.bound) * (1 - EDGE)) / far / 2);
  const ends = lower === undefined || upper === undefined ? [] : [place(lower), place(upper)].sort((a, b) => a - b);
  return { value: place(value), lower: ends[0], upper: ends[1] };
}

/** The same in characters: `┊` the target, `●` the value between the ends of its interval; better to the right. */
export function againstTargetText(drawn: AgainstTarget, width = 21): string {
  const column = (place: number): number => Math.round(place * (width - 1));
  const line = Array.from({ length: width }, () => '·');
  line[column(0.5)] = '┊';
  const { lower, upper, value } = drawn;
  if (lower !== undefined && upper !== undefined) {
    for (let at = column(lower); at <= column(upper); at += 1) {
      line[at] = at === column(0.5) ? '┼' : '─';
    }
    line[column(lower)] = '├';
    line[column(upper)] = '┤';
  }
  line[column(value)] = '●';
  return line.join('');
}
