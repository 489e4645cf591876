/** A record as text for a terminal or a log: verdict, reasons, the table of scenarios, counts that add up. */
import { styleText } from 'node:util';
import type { Check, Evidence, LoadRecord, Verdict } from './evidence.ts';
import { countJudged, overviewOf, partIndexOf, rehearsalNote, VERDICTS } from './facts.ts';
import { formatBounds, formatCount, formatRatio, formatSeconds, formatValue, secondsBetween } from './format.ts';
import { scorecardLines } from './scorecard/terminal.ts';
import { displayWidth, padTo, wrap } from './terminal-text.ts';
import { oneLine } from './text.ts';

export interface TerminalOptions {
  /** Columns of the terminal; 80 is a good choice where there is none. Below 40 is taken as 40. */
  readonly columns: number;
  readonly colour: boolean;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const COLOURS: Readonly<Record<Verdict, Style>> = {
  pass: ['green', 'bold'],
  fail: ['red', 'bold'],
  inconclusive: ['yellow', 'bold'],
};

const LEAST_COLUMNS = 40;
const GAP = 2;

/** Renders the record without a line break at the end. Nothing in a value can act on the terminal: controls are shown as code points. */
export function renderTerminal(evidence: Evidence, options: TerminalOptions): string {
  const columns = Math.max(LEAST_COLUMNS, Math.floor(options.columns));
  // The stream's own opinion on colour is the caller's to ask: this function only renders.
  const paint: Paint = options.colour
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
  const note = rehearsalNote(evidence);
  const loads = [evidence, ...evidence.parts].flatMap((record) =>
    record.load === undefined ? [] : countLines(record.load, record === evidence ? '' : record.title, columns),
  );
  const blocks = [
    overviewLines(overviewOf(evidence), headsOf(evidence), columns, paint),
    loads,
    evidence.scorecard === undefined ? [] : scorecardLines(evidence.scorecard, columns),
    measurementLines(evidence, columns),
    verdictLines(evidence, columns, paint),
    note === undefined ? [] : wrap(note, columns).map((line) => paint('dim', line)),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function verdictLines(evidence: Evidence, columns: number, paint: Paint): string[] {
  const { word, sign } = VERDICTS[evidence.verdict];
  const took = formatSeconds(secondsBetween(evidence.startedAt, evidence.finishedAt));
  const [first = '', ...rest] = wrap(`${sign} ${word}: ${evidence.title} (${took})`, columns);
  const head = `${sign} ${word}`;
  return [
    first.startsWith(head) ? paint(COLOURS[evidence.verdict], head) + first.slice(head.length) : first,
    ...rest,
    ...evidence.reasons.flatMap((reason) => indented(reason.message, columns, 2)),
  ];
}

function indented(text: string, columns: number, indent: number): string[] {
  return wrap(text, columns - indent).map((line) => ' '.repeat(indent) + line);
}

function countLines(load: LoadRecord, title: string, columns: number): string[] {
  const counts = countJudged(load);
  const share = counts.planned === 0 ? '' : ` (${formatRatio(counts.ok / counts.planned)})`;
  const parts = [
    `${formatCount(counts.ok)} ok${share}`,
    ...counts.failedByKind.map(([kind, count]) => `${formatCount(count)} ${oneLine(kind)}`),
    ...(counts.failed === 0 ? ['0 failed'] : []),
    `${formatCount(counts.dropped)} dropped`,
    `${formatCount(counts.interrupted)} interrupted`,
  ];
  const name = title === '' ? '' : `${title}: `;
  return wrap(`${name}${formatCount(counts.planned)} requests judged = ${parts.join(' + ')}`, columns, 2);
}

function measurementLines(evidence: Evidence, columns: number): string[] {
  return evidence.measurements.flatMap((one) => {
    const bounds = formatBounds(one);
    const n = one.n === undefined ? '' : `, n = ${formatCount(one.n)}`;
    return wrap(`${one.indicator}: ${formatValue(one)}${bounds === undefined ? '' : `, ${bounds}`}${n}`, columns, 2);
  });
}

const TOOK = 'Took';
/** Numbers are aligned to the right. */
const TOOK_COLUMN = 4;

/** The heads of the overview; times have a column when there are some. */
function headsOf(evidence: Evidence): readonly string[] {
  const timed = overviewOf(evidence).some((row) => row.seconds !== undefined);
  return [
    partIndexOf(evidence, 0) === undefined ? 'Check' : 'Scenario',
    'Verdict',
    'Expected',
    'Observed',
    ...(timed ? [TOOK] : []),
  ];
}

function overviewLines(rows: readonly Check[], heads: readonly string[], columns: number, paint: Paint): string[] {
  if (rows.length === 0) {
    return [];
  }
  const cells = rows.map((row) => [
    oneLine(row.name),
    `${VERDICTS[row.verdict].sign} ${VERDICTS[row.verdict].word}`,
    oneLine(row.expected ?? '–'),
    oneLine(row.observed ?? '–'),
    ...(heads.includes(TOOK) ? [row.seconds === undefined ? '–' : formatSeconds(row.seconds)] : []),
  ]);
  const widths = columnWidths([heads, ...cells], columns);
  if (widths === undefined) {
    return rows.flatMap((row, index) => stackedRow(row, cells[index] ?? [], heads, columns, paint));
  }
  const rule = paint('dim', '─'.repeat(widths.reduce((sum, width) => sum + width + GAP, -GAP)));
  return [
    ...tableRow(heads, widths, () => undefined, paint),
    rule,
    ...rows.flatMap((row, index) =>
      tableRow(cells[index] ?? [], widths, (column) => (column === 1 ? COLOURS[row.verdict] : undefined), paint),
    ),
  ];
}

/** Widths that fit `columns`, of rows whose first is the heads: the two columns of prose share what the others leave. Undefined when that would be too little to read. */
function columnWidths(rows: readonly (readonly string[])[], columns: number): number[] | undefined {
  const heads = rows[0] ?? [];
  const natural = heads.map((_, column) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[column] ?? '')), 0),
  );
  const [name = 0, verdict = 0, expected = 0, observed = 0, ...took] = natural;
  const left = columns - Math.min(name, 24) - verdict - (took[0] ?? 0) - GAP * (heads.length - 1);
  if (left < 36) {
    return undefined;
  }
  const share =
    expected + observed <= left ? expected : Math.max(left - observed, Math.min(expected, Math.floor(left / 2)));
  return [Math.min(name, 24), verdict, share, Math.min(observed, left - share), ...took];
}

