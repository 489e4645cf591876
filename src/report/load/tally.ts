/** What became of the requests of a stretch of time, while it is counted; a `LoadBin` is the same for one second, as a record. */
import { type Buckets, mergeBuckets } from '../../statistics/log-histogram.ts';
import type { LoadBin } from '../evidence.ts';

export interface LoadTally {
  planned: number;
  ok: number;
  /** By kind of error. */
  readonly failed: Map<string, number>;
  dropped: number;
  interrupted: number;
  /** What ended within this time, whenever it started: all, and those that ended well. */
  ended: number;
  answered: number;
  /** Seconds, of `ok` requests only. */
  readonly latency: Buckets;
  /** Seconds, of failed requests. */
  readonly failedAfter: Buckets;
  /** Of `ok` requests whose answer named its revision. */
  readonly byRevision: Map<string, number>;
}

/** A tally of nothing yet. */
export function emptyTally(): LoadTally {
  return {
    planned: 0,
    ok: 0,
    failed: new Map(),
    dropped: 0,
    interrupted: 0,
    ended: 0,
    answered: 0,
    latency: new Map(),
    failedAfter: new Map(),
    byRevision: new Map(),
  };
}

/** Counts `by` more under `key`. */
export function increase(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** Adds what a bin says. */
export function addBin(tally: LoadTally, bin: LoadBin): void {
  tally.planned += bin.planned;
  tally.ok += bin.ok;
  tally.dropped += bin.dropped;
  tally.interrupted += bin.interrupted;
  tally.ended += bin.ended ?? 0;
  tally.answered += bin.answered ?? 0;
  for (const [kind, count] of Object.entries(bin.failed)) {
    increase(tally.failed, kind, count);
  }
  for (const [revision, count] of Object.entries(bin.byRevision ?? {})) {
    increase(tally.byRevision, revision, count);
  }
  mergeBuckets(tally.latency, bin.latency);
  mergeBuckets(tally.failedAfter, bin.failedAfter ?? []);
}

/** The tally as the bin of a second. */
export function binOf(tally: LoadTally, second: number): LoadBin {
  return {
    second,
    planned: tally.planned,
    ok: tally.ok,
    failed: Object.fromEntries(tally.failed),
    dropped: tally.dropped,
    interrupted: tally.interrupted,
    ...(tally.ended === 0 ? {} : { ended: tally.ended, answered: tally.answered }),
    latency: [...tally.latency].sort(([a], [b]) => a - b),
    ...(tally.failedAfter.size === 0 ? {} : { failedAfter: [...tally.failedAfter].sort(([a], [b]) => a - b) }),
    ...(tally.byRevision.size === 0 ? {} : { byRevision: Object.fromEntries(tally.byRevision) }),
  };
}
