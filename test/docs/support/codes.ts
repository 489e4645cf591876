/** The codes that the source gives reasons and errors, found by how they are written there. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A code, and the file that gives it. */
export interface Given {
  readonly code: string;
  readonly file: string;
}

/** Every TypeScript file of `src` but those of the rehearsal platform, whose errors are AWS's: text by path. */
export function sources(): ReadonlyMap<string, string> {
  const names = readdirSync('src', { recursive: true }).map((name) => String(name).split(path.sep).join('/'));
  const files = names.filter((name) => name.endsWith('.ts') && !name.startsWith('rehearsal/'));
  return new Map(files.map((name) => [`src/${name}`, readFileSync(path.join('src', name), 'utf8')]));
}

/**
 * Codes that are written as `code: 'x'` (also as a branch of a condition), as the first argument of an error's constructor, or as that of a
 * helper which is declared with `code: string` as its first parameter; and those of a candidate that is rolled back.
 */
export function codesIn(files: ReadonlyMap<string, string>): Given[] {
  const calls = new RegExp(
    `(?:new (?:\\w*Error|StepFailed|Unreadable)|\\b(?:${helpers(files).join('|')}))\\(\\s*'([a-z0-9-]+)'`,
    'g',
  );
  return [...files].flatMap(([file, text]) => {
    const direct = [/\bcode:\s*'([a-z0-9-]+)'/g, calls, /\brollBack\(\s*context,\s*'\w+',\s*'([a-z0-9-]+)'/g].flatMap(
      (way) => [...text.matchAll(way)],
    );
    const conditions = [...text.matchAll(/\bcode(?::| =)[^,;{}]*\?[^,;{}]*/g)];
    const branches = conditions.flatMap(([whole]) => [...whole.matchAll(/[?:]\s*'([a-z0-9-]+)'/g)]);
    return [...direct, ...branches].map(([, code = '']) => ({ code, file }));
  });
}

function helpers(files: ReadonlyMap<string, string>): string[] {
  const declared = /(?:function (\w+)|const (\w+) =|^ {2}(\w+))\s*\(\s*code: string/gm;
  const names = [...files.values()].flatMap((text) =>
    [...text.matchAll(declared)].map((match) => match[1] ?? match[2] ?? match[3] ?? ''),
  );
  return [...new Set(names)].filter((name) => name !== '' && name !== 'constructor');
}
