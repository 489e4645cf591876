/** Changes with their intervals on one axis: in tolerances, so that indicators of all units stand below each other; right is worse. */
import type { Compared } from '../comparison/record.ts';

/** Places from 0 (left) to 1. No change is at 0.5. */
export interface ForestRow {
  readonly lower: number;
  readonly value: number;
  readonly upper: number;
  /** The interval goes on beyond the axis. */
  readonly beyondLeft: boolean;
  readonly beyondRight: boolean;
  /** Where the tolerance is, for the worse. */
  readonly tolerance: number;
}

/** The axis reaches so many tolerances to either side. */
export const REACH = 3;

/** Where the change of this indicator is drawn; undefined where it has no interval. With no tolerance the axis reaches as far as it needs. */
export function forestRow({ change, tolerance, better }: Compared): ForestRow | undefined {
  if (change === null) {
    return undefined;
  }
  const reach = REACH * tolerance || Math.max(Math.abs(change.lower), Math.abs(change.upper)) || 1;
  const flip = better === 'higher' ? -1 : 1;
  const at = (value: number): number => 0.5 + (flip * value) / reach / 2;
  const [left, right] = [at(change.lower), at(change.upper)].sort((a, b) => a - b);
  return {
    lower: within(left ?? 0),
    value: within(at(change.value)),
    upper: within(right ?? 1),
    beyondLeft: (left ?? 0) < 0,
    beyondRight: (right ?? 1) > 1,
    tolerance: within(0.5 + tolerance / reach / 2),
  };
}

/** The row in characters: `┊` no change, `╎` the tolerance, `●` the change between the ends of its interval. */
export function forestText(row: ForestRow, width = 31): string {
  const column = (place: number): number => Math.round(place * (width - 1));
  const line = Array.from({ length: width }, () => ' ');
  line[column(row.tolerance)] = '╎';
  line[column(0.5)] = '┊';
  const [from, to] = [column(row.lower), column(row.upper)];
  for (let at = from; at <= to; at += 1) {
    line[at] = at === column(0.5) ? '┼' : '─';
  }
  line[from] = row.beyondLeft ? '◀' : '├';
  line[to] = row.beyondRight ? '▶' : '┤';
  line[column(row.value)] = '●';
  return line.join('');
}

function within(place: number): number {
  // Numbers too large to divide stand nowhere else.
  return Number.isNaN(place) ? 0.5 : Math.min(1, Math.max(0, place));
}
