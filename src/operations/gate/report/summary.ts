/** The findings as Markdown for a job summary or a comment: what is new first, never above a byte budget. */

import { counted } from '../../../report/format.ts';
import { codeMarkdown, escapeMarkdown, tableMarkdown } from '../../../report/markdown-escape.ts';
import { toolsOf } from '../findings/finding.ts';
import { type Finding, placeOf } from '../findings/listed.ts';
import { filesParsed } from '../scan/proof.ts';
import type { Audit } from './audit.ts';

const ROWS = [200, 50, 20, 5, 0] as const;

/** The longest version that fits in `maxBytes` of UTF-8. */
export function summaryMarkdown(audit: Audit, maxBytes: number): string {
  for (const rows of ROWS) {
    const text = render(audit, rows);
    if (Buffer.byteLength(text) <= maxBytes) {
      return text;
    }
  }
  return '';
}

/** What became of the findings, in one sentence. */
export function splitSentence({ input, judgement }: Audit): string {
  const { changes, fixed, waived } = judgement;
  const all = counted(input.head.findings.length, 'finding');
  const hidden = waived.length === 0 ? '' : `, ${waived.length} waived`;
  if (changes === undefined) {
    return `${all}${hidden}`;
  }
  const states = Object.values(changes);
  const of = (state: string) => states.filter((one) => one === state).length;
  const against = input.base === undefined ? 'the baseline' : 'the base';
  return `${all}${hidden}; against ${against} ${of('new')} new, ${of('moved')} moved, ${of('existing')} known, ${fixed ?? 0} fixed`;
}

function render(audit: Audit, rows: number): string {
  const { input, judgement } = audit;
  const waived = new Set(judgement.waived);
  const { changes } = judgement;
  const isNew = (finding: Finding) => changes?.[finding.id] === 'new';
  const open = input.head.findings.filter(({ id }) => !waived.has(id));
  const shown = [...open.filter(isNew), ...open.filter((one) => !isNew(one))].slice(0, rows);
  const table = tableMarkdown(
    ['Severity', 'Rule', 'Where', 'What', ''],
    shown.map((finding) => [
      finding.severity,
      codeMarkdown(finding.rule, 60),
      codeMarkdown(placeOf(finding), 120),
      escapeMarkdown(whatOf(finding), 200),
      changes?.[finding.id] ?? '',
    ]),
  );
  const { parsed, all } = filesParsed(input.head);
  const rest = open.length - shown.length;
  return [
    `### ${splitSentence(audit)}`,
    ...(shown.length === 0 ? [] : [table]),
    ...(rest > 0 ? [`_${counted(rest, 'finding')} more in the report._`] : []),
    ...judgement.notes.map(({ message }) => `- ${escapeMarkdown(message, 500)}`),
    `${parsed} of ${all} readings of a file by a scanner are proven; ${toolsOf(input.head.runs)
      .map(({ name, version }) => `${name} ${version}`)
      .join(', ')}.`,
  ].join('\n\n');
}

/** The finding in words: a package with its fix, or what is wrong. */
export function whatOf({ package: found, title, message, resource, knownExploited, epss }: Finding): string {
  if (found === undefined) {
    return resource === undefined ? (message ?? title) : `${resource}: ${message ?? title}`;
  }
  const fix = found.fixedVersion === undefined ? 'no fix known' : `fixed in ${found.fixedVersion}`;
  const exploited = knownExploited === true ? '; known to be exploited' : '';
  const likely = epss === undefined ? '' : `; EPSS ${(epss * 100).toFixed(1)} %`;
  return `${found.name} ${found.installedVersion}, ${fix}${exploited}${likely}: ${title}`;
}
