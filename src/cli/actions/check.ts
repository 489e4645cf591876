/** `surefoot check`: validates the files that users write; offline. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Outcome } from '../../entry/outcome.ts';
import { InputError } from '../../errors.ts';
import { readWaivers, WAIVER_FILE } from '../../operations/gate/waivers/waiver-file.ts';
import { looksLikeProfile, readProfile } from '../../operations/load/profile.ts';
import { checkFiles, DEFAULT_FILE } from '../../platform/load.ts';
import type { Problem } from '../../platform/model.ts';
import { sortProblems } from '../../platform/problems.ts';

/** Trivy's own name for it, and names like `infra.trivyignore.yml`. */
const WAIVERS = /\.trivyignore\.ya?ml$/;

/** Checks each file by what it is; without names also the waivers beside surefoot.yml. @throws InputError with every problem of every file */
export async function checkAction(files: readonly string[]): Promise<Outcome> {
  const named = files.filter((file) => WAIVERS.test(path.basename(file)));
  const profiles = await profilesAmong(files.filter((file) => !named.includes(file)));
  const platforms = files.filter((file) => !named.includes(file) && !profiles.has(file));
  const beside = files.length === 1 && files[0] === DEFAULT_FILE ? await existing(WAIVER_FILE) : [];
  const waivers = [...named, ...beside];
  const problems = sortProblems([
    ...(platforms.length === 0 ? [] : (await checkFiles(platforms)).problems),
    ...(await Promise.all(waivers.map(checkWaivers))).flat(),
    ...[...profiles].flatMap(([file, content]) => readProfile(content, file).problems),
  ]);
  if (problems.length > 0) {
    throw new InputError(
      'invalid-file',
      `${problems.length} problem${problems.length === 1 ? '' : 's'} found`,
      problems,
    );
  }
  const text = `${[...files, ...beside].join(', ')}: no problem found`;
  return { operation: 'check', verdict: 'pass', reasons: [{ code: 'valid', message: text }], text };
}

/** Those that are load profiles, with what is in them. */
async function profilesAmong(files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const contents = await Promise.all(
    files.map(async (file) => [file, await readFile(file, 'utf8').catch(() => '')] as const),
  );
  return new Map(contents.filter(([, content]) => looksLikeProfile(content)));
}

async function existing(file: string): Promise<string[]> {
  return readFile(file).then(
    () => [file],
    () => [],
  );
}

async function checkWaivers(file: string): Promise<readonly Problem[]> {
  try {
    return readWaivers(await readFile(file, 'utf8'), file, new Date().toISOString().slice(0, 10)).problems;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const message = `this file cannot be read (${cause})`;
    return [{ file, line: 1, column: 1, message, hint: 'the path of a waiver file' }];
  }
}
