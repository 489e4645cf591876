/** A load against its baseline, in Markdown. */
import { forestRow, forestText } from './charts/forest.ts';
import type { Compared, ComparisonRecord } from './comparison-record.ts';
import { formatChange, formatSide, STATES } from './comparison-words.ts';
import { formatRatio } from './format.ts';
import { escapeMarkdown, tableMarkdown } from './markdown-escape.ts';

/** The block below `heading`; texts are cut to `limit` characters. */
export function comparisonMarkdown(comparison: ComparisonRecord, heading: string, limit: number): string {
  const { caveats, conditions, confidence, indicators, method } = comparison;
  const rows = indicators.map((one) => [
    escapeMarkdown(one.indicator, limit),
    formatSide(one, one.baseline),
    formatSide(one, one.candidate),
    changeText(one),
    formatChange(one, one.tolerance, 'plain'),
    `${STATES[one.state].sign} ${STATES[one.state].word}`,
  ]);
  const notes = [
    ...caveats,
    ...conditions.map(
      ({ name, baseline, candidate }) => `Another ${name}: ${candidate}; the baseline had ${baseline}.`,
    ),
  ];
  const plots = indicators.flatMap((one) => {
    const row = forestRow(one);
    // A line of a code block: nothing but letters of ours may stand in it.
    return row === undefined ? [] : `|${forestText(row)}| ${one.indicator.replaceAll(/[^\w .-]/g, ' ').slice(0, 60)}`;
  });
  return [
    heading,
    tableMarkdown(
      ['Indicator', 'Baseline', 'This', `Change (${formatRatio(confidence)})`, 'Tolerance', 'State'],
      rows,
      ['Baseline', 'This', 'Tolerance'],
    ),
    ...(plots.length === 0
      ? []
      : [`\`\`\`text\n${plots.join('\n')}\n\`\`\``, 'Right is worse; ┊ no change, ╎ the tolerance.']),
    ...notes.slice(0, 12).map((note) => `- ${escapeMarkdown(note, limit)}`),
    `Found by: ${escapeMarkdown(method, limit)}.`,
  ].join('\n\n');
}

function changeText(one: Compared): string {
  if (one.change === null) {
    return one.note === undefined ? '–' : escapeMarkdown(one.note, 200);
  }
  const { value, lower, upper } = one.change;
  const smallest =
    one.smallestShown === null || one.state === 'better' || one.state === 'worse'
      ? ''
      : `; would have shown ${formatChange(one, one.smallestShown, 'plain')}`;
  return `${formatChange(one, value)} (${formatChange(one, lower)} to ${formatChange(one, upper)})${smallest}`;
}
