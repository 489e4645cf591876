/** The load instrument's contract: what is asked of it, and what it counts. */
import type { LoadRecord } from '../report/evidence.ts';
import type { StreamEvent } from './counting/stream.ts';
import type { Segment } from './segments/segment.ts';

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

/** Straight lines from rate to rate; rates are whole arrivals per second, durations whole seconds. A stage of 0 s is a jump. */
export interface Shape {
  readonly startRate: number;
  /** Each ends at `rate`. */
  readonly stages: readonly { readonly seconds: number; readonly rate: number }[];
}

/** A load whose rate changes as its shape says. */
export interface ShapedLoad
  extends Pick<ConstantLoad, 'name' | 'url' | 'method' | 'headers' | 'body' | 'timeoutSeconds'> {
  readonly shape: Shape;
  /** Instead of as many as the plan finds enough. With fewer, arrivals may be dropped. */
  readonly virtualUsers?: number;
  /** Every request over a connection of its own, as a client that comes for the first time. */
  readonly newConnections?: boolean;
  /** A header of every request: `prefix` and the number of the arrival, by which a service may keep a write only once. */
  readonly numbered?: { readonly header: string; readonly prefix: string };
  /** A k6 script of the user's own, an absolute path: an arrival is then one call of its default function. */
  readonly script?: string;
  /** Origins (`https://host`) that the script may send requests to. */
  readonly allowedOrigins?: readonly string[];
  /** What the script finds in `__ENV`, beside what surefoot puts there. */
  readonly variables?: Readonly<Record<string, string>>;
}

export type Load = ConstantLoad | ShapedLoad;

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
  /** Share of its cores that k6 uses, and of one core that surefoot uses, in the last second or so; null where it is not known. */
  readonly cpu: { readonly k6: number | null; readonly reader: number };
}

/** What a script of the user's own did, so far: an arrival is one call of it, however many requests it makes. */
export interface ScriptReport {
  readonly requests: number;
  readonly failedRequests: number;
  readonly checks: number;
  readonly failedChecks: number;
  /** Its own options that gave way to the profile and the SLOs, in words: `scenarios`, `threshold on http_req_duration`. */
  readonly gaveWay: readonly string[];
}

export interface RunningLoad {
  /** When k6 scheduled its first arrival. */
  readonly startedAt: Promise<Date>;
  /** Closes the judged window now, keeps the load on until all judged requests have ended, for at most one request time-out, then stops k6. */
  finish(): Promise<LoadRecord>;
  /** The record when the load came to its own end. */
  readonly done: Promise<LoadRecord>;
  /** Undefined for a load without a script of the user's own. */
  readonly script?: ScriptReport | undefined;
  /** Stops k6 at once; `done` still gives what was counted, and rejects only when no arrival was ever due. */
  abort(): void;
}

export interface LoadOptions {
  readonly k6: string;
  readonly load: Load;
  readonly workDirectory: string;
  /** Makes this part of the load only. */
  readonly segment?: Segment;
  /** When the first request of all is due, agreed with the other parts; by default as soon as k6 is ready. */
  readonly startAt?: Date;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Told of every start and end, as they are read. */
  readonly onEvent?: (event: StreamEvent) => void;
}

export type StartLoad = (options: LoadOptions) => Promise<RunningLoad>;
