/** What an experiment is to do, as GitHub-flavoured Markdown. */

import { VERDICTS } from '../facts.ts';
import { counted } from '../format.ts';
import { codeMarkdown, escapeMarkdown, tableMarkdown } from '../markdown-escape.ts';
import type { ExperimentRecord } from './record.ts';
import { costText, countText, runCells, SOURCES, spanRows, zonesText } from './words.ts';

/** Hypothesis, timing, blast radius, cost and differences; policies only by name: they are in the report. */
export function experimentMarkdown(
  record: ExperimentRecord,
  heading: (title: string) => string,
  limit: number,
): string {
  const text = (value: string) => escapeMarkdown(value, limit);
  const parts = [
    heading('The experiment'),
    ...(record.hypothesis === undefined ? [] : [text(record.hypothesis)]),
    runs(record),
    radius(record, limit),
    text(costText(record)),
    folded('Timing', timing(record, limit)),
    ...differences(record, limit),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function runs({ runs: list = [] }: ExperimentRecord): string {
  const rows = list.toReversed().map((run) => {
    const [at, recovery, lost] = runCells(run);
    const { sign, word } = VERDICTS[run.verdict];
    return [at, `${sign} ${word}`, recovery, lost];
  });
  return rows.length === 0
    ? ''
    : folded(
        `${counted(rows.length, 'run')} of it`,
        tableMarkdown(['Began', 'Verdict', 'Recovered after', 'Lost writes'], rows, ['Lost writes']),
      );
}

function timing(record: ExperimentRecord, limit: number): string {
  const rows = spanRows(record).map(([name = '', action = '', from = '', to = '']) => [
    escapeMarkdown(name, limit),
    action === '–' ? action : codeMarkdown(action, limit),
    from,
    to,
  ]);
  return tableMarkdown(['What', 'Action', 'From', 'To'], rows, ['From', 'To']);
}

function radius({ targets }: ExperimentRecord, limit: number): string {
  const rows = targets.map((target) => [
    escapeMarkdown(target.name, limit),
    codeMarkdown(target.resourceType, limit),
    codeMarkdown(target.selectionMode, limit),
    escapeMarkdown(countText(target), limit),
    escapeMarkdown(zonesText(target), limit),
    SOURCES[target.source],
  ]);
  return rows.length === 0
    ? ''
    : tableMarkdown(['Target', 'Type', 'Selection', 'Hits', 'Zones', 'Known from'], rows, ['Hits']);
}

function differences({ template }: ExperimentRecord, limit: number): string[] {
  if (template === undefined) {
    return [];
  }
  const { id, changes } = template;
  if (changes.length === 0) {
    return [`The template ${codeMarkdown(id, limit)} in the account is as the file says.`];
  }
  const cell = (value: string | null) => (value === null ? 'not there' : codeMarkdown(value, limit));
  const rows = changes.map(({ path, before, after }) => [codeMarkdown(path, limit), cell(before), cell(after)]);
  return [
    folded(
      `${counted(changes.length, 'difference')} to the template ${codeMarkdown(id, limit)} in the account`,
      tableMarkdown(['Path', 'In the account', 'In the file'], rows),
    ),
  ];
}

function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
