/**
 * A quick reader of lines that are written just as the documentation writes them, which nearly all are: keys in their order, no spaces,
 * time in UTC. It reads a line in a fraction of what JSON.parse and the checks take, and gives up on anything else, which `readBlock`
 * then reads with a word on what is wrong.
 */
import type { ArmCounts, Block } from '../../statistics/judge.ts';

export interface CanonicalLine {
  readonly at: string;
  readonly block: Block;
}

const HEAD = '{"at":"';
const BASELINE = '","baseline":';
const CANDIDATE = ',"candidate":';
const REQUESTS = '{"requests":';
const ERRORS = ',"errors":';
const SLOW = ',"slow":';
/** `2026-11-21T07:00:00Z`, with or without milliseconds. */
const TIME_LENGTHS = [20, 24];
/** So many digits are always a safe integer. */
const MOST_DIGITS = 15;
const ZERO = 48;
const NINE = 57;
const QUOTE = 34;

/** The block of the line; undefined when it is written in any other way, or its numbers cannot be. */
export function readCanonicalLine(line: string): CanonicalLine | undefined {
  const from = HEAD.length;
  const length = TIME_LENGTHS.find((size) => line.charCodeAt(from + size) === QUOTE);
  if (length === undefined || !line.startsWith(HEAD) || !line.startsWith(BASELINE, from + length)) {
    return undefined;
  }
  const cursor = { line, at: from + length + BASELINE.length };
  const baseline = readArm(cursor);
  if (baseline === undefined || !skip(cursor, CANDIDATE)) {
    return undefined;
  }
  const candidate = readArm(cursor);
  if (candidate === undefined || !skip(cursor, '}') || cursor.at !== line.length) {
    return undefined;
  }
  return (baseline.slow === undefined) === (candidate.slow === undefined)
    ? { at: line.slice(from, from + length), block: { baseline, candidate } }
    : undefined;
}

interface Cursor {
  readonly line: string;
  at: number;
}

function skip(cursor: Cursor, text: string): boolean {
  if (!cursor.line.startsWith(text, cursor.at)) {
    return false;
  }
  cursor.at += text.length;
  return true;
}

function readArm(cursor: Cursor): ArmCounts | undefined {
  if (!skip(cursor, REQUESTS)) {
    return undefined;
  }
  const requests = readDigits(cursor);
  const errors = skip(cursor, ERRORS) ? readDigits(cursor) : -1;
  const slow = skip(cursor, SLOW) ? readDigits(cursor) : undefined;
  const possible = requests >= 0 && errors >= 0 && errors <= requests;
  if (!(possible && skip(cursor, '}')) || (slow !== undefined && (slow < 0 || slow > requests))) {
    return undefined;
  }
  return slow === undefined ? { requests, errors } : { requests, errors, slow };
}

/** A whole number without a leading zero; -1 when there is none. */
function readDigits(cursor: Cursor): number {
  const { line, at: from } = cursor;
  let value = 0;
  for (;;) {
    const code = line.charCodeAt(cursor.at);
    if (!(code >= ZERO && code <= NINE)) {
      break;
    }
    value = value * 10 + (code - ZERO);
    cursor.at += 1;
  }
  const digits = cursor.at - from;
  const leadingZero = digits > 1 && line.charCodeAt(from) === ZERO;
  return digits === 0 || digits > MOST_DIGITS || leadingZero ? -1 : value;
}
