/** Rows of a file of facts with the places of their cells: CSV as RFC 4180 has it, or JSON. */
import * as z from 'zod';
import type { Problem } from '../../platform/problems.ts';
import { didYouMean } from '../../platform/suggest.ts';
import { locate, positionAt, type TextPosition } from '../../report/json-position.ts';

/** The names of the columns, in the order in which they are written. */
export const FIELDS = ['indicator', 'from', 'to', 'value', 'of', 'unit', 'environment', 'service', 'note'] as const;
export type Field = (typeof FIELDS)[number];

/** Where something stands; found when it is asked for, since that reads the text up to there. */
interface Placed {
  place(): TextPosition;
}

/** What stands in a cell. */
export interface Cell extends Placed {
  readonly text: string;
}

export interface Row extends Placed {
  /** Without those that are empty. */
  readonly cells: Readonly<Partial<Record<Field, Cell>>>;
}

export interface Rows {
  readonly rows: readonly Row[];
  readonly problems: readonly Problem[];
}

/** Reads both forms: a file that begins with `[` or `{` is JSON. */
export function readRows(text: string, file: string): Rows {
  const plain = text.replace(/^\ufeff/, '');
  return /^\s*[[{]/.test(plain) ? readJson(plain, file) : readCsv(plain, file);
}

const isField = (name: string): name is Field => FIELDS.some((field) => field === name);

function readCsv(text: string, file: string): Rows {
  const problems: Problem[] = [];
  const report: Report = (place, message, hint) => {
    problems.push({ file, ...place, message, hint });
  };
  const [head = [], ...records] = splitCsv(text, report);
  const names = head.map((cell) => {
    if (!isField(cell.text)) {
      const hint = didYouMean(cell.text, FIELDS) ?? FIELDS.join(',');
      report(cell.place(), `the column ${JSON.stringify(cell.text)} is not known`, hint);
    }
    return cell.text;
  });
  for (const [index, cell] of head.entries()) {
    if (names.indexOf(cell.text) < index) {
      report(cell.place(), `the column ${cell.text} is there twice`, 'each column once');
    }
  }
  if (!names.includes('indicator') && problems.length === 0) {
    report({ line: 1, column: 1 }, 'the first line does not name the columns', FIELDS.join(','));
  }
  const rows =
    problems.length > 0
      ? []
      : records.map((record) => {
          const extra = record[names.length];
          if (extra !== undefined) {
            report(
              extra.place(),
              `there are more cells than the ${names.length} columns`,
              'a text with a comma inside in double quotes',
            );
          }
          const cells = Object.fromEntries(
            record.flatMap((cell, index) => (cell.text === '' ? [] : [[names[index] ?? '', cell] as const])),
          );
          return { place: () => record[0]?.place() ?? { line: 1, column: 1 }, cells };
        });
  return { rows, problems };
}

type Report = (place: TextPosition, message: string, hint: string) => void;

/** Records of cells; lines without anything, and those that begin with `#`, are no records. */
function splitCsv(text: string, report: Report): Cell[][] {
  // A cell, quoted or not, and what ends it.
  const CELL = /(?:[ \t]*"((?:[^"]|"")*)"[ \t]*|([^",\r\n]*))(,|\r?\n|\r|$)/y;
  const records: Cell[][] = [];
  let record: Cell[] = [];
  let offset = 0;
  while (offset < text.length || record.length > 0) {
    const comment =
      record.length === 0 ? /^[ \t]*(?:#.*)?(?:\r?\n|\r|$)/.exec(text.slice(offset, offset + 10_000)) : null;
    if (comment !== null && comment[0] !== '') {
      offset += comment[0].length;
      continue;
    }
    CELL.lastIndex = offset;
    const match = CELL.exec(text);
    if (match === null) {
      report(
        positionAt(text, offset),
        'a quote that is not where a quoted cell begins or ends',
        '"a text with "" for a quote inside"',
      );
      return [];
    }
    const [whole, quoted, bare, end] = match;
    const start = offset;
    const content = quoted?.replaceAll('""', '"') ?? bare ?? '';
    record.push({ text: content.trim(), place: () => positionAt(text, start) });
    offset += whole.length;
    if (end !== ',') {
      records.push(record);
      record = [];
    }
  }
  return records;
}

const jsonSchema = z.array(
  z.strictObject({
    indicator: z.string(),
    from: z.string().optional(),
    to: z.string().optional(),
    value: z.union([z.number(), z.string()]).optional(),
    of: z.union([z.number(), z.string()]).optional(),
    unit: z.string().optional(),
    environment: z.string().optional(),
    service: z.string().optional(),
    note: z.string().optional(),
  }),
);

function readJson(text: string, file: string): Rows {
  const at = (keys: readonly PropertyKey[]) => {
    const place = locate(text, keys);
    return positionAt(text, 'found' in place ? place.found : place.broken);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      rows: [],
      problems: [{ file, ...at([]), message: 'this is not JSON', hint: '[{ "indicator": …, "from": … }]' }],
    };
  }
  const checked = jsonSchema.safeParse(value);
  if (!checked.success) {
    const hint = `a list of objects with ${FIELDS.join(', ')}`;
    const problems = checked.error.issues
      .slice(0, 20)
      .map(({ message, path }) => ({ file, ...at(path), message, hint }));
    return { rows: [], problems };
  }
  const rows = checked.data.map((object, index) => {
    const cells = Object.fromEntries(
      Object.entries(object).map(([name, cell]) => [
        name,
        { text: String(cell).trim(), place: () => at([index, name]) },
      ]),
    );
    return { place: () => at([index]), cells };
  });
  return { rows, problems: [] };
}
