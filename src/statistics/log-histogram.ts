/**
 * The bucket scheme that every latency in surefoot is counted in: logarithmic buckets 2 % wide, so that histograms of different
 * processes and runs merge by adding counts (percentiles never merge). Values are in any one unit; bucket 0 holds values up to 1e-6.
 * The relative error of a quantile is at most half a bucket, 1 %.
 */
const GROWTH = Math.log(1.02);
const SMALLEST = 1e-6;

export type Buckets = Map<number, number>;

/** The largest relative error of a value read back from its bucket, as a ratio. */
export const RELATIVE_ERROR = 0.01;

/** The index of the bucket that `value` falls into. */
export function bucketOf(value: number): number {
  return value <= SMALLEST ? 0 : Math.ceil(Math.log(value / SMALLEST) / GROWTH);
}

/** The bucket's geometric middle. */
export function bucketValue(index: number): number {
  return index === 0 ? SMALLEST : SMALLEST * Math.exp((index - 0.5) * GROWTH);
}

export function addToBuckets(buckets: Buckets, value: number, count = 1): void {
  const index = bucketOf(value);
  buckets.set(index, (buckets.get(index) ?? 0) + count);
}

export function mergeBuckets(into: Buckets, from: Iterable<readonly [number, number]>): void {
  for (const [index, count] of from) {
    into.set(index, (into.get(index) ?? 0) + count);
  }
}

/** How many values were counted. */
export function countOf(buckets: Buckets): number {
  let total = 0;
  for (const count of buckets.values()) {
    total += count;
  }
  return total;
}

/** The `p` quantile (0 to 1, nearest rank) of the counted values; undefined when nothing was counted. */
export function quantile(buckets: Buckets, p: number): number | undefined {
  return valueAtRank(buckets, Math.max(1, Math.ceil(p * countOf(buckets))));
}

/** The `rank`-th smallest counted value, from 1; undefined when fewer were counted. */
export function valueAtRank(buckets: Buckets, rank: number): number | undefined {
  let seen = 0;
  for (const index of [...buckets.keys()].sort((a, b) => a - b)) {
    seen += buckets.get(index) ?? 0;
    if (seen >= rank) {
      return bucketValue(index);
    }
  }
  return undefined;
}
