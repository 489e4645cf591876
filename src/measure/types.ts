/** The load instrument's contract: what is asked of it, and what it counts. */
import type { LoadRecord } from '../report/evidence.ts';

export interface ConstantLoad {
  readonly name: string;
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Arrivals per second, a whole number. */
  readonly rate: number;
  /** Per-request limit; also what a virtual user may be held for, so it sizes the pool. */
  readonly timeoutSeconds: number;
  /** Longest duration, whole seconds; `finish()` may end it sooner. */
  readonly maxSeconds: number;
}

/** What is known while the load runs, once a second. Counts are cumulative. */
export interface LoadProgress {
  readonly second: number;
  readonly planned: number;
  readonly ok: number;
  readonly failed: number;
  readonly dropped: number;
  readonly inFlight: number;
  /** Median and 99th percentile, in seconds, of requests that ended in the last 5 s; undefined when none did. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

export interface RunningLoad {
  /** When k6 scheduled its first arrival. */
  readonly startedAt: Promise<Date>;
  /** Closes the judged window now, keeps the load on until all judged requests have ended, for at most one request time-out, then stops k6. */
  finish(): Promise<LoadRecord>;
  /** The record when the load came to its own end. */
  readonly done: Promise<LoadRecord>;
  /** Stops k6 at once; `done` still gives what was counted, and rejects only when no arrival was ever due. */
  abort(): void;
}

export interface LoadOptions {
  readonly k6: string;
  readonly load: ConstantLoad;
  readonly workDirectory: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export type StartLoad = (options: LoadOptions) => Promise<RunningLoad>;
