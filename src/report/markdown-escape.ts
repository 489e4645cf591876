/** Values as GitHub-flavoured Markdown that shows them and does nothing else. */
import { clip, oneLine } from './text.ts';

const ZERO_WIDTH_SPACE = '&#8203;';

/**
 * `text` on one line, cut to `limit` characters, with everything that Markdown, HTML, tables, GitHub or a runner's log would act on made
 * inert. Mentions and issue references get a zero-width space after their sign, as Dependabot does it: an entity alone is resolved before
 * GitHub looks for them. Links are not made (`:` before `//`), nor workflow commands (`::`, `##[`; docs.github.com, workflow commands).
 */
export function escapeMarkdown(text: string, limit = Number.POSITIVE_INFINITY): string {
  return escapeMarks(clip(oneLine(text), limit))
    .replace(/#/g, `\\#${ZERO_WIDTH_SPACE}`)
    .replace(/@/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/\b(www|GH)(?=[.-])/gi, `$1${ZERO_WIDTH_SPACE}`)
    .replace(/:(?=:|\/\/)/g, '&#58;')
    .replace(/^[-+=]/, (character) => `\\${character}`)
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2');
}

/**
 * A value in a fixed width, without zero-width spaces, so that it can be copied: GitHub makes no mentions and references within code.
 * `<code>` instead of backticks: it takes any value, also within a table.
 */
export function codeMarkdown(text: string, limit = Number.POSITIVE_INFINITY): string {
  const inert = escapeMarks(clip(oneLine(text), limit))
    .replace(/#/g, '\\#')
    .replace(/@/g, '&#64;')
    .replace(/\bwww(?=\.)/gi, (www) => `&#${www.charCodeAt(0)};${www.slice(1)}`)
    .replace(/:(?=:|\/\/)/g, '&#58;');
  return `<code>${inert}</code>`;
}

function escapeMarks(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]|~$]/g, (character) => `\\${character}`);
}

/** A table row; cells must be escaped already. */
export function rowMarkdown(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A table with its first line of headings; columns named in `right` are aligned to the right. Cells must be escaped already. */
export function tableMarkdown(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const rule = heads.map((head) => (right.includes(head) ? '--:' : '---'));
  return [rowMarkdown(heads), rowMarkdown(rule), ...rows.map(rowMarkdown)].join('\n');
}

/** A part that opens when it is asked for. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
