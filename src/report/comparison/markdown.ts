/** A load against its baseline, in Markdown. */
import { forestRow, forestText } from '../charts/forest.ts';
import { formatRatio, formatValue } from '../format.ts';
import { codeMarkdown, escapeMarkdown, tableMarkdown } from '../markdown-escape.ts';
import type { Compared, ComparisonRecord } from './record.ts';
import { formatChange, STATES } from './words.ts';

/** The block below `heading`; texts are cut to `limit` characters. */
export function comparisonMarkdown(comparison: ComparisonRecord, heading: string, limit: number): string {
  const { caveats, conditions, confidence, indicators, method } = comparison;
  const rows = indicators.map((one) => [
    escapeMarkdown(one.indicator, limit),
    escapeMarkdown(formatValue({ unit: one.unit, value: one.baseline }), limit),
    escapeMarkdown(formatValue({ unit: one.unit, value: one.candidate }), limit),
    escapeMarkdown(changeText(one), limit),
    plotText(one),
    escapeMarkdown(formatChange(one, one.tolerance, 'plain'), limit),
    `${STATES[one.state].sign} ${STATES[one.state].word}`,
  ]);
  const notes = [
    ...caveats,
    ...conditions.map(
      ({ name, baseline, candidate }) => `Another ${name}: ${candidate}; the baseline had ${baseline}.`,
    ),
  ];
  return [
    heading,
    tableMarkdown(
      ['Indicator', 'Baseline', 'This', `Change (${formatRatio(confidence)})`, 'Drawn', 'Tolerance', 'State'],
      rows,
      ['Baseline', 'This', 'Tolerance'],
    ),
    'Drawn in tolerances: right is worse, ┊ is no change, ╎ the tolerance.',
    ...notes.slice(0, 12).map((note) => `- ${escapeMarkdown(note, limit)}`),
    `Found by: ${escapeMarkdown(method, limit)}.`,
  ].join('\n\n');
}

function changeText(one: Compared): string {
  if (one.change === null) {
    return one.note ?? '–';
  }
  const { value, lower, upper } = one.change;
  const smallest =
    one.smallestShown === null || one.state === 'better' || one.state === 'worse'
      ? ''
      : `; would have shown ${formatChange(one, one.smallestShown, 'plain')}`;
  return `${formatChange(one, value)} (${formatChange(one, lower)} to ${formatChange(one, upper)})${smallest}`;
}

/** Spaces side by side would fall together. */
function plotText(one: Compared): string {
  const row = forestRow(one);
  return row === undefined ? '–' : codeMarkdown(forestText(row).replaceAll(' ', '·'), 100);
}
