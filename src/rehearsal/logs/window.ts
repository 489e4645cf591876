/** Which part of a stream an answer shows: positions, tokens and time ranges. Pure. */
import { errors } from './errors.ts';
import type { LogLine, Mark } from './log-file.ts';

/** Where to read from, and towards which side. */
export interface Cursor {
  readonly side: 'head' | 'tail';
  /** Lines from here on (`head`) or up to here (`tail`). */
  readonly offset: number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** AWS's tokens are `f/…/s` and `b/…/s` with 56 digits; clients may only hand them back. */
const TOKEN = /^([fb])\/(\d{56})\/s$/;

/** The token for what follows (`f`) or comes before (`b`) an offset. */
export function token(direction: 'f' | 'b', offset: number): string {
  return `${direction}/${String(offset).padStart(56, '0')}/s`;
}

/** Where a token points: a forward token reads on, a backward token reads back. @throws AwsError for text that is no token */
export function readToken(text: string): Cursor {
  const [, direction, digits] = TOKEN.exec(text) ?? [];
  const offset = Number(digits);
  if (!Number.isSafeInteger(offset)) {
    throw errors.invalid('The specified nextToken is invalid.');
  }
  return { side: direction === 'f' ? 'head' : 'tail', offset };
}

/**
 * The offsets between which lines have times with `startTime` ≤ time < `endTime` (epoch ms). Times never decrease along a file,
 * so the answer is one range.
 */
export function rangeOf(marks: readonly Mark[], startTime: number | undefined, endTime: number | undefined): Range {
  let from = 0;
  let to = 0;
  for (const { end, at } of marks) {
    if (startTime !== undefined && at < startTime) {
      from = end;
    }
    if (endTime === undefined || at < endTime) {
      to = end;
    }
  }
  return { from, to: Math.max(from, to) };
}

/** The part of a range that a cursor asks for. */
export function narrow(range: Range, cursor: Cursor): Range {
  const offset = Math.min(Math.max(cursor.offset, range.from), range.to);
  return cursor.side === 'head' ? { from: offset, to: range.to } : { from: range.from, to: offset };
}

/** At most `limit` lines, from the side that is asked for, oldest first. */
export function take(lines: readonly LogLine[], limit: number, side: Cursor['side']): readonly LogLine[] {
  return side === 'head' ? lines.slice(0, limit) : lines.slice(Math.max(0, lines.length - limit));
}
