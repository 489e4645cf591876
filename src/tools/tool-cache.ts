/**
 * Where tools are kept between runs. An entry is a folder with the tool and `install.json`, made beside its place and then renamed into
 * it, so that it is whole or absent however many processes install at once. The program is hashed again on every use, a folder that
 * belongs to it whenever the entry is not the one that was hashed last, as after a cache was restored: what was damaged or exchanged is not run.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { hashFile, hashFolder } from './hash.ts';
import { type Environment, platformKey } from './tool-spec.ts';

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);

const installSchema = z.object({
  program: z.string().min(1),
  sha256: SHA256,
  /** What belongs to the program, when it is not one file. */
  folder: z.object({ path: z.string().min(1), sha256: SHA256 }).optional(),
  version: z.string().min(1),
  source: z.enum(['release', 'build']),
});

export type Install = z.infer<typeof installSchema>;

/** The runner's tool cache on GitHub, else `$XDG_CACHE_HOME/surefoot`, else `~/.cache/surefoot`. */
export function defaultToolCache(environment: Environment): string {
  const runner = environment['RUNNER_TOOL_CACHE'];
  if (runner) {
    return path.join(runner, 'surefoot');
  }
  const base = environment['XDG_CACHE_HOME'] || path.join(environment['HOME'] || homedir(), '.cache');
  return path.join(base, 'surefoot');
}

/** The folder of one tool at one version on this platform. */
export function entryOf(cache: string, name: string, version: string): string {
  return path.join(cache, name, version, platformKey());
}

/** What lookup found: a program to run, nothing, or an entry that is not what was installed. */
export type CacheLookup =
  | { readonly state: 'found'; readonly program: string; readonly install: Install }
  | { readonly state: 'absent' }
  | { readonly state: 'damaged'; readonly why: string };

/** Looks an entry up and hashes its program again. */
export async function lookUp(entry: string): Promise<CacheLookup> {
  let text: string;
  try {
    text = await readFile(path.join(entry, 'install.json'), 'utf8');
  } catch {
    return { state: 'absent' };
  }
  try {
    const install = installSchema.parse(JSON.parse(text));
    const program = path.join(entry, install.program);
    const found = await hashFile(program);
    if (found !== install.sha256) {
      return { state: 'damaged', why: `its SHA-256 is ${found}, not ${install.sha256} as at its installation` };
    }
    if (install.folder !== undefined && !(await isFolderIntact(entry, install.folder))) {
      return { state: 'damaged', why: `the files in ${install.folder.path} are not those of its installation` };
    }
    return { state: 'found', program, install };
  } catch (error) {
    return { state: 'damaged', why: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Thousands of files are hashed once for each copy of the entry: the stamp names the inode of `install.json` and when that last changed,
 * which neither an archive nor a copy brings along.
 */
async function isFolderIntact(entry: string, folder: { path: string; sha256: string }): Promise<boolean> {
  const { ino, ctimeNs } = await stat(path.join(entry, 'install.json'), { bigint: true });
  const stamp = `${ino} ${ctimeNs} ${folder.sha256}`;
  const file = path.join(entry, 'verified');
  if ((await readFile(file, 'utf8').catch(() => '')) === stamp) {
    return true;
  }
  if ((await hashFolder(path.join(entry, folder.path))) !== folder.sha256) {
    return false;
  }
  // A cache that cannot be written to is hashed every time.
  await writeFile(file, stamp).catch(() => undefined);
  return true;
}

/**
 * Fills an entry: `fill` writes into a fresh folder and says what is there; then it takes its place at once. When another process was
 * faster, its entry is used.
 * @returns the absolute path of the program
 */
export async function install(
  entry: string,
  fill: (directory: string) => Promise<Omit<Install, 'sha256' | 'folder'> & { readonly folder?: string }>,
): Promise<string> {
  const parent = path.dirname(entry);
  const fresh = path.join(parent, `.${path.basename(entry)}-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(fresh, { recursive: true });
  try {
    const { folder, ...filled } = await fill(fresh);
    const record: Install = {
      ...filled,
      sha256: await hashFile(path.join(fresh, filled.program)),
      ...(folder === undefined ? {} : { folder: { path: folder, sha256: await hashFolder(path.join(fresh, folder)) } }),
    };
    await writeFile(path.join(fresh, 'install.json'), `${JSON.stringify(record, undefined, 2)}\n`);
    await takePlace(fresh, entry);
    return path.join(entry, record.program);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Renames `fresh` to `entry`. A good entry of another process stays; a damaged one is moved out of the way first. */
async function takePlace(fresh: string, entry: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await rename(fresh, entry);
    } catch (error) {
      if (attempt >= 5 || !isOccupied(error)) {
        throw error;
      }
    }
    if ((await lookUp(entry)).state === 'found') {
      return;
    }
    const aside = `${fresh}-old-${attempt}`;
    await rename(entry, aside).catch(() => undefined);
    await rm(aside, { recursive: true, force: true });
  }
}

function isOccupied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}
