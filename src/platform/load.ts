/** surefoot.yml from disk. */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import type { Platform } from './model.ts';
import { type Loaded, parsePlatform } from './parse.ts';
import type { Problem } from './problems.ts';
import { sortProblems } from './problems.ts';

export const DEFAULT_FILE = 'surefoot.yml';

/**
 * Reads and checks one file. What cannot be read is a problem too, at its first line; nothing is thrown. `elsewhere` says how to name
 * another file.
 */
export async function loadPlatform(
  file: string,
  elsewhere = `--config with the path of your ${DEFAULT_FILE}`,
): Promise<Loaded> {
  const unreadable = (message: string, hint: string): Loaded => ({
    platform: undefined,
    problems: [{ file, line: 1, column: 1, message, hint }],
  });
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'this is a folder, not a file',
      EACCES: 'this file may not be read',
    };
    return unreadable(reasons[code] ?? `this file cannot be read (${code})`, elsewhere);
  }
  return isUtf8(bytes)
    ? parsePlatform(bytes.toString('utf8').replace(/^\ufeff/, ''), file)
    : unreadable('the file is not UTF-8 text', 'the file in UTF-8');
}

/** The platform of a file. Throws `InputError` (`invalid-configuration`) with every problem when it has any. */
export async function requirePlatform(file: string): Promise<Platform> {
  const { platform, problems } = await loadPlatform(file);
  if (platform === undefined) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    throw new InputError('invalid-configuration', `${count} in ${file}`, problems);
  }
  return platform;
}

export interface Checked {
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

/** What `check` does: all files, all problems; also that the folders which rehearsals start in are there. */
export async function checkFiles(files: readonly string[]): Promise<Checked> {
  const chosen = files.length === 0 ? [DEFAULT_FILE] : [...new Set(files)];
  const problems: Problem[] = [];
  for (const file of chosen) {
    const loaded = await loadPlatform(file, `surefoot check path/to/${DEFAULT_FILE}`);
    problems.push(...loaded.problems, ...(loaded.platform === undefined ? [] : await missingFolders(loaded.platform)));
  }
  return { files: chosen, problems: sortProblems(problems) };
}

async function missingFolders(platform: Platform): Promise<Problem[]> {
  const folders = new Set<string>();
  for (const service of Object.values(platform.services)) {
    for (const { rehearsal } of Object.values(service.inEnvironment)) {
      if (rehearsal !== undefined) {
        folders.add(rehearsal.directory);
      }
    }
  }
  const problems: Problem[] = [];
  for (const folder of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true) {
      const message = `a rehearsal starts in ${folder}, which is not a folder`;
      problems.push({
        file: platform.file,
        line: 1,
        column: 1,
        message,
        hint: 'rehearsal.directory as seen from the folder of this file',
      });
    }
  }
  return problems;
}
