/** Several runs, each of which is one observation: then what differs from run to run is in the interval. Pure. */
import type { LoadRecord } from '../../../report/evidence.ts';
import { type Estimate, meanInterval, shiftFrom } from '../../../statistics/mean.ts';
import { changeOf, INDICATORS, type Indicator, position } from './indicators.ts';
import { CONFIDENCE, type Sample, tooFew, widened } from './sample.ts';
import { Columns, type Tally, tallyOf } from './tally.ts';

/** Runs in turn against a baseline and a candidate; those of a pair stand side by side, so that what drifts acts on both. */
export function comparePairs(
  pairs: readonly { readonly baseline: LoadRecord; readonly candidate: LoadRecord }[],
  seconds: number,
): Sample[] {
  const baselines = pairs.map(({ baseline }) => baseline);
  const candidates = pairs.map(({ candidate }) => candidate);
  return compareRuns(baselines, candidates, seconds, (before, now) =>
    meanInterval(
      now.map((value, index) => value - (before[index] ?? Number.NaN)),
      CONFIDENCE,
    ),
  );
}

/** A run against the scatter of earlier ones. */
export function compareWithEarlier(earlier: readonly LoadRecord[], candidate: LoadRecord, seconds: number): Sample[] {
  return compareRuns(earlier, [candidate], seconds, (before, [now = Number.NaN]) => shiftFrom(before, now, CONFIDENCE));
}

function compareRuns(
  baselines: readonly LoadRecord[],
  candidates: readonly LoadRecord[],
  seconds: number,
  estimate: (baseline: readonly number[], candidate: readonly number[]) => Estimate,
): Sample[] {
  const [before, now] = [baselines, candidates].map((runs) => runs.map((run) => tallyOf(run, seconds)));
  const [allBefore, allNow] = [baselines, candidates].map((runs) => together(runs, seconds));
  if (before === undefined || now === undefined || allBefore === undefined || allNow === undefined) {
    return [];
  }
  return INDICATORS.map((indicator) => {
    const values = { baseline: before.map(valueIn(indicator)), candidate: now.map(valueIn(indicator)) };
    const sides = {
      indicator,
      baseline: centre(indicator, values.baseline),
      candidate: centre(indicator, values.candidate),
      runs: values,
    };
    const note = tooFew(indicator, [...before, ...now]);
    if (note !== undefined) {
      return { ...sides, difference: undefined, note: `in one of the runs: ${note}` };
    }
    const places = (side: readonly (number | null)[]) => side.map((value) => position(indicator, value ?? Number.NaN));
    const difference = estimate(places(values.baseline), places(values.candidate));
    return { ...sides, difference: widened(indicator, difference, allBefore, allNow) };
  });
}

function valueIn(indicator: Indicator): (tally: Tally) => number | null {
  return (tally) => indicator.of(tally) ?? null;
}

/** The mean on the axis of `position`; undefined where a run has no value. */
function centre(indicator: Indicator, values: readonly (number | null)[]): number | undefined {
  const places = values.flatMap((value) => (value === null ? [] : position(indicator, value)));
  if (places.length < values.length || places.length === 0) {
    return undefined;
  }
  const middle = places.reduce((sum, value) => sum + value, 0) / places.length;
  return indicator.scale === 'relative' ? changeOf(indicator, middle) + 1 : middle;
}

/** All runs of a side as one: what was counted in them. */
function together(runs: readonly LoadRecord[], seconds: number): Tally {
  const columns = new Columns(runs);
  const sums = new Float64Array(columns.width);
  for (const run of runs) {
    for (const row of columns.rows([run], seconds)) {
      for (const [column, value] of row.entries()) {
        sums[column] = (sums[column] ?? 0) + value;
      }
    }
  }
  return columns.tally(sums, 0, seconds * runs.length);
}