function tableRow(
  cells: readonly string[],
  widths: readonly number[],
  styleOf: (column: number) => Style | undefined,
  paint: Paint,
): string[] {
  const wrapped = widths.map((width, column) => wrap(cells[column] ?? '', width));
  const height = wrapped.reduce((most, lines) => Math.max(most, lines.length), 1);
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((width, column) => {
        const text = wrapped[column]?.[line] ?? '';
        const style = styleOf(column);
        const padding = ' '.repeat(Math.max(0, width - displayWidth(text)));
        const painted = style === undefined || text === '' ? text : paint(style, text);
        return column === TOOK_COLUMN ? padding + painted : painted + padding;
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

function stackedRow(
  row: Check,
  cells: readonly string[],
  heads: readonly string[],
  columns: number,
  paint: Paint,
): string[] {
  const [name = '', verdict = '', ...rest] = cells;
  const labelWidth = 10;
  return [
    ...wrap(name, columns),
    `  ${paint(COLOURS[row.verdict], verdict)}`,
    ...rest.flatMap((cell, index) => {
      const label = padTo(heads[index + 2] ?? '', labelWidth);
      return wrap(cell, columns - labelWidth - 2).map(
        (line, at) => `  ${at === 0 ? label : ' '.repeat(labelWidth)}${line}`,
      );
    }),
  ];
}
