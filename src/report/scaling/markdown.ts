/** Cost against load, in Markdown. */
import { escapeMarkdown, tableMarkdown } from '../markdown-escape.ts';
import type { ScalingRecord } from './record.ts';
import { elasticityText, LEVEL_HEADS, levelCells, moneyHead } from './words.ts';

const MOST_LEVELS = 20;

/** The block below `heading`. */
export function scalingMarkdown(scaling: ScalingRecord, heading: string): string {
  const heads = [...LEVEL_HEADS, ...moneyHead(scaling)];
  const rows = scaling.levels.slice(0, MOST_LEVELS).map((level) => levelCells(level, scaling));
  return [
    heading,
    escapeMarkdown(elasticityText(scaling), 1000),
    ...(rows.length === 0 ? [] : [tableMarkdown(heads, rows, heads)]),
  ].join('\n\n');
}
