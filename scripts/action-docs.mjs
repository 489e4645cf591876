/**
 * Writes the tables of inputs and outputs into the actions' READMEs and docs/actions.md, from their action.yml.
 * `node scripts/action-docs.mjs` writes them; tests compare them with what is there.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'yaml';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

const BEGIN = '<!-- begin: from action.yml, by scripts/action-docs.mjs -->';
const END = '<!-- end -->';

/**
 * @typedef {{ description: string, required?: boolean, default?: string }} Input
 * @typedef {{ inputs?: Record<string, Input>, outputs?: Record<string, { description: string }> }} Action
 */

/**
 * The pages with fresh tables, by file name.
 * @returns {Promise<Record<string, string>>}
 * @throws {Error} when a page has no place for them
 */
export async function actionDocs() {
  const pages = (await sources()).map(async ([page, source]) => {
    const [text, yaml] = await Promise.all([page, source].map((file) => readFile(path.join(root, file), 'utf8')));
    const action = /** @type {Action} */ (parse(yaml ?? ''));
    return [page, withTables(page, text ?? '', tables(action))];
  });
  return Object.fromEntries(await Promise.all(pages));
}

/**
 * Which page shows which action: pairs of page and action.yml.
 * @returns {Promise<(readonly [string, string])[]>}
 */
async function sources() {
  const names = await readdir(path.join(root, 'actions'));
  const own = names.sort().map((name) => [`actions/${name}/README.md`, `actions/${name}/action.yml`]);
  return /** @type {[string, string][]} */ ([['docs/actions.md', 'action.yml'], ...own]);
}

/**
 * @param {string} page
 * @param {string} text
 * @param {string} generated
 */
function withTables(page, text, generated) {
  const [before, rest] = text.split(`${BEGIN}\n`);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`${page} has no place for the tables: add the lines ${BEGIN} and ${END}`);
  }
  return `${before}${BEGIN}\n${generated}${END}${after}`;
}

/** @param {Action} action */
function tables({ inputs = {}, outputs = {} }) {
  const inputRows = Object.entries(inputs).map(([name, input]) => [
    `\`${name}\``,
    cell(input.description),
    fallback(input),
  ]);
  const outputRows = Object.entries(outputs).map(([name, output]) => [`\`${name}\``, cell(output.description)]);
  return `${table(['input', 'what it is', 'default'], inputRows)}\n${table(['output', 'what it is'], outputRows)}`;
}

/** @param {Input} input */
function fallback(input) {
  return input.required ? '**required**' : input.default ? `\`${input.default}\`` : '';
}

/** @param {string} text */
function cell(text) {
  return text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[|<]/g, (character) => `\\${character}`);
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}|${head.map(() => '---|').join('')}\n${rows.map(line).join('')}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [page, text] of Object.entries(await actionDocs())) {
    await writeFile(path.join(root, page), text);
  }
}
