/** Nights as GitHub-flavoured Markdown: what was tried tonight, and the nights before. */
import { counted } from '../format.ts';
import { escapeMarkdown, tableMarkdown } from '../markdown-escape.ts';
import type { NightStep, NightsRecord } from './record.ts';
import { NIGHT_HEADS, nightCells, STEP_HEADS, stepCells, tonightOf } from './words.ts';

const MOST_NIGHTS = 14;

/** Both tables. */
export function nightsMarkdown(record: NightsRecord, heading: (title: string) => string, limit: number): string {
  const { tonight, earlier } = tonightOf(record);
  const rows = [tonight, ...earlier].slice(0, MOST_NIGHTS).map((night) => escaped(nightCells(night), limit));
  const rest = earlier.length + 1 - rows.length;
  return [
    heading('Tonight'),
    stepsMarkdown(tonight.steps, limit),
    heading('Night by night'),
    tableMarkdown(NIGHT_HEADS, rows, ['Passed', 'Slowest recovery', 'Lowest availability']),
    ...(rest > 0 ? [`and ${counted(rest, 'earlier night')}, in the report`] : []),
  ].join('\n\n');
}

/** What was tried, a row each. */
export function stepsMarkdown(steps: readonly NightStep[], limit: number): string {
  const rows = steps.map((step) => escaped(stepCells(step), limit));
  return tableMarkdown(STEP_HEADS, rows, ['Recovery time', 'Availability']);
}

function escaped(cells: readonly string[], limit: number): string[] {
  return cells.map((cell) => escapeMarkdown(cell, limit));
}
