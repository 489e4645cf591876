/** The scorecard in words, the same in every report. */
import type { Verdict } from '../evidence.ts';
import { formatIn, formatRatio, formatTime } from '../format.ts';
import type { Judged, ScorecardRecord, ScorecardRow, TargetState } from './record.ts';

/** Each state as word, sign for plain text, and the verdict whose look it has. */
export const STATE_WORDS: Readonly<Record<TargetState, { word: string; sign: string; look: Verdict }>> = {
  met: { word: 'Met', sign: '✅', look: 'pass' },
  missed: { word: 'Missed', sign: '❌', look: 'fail' },
  unknown: { word: 'Unknown', sign: '❔', look: 'inconclusive' },
};

/** The interval of what was measured: `0.757 to 1 (95 %)`. */
export function intervalText({ unit }: Pick<ScorecardRow, 'unit'>, judged: Judged): string | undefined {
  const { confidence, lower, upper } = judged;
  return lower === undefined || upper === undefined || confidence === undefined
    ? undefined
    : `${formatIn(unit, lower)} to ${formatIn(unit, upper)} (${formatRatio(confidence)})`;
}

const SUPPORT = {
  supported: 'supported',
  open: 'not supported yet',
  refuted: 'refuted',
  none: undefined,
} as const;

/** The inference beside the fact, or why there is none: `not supported yet: 12 of 12 supports at least 77.9 % at 95 %`. */
export function supportText({ support }: Judged): string | undefined {
  const word = support && SUPPORT[support.state];
  return word === undefined ? support?.message : `${word}: ${support?.message ?? ''}`;
}

/** All there is to know: of the page, then of its rows; what is said of several rows is one sentence with their names. */
export function toKnow({ caveats, rows }: Pick<ScorecardRecord, 'caveats' | 'rows'>): string[] {
  const about = new Map<string, string[]>();
  for (const { id, production } of rows) {
    for (const caveat of production.caveats ?? []) {
      about.set(caveat, [...(about.get(caveat) ?? []), id]);
    }
  }
  return [...caveats, ...[...about].map(([caveat, ids]) => `${ids.join(', ')}: ${caveat}`)];
}

/** How a row changed since the last time: `unknown → met`. */
export function changeText({
  after,
  before,
  promiseBefore,
}: NonNullable<ScorecardRecord['previous']>['changes'][number]): string {
  const change = `${before ?? 'not there'} → ${after ?? 'not there'}`;
  return promiseBefore === undefined ? change : `${change}; promised was ${promiseBefore}`;
}

/** What stands above the changes. */
export function sinceText({ changes, file, finishedAt }: NonNullable<ScorecardRecord['previous']>): string {
  const since = `since ${formatTime(finishedAt)} (${file})`;
  return changes.length === 0 ? `No target changed its state ${since}.` : `What changed its state ${since}:`;
}
