/** What docs/invariants.md and docs/threat-model.md say is enforced names tests that exist, by file and title, and files of the source. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Links to tests and source in the table cells of a page: what stands in the brackets, and the file. */
function proofsOf(page: string): { readonly title: string; readonly file: string }[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/\[((?:[^[\]]|\[[^\]]*\])+)\]\((\.\.\/(?:test|src|scripts|tools|\.github)[^)#\s]*)\)/g)].map(
    ([, title = '', file = '']) => ({ title, file: path.posix.join('docs', file) }),
  );
}

/** Whether a file has a test of that title: a literal, in any quotes, as an argument of its own. */
function hasTest(file: string, title: string): boolean {
  const text = readFileSync(file, 'utf8');
  return ["'", '"', '`'].some((quote) => {
    const written = quote === '`' ? title : title.replaceAll(quote, `\\${quote}`);
    return [`(${quote}${written}${quote}`, ` ${quote}${written}${quote},`].some((literal) => text.includes(literal));
  });
}

/** The last cell of each row whose table has a last column of that name. */
function lastCells(page: string, name: string): string[] {
  const tables = readFileSync(page, 'utf8').split('\n\n');
  return tables
    .filter((table) => table.split('\n')[0]?.endsWith(`| ${name} |`))
    .flatMap((table) => table.trim().split('\n').slice(2))
    .map(
      (row) =>
        row
          .split(/(?<!\\)\|/)
          .at(-2)
          ?.trim() ?? '',
    );
}

describe.each([
  ['docs/invariants.md', 30],
  ['docs/threat-model.md', 20],
])('%s', (page, least) => {
  it('names an enforcement for every row', () => {
    const cells = lastCells(page, 'enforced by');
    expect(cells.length).toBeGreaterThan(least);
    expect(cells.filter((cell) => !/\]\(\.\./.test(cell))).toEqual([]);
  });

  it('names tests that exist, by file and title, and files that exist', () => {
    const proofs = proofsOf(page);
    expect(proofs.length).toBeGreaterThan(least);
    const wrong = proofs.filter(({ title, file }) => {
      const isTest = file.endsWith('.test.ts');
      return !existsSync(file) || (isTest && !hasTest(file, title));
    });
    expect(wrong.map(({ title, file }) => `${file}: ${title}`)).toEqual([]);
  });
});
