/** Evidence on disk: one record as JSON, HTML and Markdown. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { OutsideError } from '../errors.ts';
import { type Evidence, evidenceSchema } from './evidence.ts';
import { renderHtml } from './html/page.ts';
import { renderMarkdown, SUMMARY_BYTES } from './markdown.ts';

/** Absolute paths of what was written. */
export interface ReportFiles {
  readonly json: string;
  readonly html: string;
  readonly markdown: string;
}

const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Checks the record and writes `<name>.json`, `<name>.html` and `<name>.md` into `directory`, which is made when missing. `name` is
 * the operation unless given. Each file appears whole or not at all.
 *
 * Throws an Error that names the path when the record breaks its own schema (a bug of ours), and an OutsideError when the
 * files cannot be written.
 */
export async function writeReport(
  evidence: Evidence,
  directory: string,
  options: { readonly name?: string } = {},
): Promise<ReportFiles> {
  const name = options.name ?? evidence.operation;
  if (!PLAIN_NAME.test(name)) {
    throw new Error(`a report's name is letters, digits, dots, dashes and underscores, not ${JSON.stringify(name)}`);
  }
  const checked = evidenceSchema.safeParse(evidence);
  if (!checked.success) {
    throw new Error(`the evidence of ${evidence.operation} is not valid: ${describeIssues(checked.error)}`);
  }
  const json = `${JSON.stringify(checked.data)}\n`;
  const file = { name: `${name}.json`, sha256: createHash('sha256').update(json).digest('hex'), json };
  const folder = path.resolve(directory);
  const files = {
    json: path.join(folder, file.name),
    html: path.join(folder, `${name}.html`),
    markdown: path.join(folder, `${name}.md`),
  };
  await writeAll(folder, [
    [files.json, json],
    [files.html, renderHtml(checked.data, file)],
    [files.markdown, renderMarkdown(checked.data, { maxBytes: SUMMARY_BYTES, evidenceFile: file.name })],
  ]);
  return files;
}

/** `name`, or where the folder has evidence of that name already the first of `name-2`, `name-3`, … that is free. */
export async function unusedName(directory: string, name: string): Promise<string> {
  const taken = new Set(await readdir(directory).catch(() => []));
  let candidate = name;
  for (let number = 2; taken.has(`${candidate}.json`); number += 1) {
    candidate = `${name}-${number}`;
  }
  return candidate;
}

/** The first issues of a schema error, each with its path: `parts[1].load.totals.ok: is 3, but …`. */
export function describeIssues(error: z.ZodError, most = 5): string {
  const lines = error.issues.slice(0, most).map((issue) => `${pathText(issue.path)}: ${issue.message}`);
  const rest = error.issues.length - lines.length;
  return `${lines.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

/** A path as people write it: `parts[1].load.bins[3]`. */
export function pathText(keys: readonly PropertyKey[]): string {
  const text = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text === '' ? 'the record' : text.replace(/^\./, '');
}

async function writeAll(folder: string, contents: readonly (readonly [file: string, text: string])[]): Promise<void> {
  const suffix = `.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    for (const [file, text] of contents) {
      await writeFile(file + suffix, text, { flag: 'wx' });
    }
    for (const [file] of contents) {
      await rename(file + suffix, file);
    }
  } catch (error) {
    await Promise.allSettled(contents.map(([file]) => rm(file + suffix, { force: true })));
    const cause = error instanceof Error ? error.message : String(error);
    throw new OutsideError('report-not-written', `the report could not be written: ${cause}`, folder, { cause: error });
  }
}
