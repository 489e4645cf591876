/** The report as GitHub-flavoured Markdown: verdict first, details folded, never above a byte budget. */

import { eventsInOrder, zeroOf } from './charts/series.ts';
import { comparisonMarkdown } from './comparison/markdown.ts';
import { changesMarkdown, deploymentMarkdown } from './deployment/markdown.ts';
import { doraMarkdown } from './dora/markdown.ts';
import { notOfDora } from './dora/words.ts';
import type { Evidence, Reason } from './evidence.ts';
import { experimentMarkdown } from './experiment/markdown.ts';
import { overviewOf, partIndexOf, rehearsalNote, VERDICTS } from './facts.ts';
import {
  counted,
  formatBounds,
  formatCount,
  formatSeconds,
  formatTime,
  formatValue,
  secondsBetween,
} from './format.ts';
import { loadMarkdown } from './load/markdown.ts';
import { codeMarkdown, escapeMarkdown, folded, tableMarkdown } from './markdown-escape.ts';
import { nightsMarkdown } from './nights/markdown.ts';
import { scalingMarkdown } from './scaling/markdown.ts';
import { scorecardMarkdown } from './scorecard/markdown.ts';

/** GitHub takes job summaries of up to 1 MiB a step; some is left for what else the step says. */
export const SUMMARY_BYTES = 900_000;

/** GitHub takes comments of up to 65,536 characters. */
export const COMMENT_BYTES = 60_000;

/** The least that holds a verdict, a title and a reason. */
export const LEAST_BYTES = 1024;

export interface MarkdownOptions {
  /** The result's largest size in UTF-8. */
  readonly maxBytes: number;
  /** Named where something is left out, e.g. `rehearse.json`. */
  readonly evidenceFile?: string;
}

/** A part of the text that can be left out; the lowest rank goes first. */
interface Block {
  readonly name: string;
  readonly rank: number;
  readonly text: string;
}

/** How long values may be and how many items a list may have, from generous to terse. */
interface Limits {
  readonly text: number;
  readonly items: number;
}

const LIMITS: readonly Limits[] = [
  { text: 2000, items: 50 },
  { text: 300, items: 20 },
  { text: 80, items: 5 },
];

/**
 * Renders the record. When it does not fit, whole sections are left out, the least important first (raw series are never in it: events go
 * first, then changes, deployment, measurements, counts, scenarios), and the text says which; only then are the verdict's own sentences cut.
 * Throws a RangeError when `maxBytes` is below `LEAST_BYTES`.
 */
export function renderMarkdown(evidence: Evidence, options: MarkdownOptions): string {
  if (options.maxBytes < LEAST_BYTES) {
    throw new RangeError(`a report needs at least ${LEAST_BYTES} bytes, not ${options.maxBytes}`);
  }
  const [generous] = LIMITS;
  const blocks = generous === undefined ? [] : blocksOf(evidence, generous, '');
  for (const limits of LIMITS) {
    const text = within(opening(evidence, limits), blocks, options);
    if (text !== undefined) {
      return text;
    }
  }
  const terse = { text: 24, items: 1 };
  const note = rehearsalNote(evidence);
  return `${[verdictLine(evidence, 24), ...(note === undefined ? [] : [note]), reasonLines(evidence.reasons, terse)].join('\n\n')}\n`;
}

/** The opening and as many blocks as fit, in their order; undefined when not even the opening does. */
function within(start: string, blocks: readonly Block[], options: MarkdownOptions): string | undefined {
  const sizes = blocks.map((block) => bytesOf(block.text) + 2);
  const order = [...blocks.keys()].sort((a, b) => rankAt(blocks, b) - rankAt(blocks, a) || a - b);
  const startBytes = bytesOf(start) + 1;
  const everything = sizes.reduce((sum, size) => sum + size, startBytes);
  if (everything <= options.maxBytes) {
    return `${[start, ...blocks.map((block) => block.text)].join('\n\n')}\n`;
  }
  const omission = (left: readonly Block[]): string => leftOut(left, options);
  let left = startBytes + bytesOf(omission(blocks)) + 2;
  if (left > options.maxBytes) {
    return undefined;
  }
  const kept = new Set<number>();
  for (const index of order) {
    const size = sizes[index] ?? 0;
    if (left + size <= options.maxBytes) {
      left += size;
      kept.add(index);
    }
  }
  const shown = blocks.filter((_, index) => kept.has(index)).map((block) => block.text);
  const rest = blocks.filter((_, index) => !kept.has(index));
  return `${[start, ...shown, omission(rest)].join('\n\n')}\n`;
}

function rankAt(blocks: readonly Block[], index: number): number {
  return blocks[index]?.rank ?? 0;
}

