/**
 * Where tools are kept between runs. An entry is a folder with the tool and `install.json`, made beside its place and then renamed into
 * it, so that it is whole or absent however many processes install at once. The tool is hashed again on every use: what was damaged or
 * exchanged is not run.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { type Environment, platformKey } from './tool-spec.ts';

const installSchema = z.object({
  program: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
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
    return found === install.sha256
      ? { state: 'found', program, install }
      : { state: 'damaged', why: `its SHA-256 is ${found}, not ${install.sha256} as at its installation` };
  } catch (error) {
    return { state: 'damaged', why: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Fills an entry: `fill` writes into a fresh folder and says what is there; then it takes its place at once. When another process was
 * faster, its entry is used.
 * @returns the absolute path of the program
 */
export async function install(
  entry: string,
  fill: (directory: string) => Promise<Omit<Install, 'sha256'>>,
): Promise<string> {
  const parent = path.dirname(entry);
  const fresh = path.join(parent, `.${path.basename(entry)}-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(fresh, { recursive: true });
  try {
    const filled = await fill(fresh);
    const record: Install = { ...filled, sha256: await hashFile(path.join(fresh, filled.program)) };
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

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}
