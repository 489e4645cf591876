/** The tree that a change is compared with: a folder, or a commit of the repository, written out beside it without touching it. */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { InputError, OutsideError } from '../../errors.ts';
import { runProgram } from '../../tools/run-program.ts';

export interface BaseTree {
  /** The folder that corresponds to the head's. */
  readonly directory: string;
  /** A commit's first 12 digits, or the folder as it was given. */
  readonly name: string;
  /** Nothing was there: everything in the head is new. */
  readonly empty: boolean;
  /** Roots that correspond, for files beside the scanned folder: of the repository when the base is a commit. */
  readonly roots: { readonly head: string; readonly base: string };
}

const GIT_TIMEOUT_MS = 120_000;

/** Absolute path of the repository's top folder; undefined outside of one, or without git. */
export async function repositoryOf(directory: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { code, stdout } = await git(['rev-parse', '--show-toplevel'], directory, signal);
    return code === 0 ? stdout.trim() : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/**
 * Calls `work` with the base tree and takes away what was written for it. `given`: a folder, or anything that names a commit.
 * @throws InputError `unknown-base` for what is neither
 */
export async function withBase<T>(
  given: string,
  head: string,
  signal: AbortSignal,
  work: (base: BaseTree) => Promise<T>,
): Promise<T> {
  const folder = path.resolve(given);
  if (await isFolder(folder)) {
    return work({ directory: folder, name: given, empty: false, roots: { head, base: folder } });
  }
  const top = await repositoryOf(head, signal);
  if (top === undefined) {
    throw unknownBase(given, `${head} is not in a git repository`);
  }
  const commit = await commitOf(given, top, signal);
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'surefoot-base-'));
  try {
    const base = path.join(scratch, 'tree');
    await mkdir(base);
    await writeOut(commit, top, { tree: base, index: path.join(scratch, 'index') }, signal);
    const directory = path.join(base, path.relative(top, head));
    const empty = !(await isFolder(directory));
    await mkdir(directory, { recursive: true });
    return await work({ directory, name: commit.slice(0, 12), empty, roots: { head: top, base } });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function commitOf(given: string, top: string, signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await git(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${given}^{commit}`],
    top,
    signal,
  );
  const commit = stdout.trim();
  if (code !== 0 || !/^[0-9a-f]{40,64}$/.test(commit)) {
    throw unknownBase(given, stderr.trim() || 'there is no such folder, and no such commit here');
  }
  return commit;
}

function unknownBase(given: string, why: string): InputError {
  return new InputError(
    'unknown-base',
    `--base ${given} cannot be used (${why}): give a folder, or a commit that is there; in a workflow check out with fetch-depth: 2 and give HEAD^1`,
  );
}

/** With an index of its own, so that the repository and its work tree stay as they are; `git archive` would leave out what the change's own attributes say. */
async function writeOut(
  commit: string,
  top: string,
  to: { readonly tree: string; readonly index: string },
  signal: AbortSignal,
): Promise<void> {
  for (const args of [
    ['read-tree', commit],
    ['checkout-index', '--all', '--force', `--prefix=${to.tree}/`],
  ]) {
    const { code, stderr } = await git(args, top, signal, { GIT_INDEX_FILE: to.index });
    if (code !== 0) {
      throw new OutsideError('git-failed', `git ${args[0]} failed: ${stderr.trim()}`, `${top} at ${commit}`);
    }
  }
}

function git(
  args: readonly string[],
  directory: string,
  signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
) {
  const { PATH = '', HOME = '' } = process.env;
  const environment = { PATH, HOME, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', ...more };
  return runProgram('git', args, { environment, directory, timeoutMs: GIT_TIMEOUT_MS, signal });
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
