/**
 * How a task tells what it counted: as lines in its own log, so that no bucket, queue or permission is needed. A result is the record as
 * compressed JSON, cut into lines that no log driver splits (a container runtime cuts lines at 16 KiB).
 */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import type { LoadProgress } from '../../../measure/types.ts';
import { type LoadRecord, loadSchema } from '../../../report/evidence.ts';

const CHUNK = 12_000;
const RESULT = /^surefoot-result (\d+)\/(\d+) ([0-9a-f]{64}) ([A-Za-z0-9+/=]+)$/;
const PROGRESS = 'surefoot-progress ';

const progressSchema = z.object({
  second: z.number(),
  planned: z.int().nonnegative(),
  ok: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  dropped: z.int().nonnegative(),
  inFlight: z.int().nonnegative(),
  cpu: z.object({ k6: z.number().nullable(), reader: z.number() }),
});

/** What a part has done so far; its percentiles stay with it, for they cannot be added. */
export type PartProgress = z.infer<typeof progressSchema>;

/** The lines of a result. */
export function resultLines(record: LoadRecord): string[] {
  const text = gzipSync(JSON.stringify(record)).toString('base64');
  const digest = createHash('sha256').update(text).digest('hex');
  const count = Math.max(1, Math.ceil(text.length / CHUNK));
  return Array.from(
    { length: count },
    (_, index) => `surefoot-result ${index + 1}/${count} ${digest} ${text.slice(index * CHUNK, (index + 1) * CHUNK)}`,
  );
}

/** The line of a moment. */
export function progressLine({ second, planned, ok, failed, dropped, inFlight, cpu }: LoadProgress): string {
  return `${PROGRESS}${JSON.stringify({ second, planned, ok, failed, dropped, inFlight, cpu })}`;
}

/** Reads the log of a part as it comes; lines of anybody else are passed over. */
export class PartReader {
  readonly #chunks = new Map<number, string>();
  #count: number | undefined;
  #digest: string | undefined;
  #progress: PartProgress | undefined;

  /** The newest that was told. */
  get progress(): PartProgress | undefined {
    return this.#progress;
  }

  take(line: string): void {
    const [, index, count, digest, chunk] = RESULT.exec(line) ?? [];
    if (chunk !== undefined) {
      this.#chunks.set(Number(index), chunk);
      this.#count = Number(count);
      this.#digest = digest;
    } else if (line.startsWith(PROGRESS)) {
      const read = progressSchema.safeParse(parsed(line.slice(PROGRESS.length)));
      this.#progress = read.data ?? this.#progress;
    }
  }

  /** The record, once all of its lines are there and are what was written. @throws Error for lines that are not */
  result(): LoadRecord | undefined {
    if (this.#count === undefined || this.#chunks.size < this.#count) {
      return undefined;
    }
    const text = [...this.#chunks]
      .sort(([a], [b]) => a - b)
      .map(([, chunk]) => chunk)
      .join('');
    if (createHash('sha256').update(text).digest('hex') !== this.#digest) {
      throw new Error('the lines of its result are not those that were written');
    }
    return loadSchema.parse(JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8')));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
