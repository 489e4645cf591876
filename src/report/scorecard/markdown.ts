/** The scorecard in Markdown. */
import { againstTarget, againstTargetText } from '../charts/against-target.ts';
import { codeMarkdown, escapeMarkdown, tableMarkdown } from '../markdown-escape.ts';
import type { Judged, ScorecardRecord, ScorecardRow } from './record.ts';
import { changeText, intervalText, STATE_WORDS, sinceText, supportText, toKnow } from './words.ts';

/** The block; `heading` makes the titles, texts are cut to `limit` characters. */
export function scorecardMarkdown(
  scorecard: ScorecardRecord,
  heading: (title: string) => string,
  limit: number,
): string {
  const { conflicts, environment, previous, rows } = scorecard;
  const notes = toKnow(scorecard);
  const rehearsed = rows.some(({ rehearsal }) => rehearsal !== undefined);
  const cells = rows.map((row) => [
    stateText(row.production),
    escapeMarkdown(row.id, limit),
    escapeMarkdown(row.promise, limit),
    measuredText(row, limit),
    plotText(row),
    escapeMarkdown(supportText(row.production) ?? '–', limit),
    ...(rehearsed
      ? [
          row.rehearsal === undefined
            ? '–'
            : `${stateText(row.rehearsal)}: ${escapeMarkdown(row.rehearsal.reason.message, limit)}`,
        ]
      : []),
  ]);
  const list = (items: readonly string[]) => items.map((item) => `- ${escapeMarkdown(item, limit)}`).join('\n');
  return [
    ...(conflicts.length === 0 ? [] : [heading('Targets in conflict'), list(conflicts.map(({ message }) => message))]),
    heading('Targets'),
    tableMarkdown(
      ['State', 'Target', 'Promised', 'Measured', 'Drawn', 'Support (95 %)', ...(rehearsed ? ['In rehearsals'] : [])],
      cells,
    ),
    `Drawn: ┊ is the target, better to the right.${rehearsed ? ` Evidence of a rehearsal never counts for ${escapeMarkdown(environment, 100)}.` : ''}`,
    ...(previous === undefined
      ? []
      : [
          heading('Since the last time'),
          escapeMarkdown(sinceText(previous), limit),
          ...(previous.changes.length === 0
            ? []
            : [list(previous.changes.map((change) => `${change.id}: ${changeText(change)}`))]),
        ]),
    ...(notes.length === 0 ? [] : [heading('To know'), list(notes)]),
  ].join('\n\n');
}

function stateText({ state }: Judged): string {
  return `${STATE_WORDS[state].sign} ${STATE_WORDS[state].word}`;
}

function measuredText(row: ScorecardRow, limit: number): string {
  const { reason, state } = row.production;
  const interval = intervalText(row, row.production);
  const code = state === 'unknown' ? ` (${codeMarkdown(reason.code, 100)})` : '';
  return `${escapeMarkdown(reason.message, limit)}${code}${interval === undefined ? '' : `; ${escapeMarkdown(interval, limit)}`}`;
}

function plotText(row: ScorecardRow): string {
  const drawn = againstTarget(row, row.production);
  return drawn === undefined ? '–' : codeMarkdown(againstTargetText(drawn), 100);
}
