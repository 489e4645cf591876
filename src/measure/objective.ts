/** Sums over the seconds of a load record, for those who judge it. */
import { type LoadRecord, totalsOf } from '../report/evidence.ts';
import { type Buckets, mergeBuckets, quantile } from '../statistics/log-histogram.ts';

type Totals = LoadRecord['totals'];

/** The totals of all seconds before `second`; for what is to be judged pass `record.judgedUntilSecond`. */
export function totalsUntil(record: Pick<LoadRecord, 'bins'>, second: number): Totals {
  return totalsOf(record.bins.filter((bin) => bin.second < second));
}

/**
 * The `p` quantile (0 to 1) of the latency of ok requests, in seconds, to within 1 %; undefined when there were none.
 * @param untilSecond only seconds before this one; by default the judged window
 */
export function latencyQuantile(
  record: Pick<LoadRecord, 'bins' | 'judgedUntilSecond'>,
  p: number,
  untilSecond = record.judgedUntilSecond,
): number | undefined {
  const all: Buckets = new Map();
  for (const bin of record.bins) {
    if (bin.second < untilSecond) {
      mergeBuckets(all, bin.latency);
    }
  }
  return quantile(all, p);
}
