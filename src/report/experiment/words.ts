/** The numbers of an experiment's plan in words, for page, Markdown and terminal alike. */

import { counted, formatCount, formatRatio, formatSeconds, formatTime } from '../format.ts';
import type { ExperimentRecord, ExperimentRun, ExperimentTarget } from './record.ts';

export const SOURCES: Readonly<Record<ExperimentTarget['source'], string>> = {
  'dry-run': 'a dry run in FIS',
  reads: 'what AWS lists now',
  file: 'the file alone',
};

/** `2 of 4 (50 %)`, `at most 1`, `not known`. */
export function countText({ count, of, source }: ExperimentTarget): string {
  if (count === null) {
    return of === null ? 'not known' : `not known, of ${formatCount(of)}`;
  }
  if (source === 'file') {
    return `at most ${formatCount(count)}`;
  }
  return of === null || of === 0
    ? formatCount(count)
    : `${formatCount(count)} of ${formatCount(of)} (${formatRatio(count / of)})`;
}

/** `2 in ca-central-1a, 1 in ca-central-1b`; a dash where no zone is known. */
export function zonesText({ zones }: ExperimentTarget): string {
  const parts = Object.entries(zones)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([zone, count]) => `${count} in ${zone}`);
  return parts.length === 0 ? '–' : parts.join(', ');
}

/** Name, action, from and to of every span; a length that is not sure is `about`. */
export function spanRows({ spans }: ExperimentRecord): string[][] {
  return spans.map(({ name, action, from, to, exact }) => [
    name,
    action ?? '–',
    formatSeconds(from),
    `${exact ? '' : 'about '}${formatSeconds(to)}`,
  ]);
}

/** When, how long it took to recover, and what was lost. */
export function runCells({
  at,
  lostWrites,
  rto,
  endedEarly = false,
}: ExperimentRun): readonly [at: string, recovery: string, lost: string] {
  const recovery =
    rto.upper === null
      ? `${endedEarly ? 'ended early' : 'not seen'}, more than ${formatSeconds(rto.lower)}`
      : `${formatSeconds(rto.lower)} to ${formatSeconds(rto.upper)}`;
  return [
    formatTime(at),
    recovery,
    lostWrites === undefined ? '–' : lostWrites === null ? 'not known' : formatCount(lostWrites),
  ];
}

/** What FIS charges for one run. */
export function costText({ cost }: ExperimentRecord): string {
  const { dollars, actionMinutes, dollarsPerMinute, accounts, estimated, asOf, reportBesides } = cost;
  const times = accounts === 1 ? '' : ` × ${accounts} accounts`;
  const about = estimated ? 'about ' : '';
  const price = `${counted(actionMinutes, 'action-minute')} × $${dollarsPerMinute.toFixed(2)}${times}`;
  const besides = reportBesides ? "; FIS's own report is charged besides" : '';
  return `Cost of a run: ${about}$${dollars.toFixed(2)} = ${price} (AWS's price of ${asOf})${besides}`;
}
