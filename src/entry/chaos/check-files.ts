/** Files of experiments from disk. */
import { isUtf8 } from 'node:buffer';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { looksLikeChaos } from '../../operations/chaos/accept/accept.ts';
import { type CheckedFile, type CheckOptions, checkChaosFile } from '../../operations/chaos/check/check.ts';

/** Where experiments are looked for when no file is named. */
export const CHAOS_FOLDER = 'chaos';

const ENDINGS = /\.(?:ya?ml|json)$/i;
const YAML = /\.ya?ml$/i;
/** Other files of surefoot, which may lie in the same folder. */
const OTHER_KIND = /^kind:\s*["']?(?:Platform|Target|SLO|LoadProfile)\b/m;

export interface ChaosFile {
  readonly file: string;
  readonly content: string;
}

/**
 * Those of the files named that are meant to be experiments or templates, by what is in them; of a folder all of them. Files that
 * cannot be read are left out: whoever reads them next says why.
 */
export async function chaosFilesAmong(files: readonly string[]): Promise<readonly ChaosFile[]> {
  const found = await Promise.all(
    files.map(async (file) => {
      const isFolder = await stat(file).then(
        (entry) => entry.isDirectory(),
        () => false,
      );
      return isFolder ? filesIn(file) : (await read([file])).filter(({ content }) => looksLikeChaos(content));
    }),
  );
  return found.flat();
}

/** All experiments of a folder and the folders in it, in the order of their names; nothing when there is no such folder. */
export async function filesIn(folder: string): Promise<readonly ChaosFile[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const named = names.filter((name) => ENDINGS.test(name)).sort();
  const all = await read(named.map((name) => path.join(folder, name)));
  // A YAML file without the words of an experiment may be one with a mistake in them.
  return all.filter(({ file, content }) => looksLikeChaos(content) || (YAML.test(file) && !OTHER_KIND.test(content)));
}

async function read(files: readonly string[]): Promise<ChaosFile[]> {
  const contents = await Promise.all(files.map((file) => readFile(file).catch(() => undefined)));
  return contents.flatMap((bytes, index) => {
    const file = files[index];
    return bytes === undefined || file === undefined || !isUtf8(bytes)
      ? []
      : [{ file, content: bytes.toString('utf8').replace(/^\ufeff/, '') }];
  });
}

/** Checks each; see `checkChaosFile`. */
export function checkChaosFiles(files: readonly ChaosFile[], options: CheckOptions = {}): readonly CheckedFile[] {
  return files.map(({ file, content }) => checkChaosFile(content, file, options));
}