function leftOut(blocks: readonly Block[], options: MarkdownOptions): string {
  const names = [...new Set(blocks.map((block) => block.name))];
  const list = names.length > 12 ? [...names.slice(0, 12), `${names.length - 12} more kinds of section`] : names;
  const where =
    options.evidenceFile === undefined ? '' : ` All of it is in ${codeMarkdown(options.evidenceFile, 100)}.`;
  return `_Left out to stay within ${formatCount(options.maxBytes)} bytes: ${list.join(', ')}._${where}`;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function verdictLine(evidence: Evidence, limit: number): string {
  const { word, sign } = VERDICTS[evidence.verdict];
  return `## ${sign} ${word}: ${escapeMarkdown(evidence.title, Math.min(limit, 200))}`;
}

function opening(evidence: Evidence, limits: Limits): string {
  const note = rehearsalNote(evidence);
  const { platform, environment, service, revision } = evidence.subject;
  const subject = [platform, environment, service, revision]
    .flatMap((word) => (word === undefined ? [] : escapeMarkdown(word, Math.min(limits.text, 100))))
    .join(' / ');
  const took = formatSeconds(secondsBetween(evidence.startedAt, evidence.finishedAt));
  const when = `${formatTime(evidence.startedAt)}, took ${took}`;
  return [
    verdictLine(evidence, limits.text),
    reasonLines(evidence.reasons, limits),
    ...(note === undefined ? [] : [`**${note}**`]),
    subject === '' ? when : `${subject} · ${when}`,
  ].join('\n\n');
}

function reasonLines(reasons: readonly Reason[], limits: Limits): string {
  const shown = reasons.slice(0, limits.items);
  const rest = reasons.length - shown.length;
  return [
    ...shown.map(
      (one) => `- ${escapeMarkdown(one.message, limits.text)} ${codeMarkdown(one.code, Math.min(limits.text, 80))}`,
    ),
    ...(rest > 0 ? [`- and ${formatCount(rest)} more reasons`] : []),
  ].join('\n');
}

/** Ranks fall with depth, so that a part's details go before the record's own. */
function blocksOf(evidence: Evidence, limits: Limits, prefix: string, depth = 0): Block[] {
  const make = (name: string, rank: number, text: string | undefined): Block[] =>
    text === undefined ? [] : [{ name, rank: rank - depth, text }];
  const heading = (title: string): string => (depth === 0 ? `### ${title}` : `**${prefix}: ${title.toLowerCase()}**`);
  const own = [
    ...make(
      'scenarios',
      60,
      overview(evidence, limits, heading(partIndexOf(evidence, 0) === undefined ? 'Checks' : 'Scenarios')),
    ),
    ...make(
      'comparison',
      52,
      evidence.comparison && comparisonMarkdown(evidence.comparison, heading('Against the baseline'), limits.text),
    ),
    ...make('nights', 59, evidence.nights && nightsMarkdown(evidence.nights, heading, limits.text)),
    ...make('targets', 59, evidence.scorecard && scorecardMarkdown(evidence.scorecard, heading, limits.text)),
    ...make('experiment', 58, evidence.experiment && experimentMarkdown(evidence.experiment, heading, limits.text)),
    ...make('delivery', 57, evidence.dora && doraMarkdown(evidence.dora, heading('Software delivery'), limits.text)),
    ...make('scaling', 51, evidence.scaling && scalingMarkdown(evidence.scaling, heading('Cost against load'))),
    ...make('counts', 50, evidence.load && loadMarkdown(evidence.load, heading('Requests'))),
    ...make('measurements', 40, measurements(evidence, limits, heading('Measurements'))),
    ...make('deployment', 30, evidence.deployment && deploymentMarkdown(evidence.deployment, limits.text)),
    ...make('changes', 20, evidence.deployment && changesMarkdown(evidence.deployment, limits.text)),
    ...make('events', 10, events(evidence, limits)),
  ];
  const parts = evidence.parts.flatMap((part) => {
    const title = escapeMarkdown(part.title, Math.min(limits.text, 200));
    const { sign, word } = VERDICTS[part.verdict];
    const head = `### ${sign} ${title}: ${word.toLowerCase()}\n\n${reasonLines(part.reasons, { text: 300, items: 10 })}`;
    return [...make('reasons of scenarios', 55, head), ...blocksOf(part, limits, title, depth + 1)];
  });
  const tools = evidence.tools.map((tool) => `${escapeMarkdown(tool.name, 100)} ${escapeMarkdown(tool.version, 100)}`);
  return [
    ...own,
    ...parts,
    ...make('tools', 5, tools.length === 0 ? undefined : `Made with ${tools.slice(0, 50).join(', ')}.`),
  ];
}

function overview(evidence: Evidence, limits: Limits, heading: string): string | undefined {
  const checks = overviewOf(evidence);
  const timed = checks.some((row) => row.seconds !== undefined);
  const rows = checks.map((row) => [
    escapeMarkdown(row.name, limits.text),
    `${VERDICTS[row.verdict].sign} ${VERDICTS[row.verdict].word}`,
    escapeMarkdown(row.expected ?? '–', limits.text),
    escapeMarkdown(row.observed ?? '–', limits.text),
    ...(timed ? [row.seconds === undefined ? '–' : formatSeconds(row.seconds)] : []),
  ]);
  return rows.length === 0
    ? undefined
    : `${heading}\n\n${tableMarkdown(['Name', 'Verdict', 'Expected', 'Observed', ...(timed ? ['Took'] : [])], rows, ['Took'])}`;
}

function measurements(evidence: Evidence, limits: Limits, heading: string): string | undefined {
  const rows = notOfDora(evidence).map((one) => [
    escapeMarkdown(one.indicator, limits.text),
    escapeMarkdown(formatValue(one), limits.text),
    escapeMarkdown(formatBounds(one) ?? '–', limits.text),
    one.n === undefined ? '–' : formatCount(one.n),
    escapeMarkdown(one.method, limits.text),
  ]);
  return rows.length === 0
    ? undefined
    : `${heading}\n\n${tableMarkdown(['Indicator', 'Value', 'Bounds', 'n', 'Method'], rows, ['Value', 'n'])}`;
}

function events(evidence: Evidence, limits: Limits): string | undefined {
  const zero = zeroOf(evidence);
  const rows = eventsInOrder(evidence).map((event) => [
    `${secondsBetween(zero, event.at).toFixed(1)} s`,
    event.kind,
    escapeMarkdown(event.label, limits.text),
    escapeMarkdown(event.detail ?? '', limits.text),
  ]);
  return rows.length === 0
    ? undefined
    : folded(counted(rows.length, 'event'), tableMarkdown(['At', 'Kind', 'What', 'Detail'], rows, ['At']));
}
