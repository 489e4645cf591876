/** DORA's measures, in Markdown. */

import { counted } from '../format.ts';
import { escapeMarkdown, tableMarkdown } from '../markdown-escape.ts';
import type { DoraRecord } from './record.ts';
import { DEPLOYMENT_HEADS, deploymentCells, doraIntroduction, doraNotes, METRIC_HEADS, metricCells } from './words.ts';

const MOST_DEPLOYMENTS = 50;

/** The block below `heading`: the five, what was left out, and the latest deployments, folded. */
export function doraMarkdown(dora: DoraRecord, heading: string, limit: number): string {
  const cells = (values: readonly string[]) => values.map((value) => escapeMarkdown(value, limit));
  const shown = dora.deployments.slice(-MOST_DEPLOYMENTS).reverse();
  const rest = dora.deployments.length - shown.length;
  const notes = doraNotes(dora).map((note) => `- ${escapeMarkdown(note, limit)}`);
  const deployments = tableMarkdown(
    [...DEPLOYMENT_HEADS],
    shown.map((deployment) => cells(deploymentCells(deployment))),
    ['Changes'],
  );
  const more = rest > 0 ? `\n\nand ${counted(rest, 'earlier deployment')}, in the evidence` : '';
  return [
    heading,
    escapeMarkdown(doraIntroduction(dora), 1000),
    tableMarkdown(
      [...METRIC_HEADS],
      dora.metrics.map((metric) => cells(metricCells(metric))),
      ['Value', 'Of'],
    ),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
    ...(shown.length === 0
      ? []
      : [
          `<details><summary>${counted(dora.deployments.length, 'deployment')}</summary>\n\n${deployments}${more}\n\n</details>`,
        ]),
  ].join('\n\n');
}
