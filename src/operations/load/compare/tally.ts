/** The seconds of loads as rows of numbers, and what runs of them add up to. */
import type { LoadRecord } from '../../../report/evidence.ts';
import { bucketValue } from '../../../statistics/log-histogram.ts';

/** What is known of a run, or of a part of it. */
export interface Tally {
  readonly seconds: number;
  readonly ok: number;
  readonly failed: number;
  /** The `p` quantile of the latency of the good ones, nearest rank, in seconds; undefined when there are none. */
  quantile(p: number): number | undefined;
}

type Load = Pick<LoadRecord, 'bins'>;

/** Where the numbers of one run stand in a row: ok, failed, then a count for each bucket of latency from `firstBucket` on. */
export class Columns {
  readonly #firstBucket: number;
  /** Numbers of one run in a row. */
  readonly width: number;

  /** Columns wide enough for all these loads. */
  constructor(loads: readonly Load[]) {
    let [first, last] = [Number.POSITIVE_INFINITY, 0];
    for (const { latency } of loads.flatMap(({ bins }) => bins)) {
      for (const [bucket] of latency) {
        first = Math.min(first, bucket);
        last = Math.max(last, bucket);
      }
    }
    this.#firstBucket = Number.isFinite(first) ? first : 0;
    this.width = 2 + Math.max(1, last - this.#firstBucket + 1);
  }

  /** A row for each of the first `seconds` seconds, in which these loads stand side by side. */
  rows(loads: readonly Load[], seconds: number): Float64Array[] {
    const rows = Array.from({ length: seconds }, () => new Float64Array(loads.length * this.width));
    for (const [index, { bins }] of loads.entries()) {
      for (const bin of bins) {
        const row = rows[bin.second];
        if (row !== undefined) {
          this.#fill(row, index * this.width, bin);
        }
      }
    }
    return rows;
  }

  /** What the sums over `seconds` rows say of the load that stands at `index`. */
  tally(sums: Readonly<Float64Array>, index: number, seconds: number): Tally {
    const from = index * this.width;
    const ok = sums[from] ?? 0;
    return {
      seconds,
      ok,
      failed: sums[from + 1] ?? 0,
      quantile: (p) => (ok === 0 ? undefined : this.#atRank(sums, from, Math.max(1, Math.ceil(p * ok)))),
    };
  }

  #fill(row: Float64Array, from: number, bin: Load['bins'][number]): void {
    row[from] = bin.ok;
    row[from + 1] = Object.values(bin.failed).reduce((sum, count) => sum + count, 0);
    for (const [bucket, count] of bin.latency) {
      row[from + 2 + bucket - this.#firstBucket] = count;
    }
  }

  #atRank(sums: Readonly<Float64Array>, from: number, rank: number): number | undefined {
    let seen = 0;
    for (let column = from + 2; column < from + this.width; column += 1) {
      seen += sums[column] ?? 0;
      if (seen >= rank) {
        return bucketValue(column - from - 2 + this.#firstBucket);
      }
    }
    return undefined;
  }
}

/** The whole of the first `seconds` seconds of a load. */
export function tallyOf(load: Load, seconds: number): Tally {
  const columns = new Columns([load]);
  const sums = new Float64Array(columns.width);
  for (const row of columns.rows([load], seconds)) {
    for (const [column, value] of row.entries()) {
      sums[column] = (sums[column] ?? 0) + value;
    }
  }
  return columns.tally(sums, 0, seconds);
}
