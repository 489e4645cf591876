import { addToBuckets, type Buckets, mergeBuckets, quantile } from '../../statistics/log-histogram.ts';

/** Latency of the last few seconds, for the progress line: a histogram a second, the oldest thrown away. */
export class RecentLatency {
  readonly #keep: number;
  readonly #seconds = new Map<number, Buckets>();

  /** @param keep how many seconds, the current one included */
  constructor(keep: number) {
    this.#keep = keep;
  }

  /** Counts a request that took `seconds` and ended at `now` (seconds on any steady clock). */
  add(seconds: number, now: number): void {
    const key = Math.floor(now);
    let buckets = this.#seconds.get(key);
    if (buckets === undefined) {
      buckets = new Map();
      this.#seconds.set(key, buckets);
      this.#forget(key);
    }
    addToBuckets(buckets, seconds);
  }

  /** Median and 99th percentile in seconds; undefined when nothing ended lately. */
  quantiles(now: number): { p50: number | undefined; p99: number | undefined } {
    this.#forget(Math.floor(now));
    const all: Buckets = new Map();
    for (const buckets of this.#seconds.values()) {
      mergeBuckets(all, buckets);
    }
    return { p50: quantile(all, 0.5), p99: quantile(all, 0.99) };
  }

  #forget(current: number): void {
    for (const key of this.#seconds.keys()) {
      if (key <= current - this.#keep) {
        this.#seconds.delete(key);
      }
    }
  }
}
