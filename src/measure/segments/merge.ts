/** The parts of a load, each counted where it was made, put together: bins and histograms are added, percentiles never averaged. */
import { InputError } from '../../errors.ts';
import { type LoadRecord, type Reason, totalsOf } from '../../report/evidence.ts';
import { addBin, binOf, emptyTally, type LoadTally } from '../../report/load/tally.ts';
import { formatSegment } from './segment.ts';

/**
 * How far apart the parts may begin, in seconds. Each part bins by its own start, so no count is wrong; but the service saw the sum, and
 * with a second between them its seconds are no longer those of the plan.
 */
const MOST_APART_SECONDS = 1;

/**
 * The whole load of all its parts, whatever their order. Judged is what every part judged.
 * @throws InputError `segments-missing`, `segments-doubled` or `segments-differ` when they are not the parts of one load
 */
export function mergeSegments(records: readonly LoadRecord[]): LoadRecord {
  const parts = inOrder(records);
  const [first] = parts;
  if (first === undefined) {
    throw new InputError('segments-missing', 'there is no part of a load to put together');
  }
  const starts = parts.map(({ startedAt }) => Date.parse(startedAt));
  const spread = (Math.max(...starts) - Math.min(...starts)) / 1000;
  const bins = mergeBins(parts);
  const { segment: _, ...whole } = first;
  return {
    ...whole,
    startedAt: new Date(Math.min(...starts)).toISOString(),
    finishedAt: new Date(Math.max(...parts.map(({ finishedAt }) => Date.parse(finishedAt)))).toISOString(),
    judgedUntilSecond: Math.min(...parts.map(({ judgedUntilSecond }) => judgedUntilSecond)),
    totals: totalsOf(bins),
    bins,
    generator: generatorOf(parts, spread),
    segments: parts.map(({ startedAt, totals, generator }) => ({
      startedAt,
      totals,
      cpu: generator.cpu,
      latenessMax: generator.latenessMax,
    })),
  };
}

type Part = LoadRecord & { readonly segment: NonNullable<LoadRecord['segment']> };

function isPart(record: LoadRecord): record is Part {
  return record.segment !== undefined;
}

function inOrder(records: readonly LoadRecord[]): Part[] {
  const parts = records.filter(isPart).sort((a, b) => a.segment.index - b.segment.index);
  const of = parts[0]?.segment.of ?? 0;
  const differing = parts.find((part) => identityOf(part) !== identityOf(parts[0]));
  if (parts.length < records.length || differing !== undefined) {
    const message =
      differing === undefined
        ? `${records.length - parts.length} of the records are no part of a load: they were run whole`
        : `part ${formatSegment(differing.segment)} is of another load than ${formatSegment(parts[0]?.segment ?? differing.segment)}: address, rates, time-out and script must be the same`;
    throw new InputError('segments-differ', message);
  }
  const found = new Set(parts.map(({ segment }) => segment.index));
  const missing = Array.from({ length: of }, (_, index) => index).filter((index) => !found.has(index));
  if (missing.length > 0) {
    const names = missing.map((index) => formatSegment({ index, of })).join(', ');
    throw new InputError(
      'segments-missing',
      `the load is not whole: ${names} ${missing.length === 1 ? 'is' : 'are'} missing`,
    );
  }
  if (parts.length > of) {
    throw new InputError(
      'segments-doubled',
      `there are ${parts.length} records of ${of} parts: one of them is there twice`,
    );
  }
  return parts;
}

function identityOf(part: Part | undefined): string {
  return JSON.stringify([part?.url, part?.rate, part?.shape, part?.timeoutSeconds, part?.script, part?.segment.of]);
}

function mergeBins(parts: readonly Part[]): LoadRecord['bins'] {
  const tallies = new Map<number, LoadTally>();
  for (const bin of parts.flatMap(({ bins }) => bins)) {
    const tally = tallies.get(bin.second) ?? emptyTally();
    tallies.set(bin.second, tally);
    addBin(tally, bin);
  }
  return [...tallies].sort(([a], [b]) => a - b).map(([second, tally]) => binOf(tally, second));
}

/** Each part has a machine of its own: the busiest and the latest of them speak for all. */
function generatorOf(parts: readonly Part[], spread: number): LoadRecord['generator'] {
  const problems: Reason[] = parts.flatMap(({ segment, generator }) =>
    generator.problems.map(({ code, message }) => ({ code, message: `part ${formatSegment(segment)}: ${message}` })),
  );
  if (spread > MOST_APART_SECONDS) {
    const message = `the parts began ${spread.toFixed(1)} s apart; beyond ${MOST_APART_SECONDS} s the service did not see the planned rates`;
    problems.push({ code: 'segments-apart', message });
  }
  const exits = [...new Set(parts.map(({ generator }) => generator.exit))];
  const readers = parts.flatMap(({ generator }) => generator.readerCpu ?? []);
  return {
    cpu: highest(parts.map(({ generator }) => generator.cpu)),
    ...(readers.length === 0 ? {} : { readerCpu: Math.max(...readers) }),
    latenessMax: highest(parts.map(({ generator }) => generator.latenessMax)),
    exit: exits.join('; '),
    problems,
  };
}

/** Unknown when it is not known of every part. */
function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length || known.length === 0 ? null : Math.max(...known);
}
