/**
 * A container's log file as a log stream: lines as events, byte offsets as positions. Lines carry no time, so each gets the time of
 * the file's last write at the moment when it was first seen here: never before it was written, and exact for a stream that is polled.
 */
import { type FileHandle, open } from 'node:fs/promises';

/** A line of the file; `end` is the offset behind its line break. */
export interface LogLine {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Lines that end at or before `end`, and behind the mark before, were written no later than `at` (epoch ms). */
export interface Mark {
  readonly end: number;
  readonly at: number;
}

export interface Reading {
  /** In order of offset; the last one's `end` is where the complete lines end. */
  readonly marks: readonly Mark[];
  readonly createdAt: number;
  /** Complete lines between two offsets that are line starts, at most `READ_LIMIT` bytes of them from the given side. */
  lines(from: number, to: number, side: 'head' | 'tail'): Promise<LogLine[]>;
}

/** AWS answers with at most 1 MB of events. Source: API_GetLogEvents, limit */
export const READ_LIMIT = 1024 * 1024;

/**
 * Marks that a file keeps: one for each reading that found something new, so some hours of a client that follows it. Lines of older
 * marks take the time of the oldest that is left, which is again no earlier than when they were written.
 */
const KEPT_MARKS = 10_000;

const LINE_END = 0x0a;

/** Remembers when each part of a file was first seen. One for each stream. */
export class LogFile {
  readonly #path: string;
  readonly #keptMarks: number;
  #marks: readonly Mark[] = [];

  constructor(path: string, keptMarks = KEPT_MARKS) {
    this.#path = path;
    this.#keptMarks = keptMarks;
  }

  /**
   * Opens the file, notes what is new in it, and hands it to `use`; a file that is not there has no lines.
   * `ended`: nobody writes to it any more, so that a last line without a line break is complete.
   */
  async read<T>(ended: boolean, use: (reading: Reading) => Promise<T>): Promise<T> {
    const handle = await open(this.#path, 'r').catch(missing);
    if (handle === undefined) {
      return use({ marks: [], createdAt: 0, lines: async () => [] });
    }
    try {
      const { size, mtimeMs, birthtimeMs } = await handle.stat();
      const end = ended ? size : await lastLineEnd(handle, size);
      const before = this.#marks.at(-1);
      if (end > (before?.end ?? 0)) {
        const mark = { end, at: Math.max(Math.floor(mtimeMs), before?.at ?? 0) };
        this.#marks = [...this.#marks, mark].slice(-this.#keptMarks);
      }
      return await use({
        marks: this.#marks,
        createdAt: Math.floor(birthtimeMs),
        lines: async (from, to, side) => {
          const [first, last] =
            side === 'head' ? [from, Math.min(to, from + READ_LIMIT)] : [Math.max(from, to - READ_LIMIT), to];
          const bytes = await readRange(handle, first, last);
          return splitLines(bytes, first, { startsLine: first === from, endsLine: last === to });
        },
      });
    } finally {
      await handle.close();
    }
  }
}

/**
 * The lines in `bytes`, which begin at offset `base`. A part of a line at a side that does not begin or end a line is left out,
 * unless it is all there is. Empty lines are no events: AWS refuses a message without a character.
 */
export function splitLines(
  bytes: Buffer,
  base: number,
  sides: { readonly startsLine: boolean; readonly endsLine: boolean },
): LogLine[] {
  const firstBreak = bytes.indexOf(LINE_END);
  if (firstBreak === -1) {
    return lineOf(bytes, 0, bytes.length, base);
  }
  const begin = sides.startsLine || firstBreak + 1 === bytes.length ? 0 : firstBreak + 1;
  const stop = sides.endsLine ? bytes.length : bytes.lastIndexOf(LINE_END) + 1;
  const lines: LogLine[] = [];
  for (let start = begin; start < stop; ) {
    const found = bytes.indexOf(LINE_END, start);
    const end = found === -1 ? stop : found + 1;
    lines.push(...lineOf(bytes, start, end, base));
    start = end;
  }
  return lines;
}

/** The time of the line that ends at `end`, epoch ms. `marks` reach at least that far. */
export function timeOf(marks: readonly Mark[], end: number): number {
  return (marks.find((mark) => end <= mark.end) ?? marks.at(-1))?.at ?? 0;
}

function lineOf(bytes: Buffer, start: number, end: number, base: number): LogLine[] {
  const text = bytes.toString('utf8', start, end).replace(/\r?\n$/, '');
  return text === '' ? [] : [{ start: base + start, end: base + end, text }];
}

/** Behind the last line break; a line longer than the limit counts as complete, or it would never be seen. */
async function lastLineEnd(handle: FileHandle, size: number): Promise<number> {
  const start = Math.max(0, size - READ_LIMIT);
  const found = (await readRange(handle, start, size)).lastIndexOf(LINE_END);
  if (found === -1) {
    return start === 0 ? 0 : size;
  }
  return start + found + 1;
}

async function readRange(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
  return bytes.subarray(0, bytesRead);
}

function missing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
    throw error;
  }
  return undefined;
}
