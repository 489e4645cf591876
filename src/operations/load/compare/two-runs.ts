/** One run against one other. Pure. */
import type { ComparisonRecord, LoadRecord } from '../../../report/evidence.ts';
import type { Interval } from '../../../statistics/binomial.ts';
import { blockBootstrap, percentileInterval } from '../../../statistics/block-bootstrap.ts';
import { cautiousBlockLength } from '../../../statistics/block-length.ts';
import { INDICATORS, type Indicator } from './indicators.ts';
import { CONFIDENCE, differenceOf, type Sample, tooFew, widened } from './sample.ts';
import { Columns, type Tally, tallyOf } from './tally.ts';

const REPLICATES = 1999;
const SEED = 1;
/** Fewer seconds hold fewer than five blocks that are worth the name. */
export const FEWEST_SECONDS = 30;

export interface TwoRuns {
  readonly samples: readonly Sample[];
  readonly bootstrap: NonNullable<ComparisonRecord['bootstrap']> | undefined;
}

/**
 * Resamples the first `seconds` seconds in blocks, the same seconds of both runs: they had the same plan, so that what the plan does to
 * both falls out of their difference. What differs between runs as such is not in the intervals.
 */
export function compareTwoRuns(baseline: LoadRecord, candidate: LoadRecord, seconds: number): TwoRuns {
  const sides: Sides = { baseline: tallyOf(baseline, seconds), candidate: tallyOf(candidate, seconds) };
  if (seconds < FEWEST_SECONDS) {
    const note = `${seconds} s in common, where ${FEWEST_SECONDS} are needed`;
    return { samples: INDICATORS.map((indicator) => sampleOf(indicator, sides, { note })), bootstrap: undefined };
  }
  const columns = new Columns([baseline, candidate]);
  const rows = columns.rows([baseline, candidate], seconds);
  const blockSeconds = cautiousBlockLength(differences(columns, rows));
  const options = { blockLength: blockSeconds, replicates: REPLICATES, seed: SEED };
  const drawn = blockBootstrap(rows, options, (sums) => {
    const [before, now] = [columns.tally(sums, 0, seconds), columns.tally(sums, 1, seconds)];
    return INDICATORS.map((indicator) => differenceOf(indicator, before, now) ?? Number.NaN);
  });
  const samples = INDICATORS.map((indicator, index) => {
    const interval = percentileInterval(drawn[index] ?? new Float64Array(), seconds / blockSeconds, CONFIDENCE);
    return sampleOf(indicator, sides, interval ?? { note: 'no two seconds to compare' });
  });
  return { samples, bootstrap: { blockSeconds, replicates: REPLICATES, seed: SEED } };
}

interface Sides {
  readonly baseline: Tally;
  readonly candidate: Tally;
}

function sampleOf(indicator: Indicator, { baseline, candidate }: Sides, found: Interval | { note: string }): Sample {
  const values = { indicator, baseline: indicator.of(baseline), candidate: indicator.of(candidate) };
  const value = differenceOf(indicator, baseline, candidate);
  const note = 'note' in found ? found.note : tooFew(indicator, [baseline, candidate]);
  return 'note' in found || note !== undefined || value === undefined
    ? { ...values, difference: undefined, ...(note === undefined ? {} : { note }) }
    : { ...values, difference: widened(indicator, { value, ...found }, baseline, candidate) };
}

/** How the two differ second by second, in what the indicators are made of: failures, good answers and their mean latency. */
function differences(columns: Columns, rows: readonly Readonly<Float64Array>[]): number[][] {
  const seconds = rows.map((row) => [columns.tally(row, 0, 1), columns.tally(row, 1, 1)] as const);
  // A second without good answers knows no latency: there the two do not differ.
  const median = seconds.map(([a, b]) => {
    const [before, now] = [a.quantile(0.5), b.quantile(0.5)];
    return before === undefined || now === undefined ? 0 : Math.log(now / before);
  });
  return [seconds.map(([a, b]) => b.failed - a.failed), seconds.map(([a, b]) => b.ok - a.ok), median];
}
