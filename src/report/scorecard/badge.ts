/** A badge of a scorecard: as an SVG of its own, and as shields.io reads one (its endpoint schema, https://shields.io/badges/endpoint-badge). */
import { markup } from '../html/markup.ts';
import { countStates, type ScorecardRecord } from './record.ts';

export interface Badge {
  readonly label: string;
  readonly message: string;
  readonly colour: 'brightgreen' | 'red' | 'lightgrey';
}

/** Counts only; the colour is that of the worst state. */
export function badgeOf({ environment, rows }: Pick<ScorecardRecord, 'environment' | 'rows'>): Badge {
  const { met, missed, unknown } = countStates({ rows });
  const parts = [
    `${met} met`,
    ...(missed > 0 ? [`${missed} missed`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
  ];
  const message = rows.length === 0 ? 'no targets' : parts.join(' · ');
  const colour = missed > 0 ? 'red' : unknown > 0 || rows.length === 0 ? 'lightgrey' : 'brightgreen';
  return { label: `targets in ${environment}`, message, colour };
}

/** Version 1 of shields' schema. */
export function badgeJson({ colour, label, message }: Badge): string {
  return `${JSON.stringify({ schemaVersion: 1, label, message, color: colour })}\n`;
}

/** White text on these reaches a contrast of 4.5 (WCAG 2.2 AA, 1.4.3), which shields' own colours do not. */
const COLOURS = { brightgreen: '#0b6b58', red: '#b02e12', lightgrey: '#59626d' } as const;
const PADDING = 8;

/** The widths of Verdana at 11 px, roughly: `textLength` makes the text fit them in any font. */
function widthOf(text: string): number {
  const wide = [...text].reduce(
    (sum, character) => sum + (/[il.,·|' ]/.test(character) ? 4 : /[mw%MW]/.test(character) ? 10 : 7),
    0,
  );
  return Math.max(8, wide);
}

/** The SVG. */
export function badgeSvg({ colour, label, message }: Badge): string {
  const [left, right] = [widthOf(label), widthOf(message)];
  const split = left + 2 * PADDING;
  const width = split + right + 2 * PADDING;
  return `${
    markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${label}: ${message}"><title>${label}: ${message}</title><clipPath id="r"><rect width="${width}" height="20" rx="3"/></clipPath><g clip-path="url(#r)"><rect width="${split}" height="20" fill="#333940"/><rect x="${split}" width="${width - split}" height="20" fill="${COLOURS[colour]}"/></g><g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11"><text x="${split / 2}" y="14" textLength="${left}">${label}</text><text x="${split + (width - split) / 2}" y="14" textLength="${right}">${message}</text></g></svg>`
      .text
  }\n`;
}
