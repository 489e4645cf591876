/**
 * Who answered what, second by second, as NDJSON: what `surefoot load --journal FILE` writes beside a deployment, and `surefoot deploy
 * --blocks k6:FILE` judges by. A request belongs to the second in which it ended, and to the revision that its answer names (response header
 * `x-surefoot-revision`: `family:revision` of the task definition). What ended without such an answer is `unnamed`.
 */
import * as z from 'zod';
import { errorKind, type Outcome } from './error-kinds.ts';
import type { StreamEvent } from './stream.ts';

const JOURNAL_VERSION = 'surefoot/load-journal/v1';

const counts = z.strictObject({
  requests: z.int().nonnegative(),
  errors: z.int().nonnegative(),
  /** Slower than each of the head's thresholds, in their order. */
  slow: z.array(z.int().nonnegative()),
});
const headSchema = z.strictObject({
  journal: z.literal(JOURNAL_VERSION),
  slowerThanSeconds: z.array(z.number().positive()),
});
const secondSchema = z.strictObject({
  at: z.iso.datetime(),
  revisions: z.record(z.string(), counts),
  unnamed: counts,
});

/** What one revision did within a second. */
export type RevisionCounts = z.infer<typeof counts>;
export type JournalHead = z.infer<typeof headSchema>;
export type JournalSecond = z.infer<typeof secondSchema>;

/** The first line. Undefined when it is none. */
export function readHead(line: string): JournalHead | undefined {
  return headSchema.safeParse(parse(line)).data;
}

/** Any other line. Undefined when it is none. */
export function readSecond(line: string): JournalSecond | undefined {
  return secondSchema.safeParse(parse(line)).data;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * k6 writes its samples every 0.2 s and in the order of their time but for microseconds: so long after its end a second is complete.
 */
const SLACK_SECONDS = 1;

interface Tally {
  readonly revisions: Map<string, RevisionCounts>;
  readonly unnamed: RevisionCounts;
}

/** Makes the lines from k6's events. Every second from the first to the last is written, also one without requests. */
export class RevisionJournal {
  readonly #thresholds: readonly number[];
  readonly #write: (line: string) => void;
  readonly #starts = new Map<number, number>();
  readonly #open = new Map<number, Tally>();
  /** The first second that is not written yet; undefined before any request. */
  #next: number | undefined;

  /** @param slowerThanSeconds thresholds above which a request is counted as slow */
  constructor(slowerThanSeconds: readonly number[], write: (line: string) => void) {
    this.#thresholds = slowerThanSeconds;
    this.#write = write;
    this.#write(
      JSON.stringify({ journal: JOURNAL_VERSION, slowerThanSeconds: [...slowerThanSeconds] } satisfies JournalHead),
    );
  }

  /** Takes one event of k6's stream, in any order within a second. */
  take(event: StreamEvent): void {
    if (event.kind === 'start') {
      this.#starts.set(event.id, event.at);
      this.#next ??= Math.floor(event.at);
      this.#close(Math.floor(event.at - SLACK_SECONDS));
    } else if (event.kind === 'end') {
      const start = this.#starts.get(event.id) ?? event.at;
      this.#starts.delete(event.id);
      this.#count(event.at, event.at - start, event.outcome);
      this.#close(Math.floor(event.at - SLACK_SECONDS));
    }
  }

  /** The load is over: writes what is left. */
  finish(): void {
    this.#close(Math.max(...this.#open.keys()) + 1);
  }

  #count(at: number, seconds: number, outcome: Outcome): void {
    this.#next ??= Math.floor(at);
    // A second that is written stays as it is; what comes late counts in the next.
    const tally = this.#tallyOf(Math.max(this.#next, Math.floor(at)));
    const { revision } = outcome;
    let arm = revision === undefined ? tally.unnamed : tally.revisions.get(revision);
    if (arm === undefined) {
      arm = this.#none();
      tally.revisions.set(revision ?? '', arm);
    }
    arm.requests += 1;
    arm.errors += errorKind(outcome) === undefined ? 0 : 1;
    for (const [index, threshold] of this.#thresholds.entries()) {
      arm.slow[index] = (arm.slow[index] ?? 0) + (seconds > threshold ? 1 : 0);
    }
  }

  #tallyOf(second: number): Tally {
    const tally = this.#open.get(second) ?? { revisions: new Map(), unnamed: this.#none() };
    this.#open.set(second, tally);
    return tally;
  }

  #none(): RevisionCounts {
    return { requests: 0, errors: 0, slow: this.#thresholds.map(() => 0) };
  }

  #close(before: number): void {
    for (; this.#next !== undefined && this.#next < before; this.#next += 1) {
      const { revisions, unnamed } = this.#tallyOf(this.#next);
      this.#open.delete(this.#next);
      const at = new Date(this.#next * 1000).toISOString();
      this.#write(JSON.stringify({ at, revisions: Object.fromEntries(revisions), unnamed } satisfies JournalSecond));
    }
  }
}
