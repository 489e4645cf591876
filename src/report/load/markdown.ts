/** The counts of a load as GitHub-flavoured Markdown. */
import { quantile } from '../../statistics/log-histogram.ts';
import type { LoadRecord } from '../evidence.ts';
import { countLoad, latencyOf } from '../facts.ts';
import { formatCount, formatRatio, formatSeconds } from '../format.ts';
import { escapeMarkdown, tableMarkdown } from '../markdown-escape.ts';

const MOST_KINDS = 20;

/** What became of the planned requests, and how long those took that were judged. */
export function loadMarkdown(load: LoadRecord, heading: string): string {
  const all = countLoad(load);
  const kinds = all.failedByKind.slice(0, MOST_KINDS);
  const others = all.failed - kinds.reduce((sum, [, count]) => sum + count, 0);
  const row = (label: string, count: number): string[] => [
    label,
    formatCount(count),
    all.planned === 0 ? '–' : formatRatio(count / all.planned),
  ];
  const parts: (readonly [string, number])[] = [
    ['ok', all.ok],
    ...kinds.map(([kind, count]) => [`failed: ${escapeMarkdown(kind, 100)}`, count] as const),
    ...(others > 0 ? [['failed: other kinds', others] as const] : []),
    ...(all.failed === 0 ? [['failed', 0] as const] : []),
    ['dropped', all.dropped],
    ['interrupted', all.interrupted],
  ];
  const sum = parts.map(([, count]) => formatCount(count)).join(' + ');
  const latency = latencyOf(load, load.judgedUntilSecond);
  const quantiles = [0.5, 0.95, 0.99].flatMap((p) => {
    const value = quantile(latency, p);
    return value === undefined ? [] : `p${Math.round(p * 100)} ${formatSeconds(value)}`;
  });
  return [
    heading,
    tableMarkdown(
      ['Outcome', 'Requests', 'Share'],
      [...parts.map(([label, count]) => row(label, count)), row('**planned**', all.planned)],
      ['Requests', 'Share'],
    ),
    `${formatCount(all.planned)} planned = ${sum}.${quantiles.length > 0 ? ` Latency before second ${load.judgedUntilSecond}: ${quantiles.join(', ')} (±1 %).` : ''}`,
  ].join('\n\n');
}
