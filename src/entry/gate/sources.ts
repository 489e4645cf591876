/** The texts of a tree that the gate reads itself: configuration, and whatever files a finding names. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { OutsideError } from '../../errors.ts';
import type { Sources } from '../../operations/gate/findings/content.ts';

/** What is not the user's own, or no source at all. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules', '.terraform']);
const CONFIGURATION =
  /\.(?:tf|tofu|tfvars|hcl|ya?ml|json|template|toml|bicep|env)$|(^|\/)(?:(?:Docker|Container)file[\w.-]*|[\w.-]+\.(?:Docker|Container)file|\.env[\w.-]*)$/i;
/** A larger file is no configuration that anybody writes. */
const LARGEST_BYTES = 10_000_000;

/**
 * Reads them, in the order of their paths; links are not followed.
 * @throws OutsideError when a file is there and cannot be read: what it hides would go unseen
 */
export async function readSources(root: string, named: readonly string[], signal?: AbortSignal): Promise<Sources> {
  const files = new Set([...(await configurationFiles(root, '')), ...named]);
  const sources = new Map<string, string>();
  for (const file of [...files].sort()) {
    signal?.throwIfAborted();
    const text = await readText(path.join(root, file));
    if (text !== undefined) {
      sources.set(file, text);
    }
  }
  return sources;
}

async function configurationFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch((error) => {
    throw unreadable(path.join(root, folder), error);
  });
  const found: string[] = [];
  for (const entry of entries) {
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) {
      found.push(...(await configurationFiles(root, file)));
    } else if (entry.isFile() && CONFIGURATION.test(file)) {
      found.push(file);
    }
  }
  return found;
}

/** undefined for what is gone, no plain file, or too large. */
async function readText(file: string): Promise<string | undefined> {
  try {
    const stats = await lstat(file);
    return stats.isFile() && stats.size <= LARGEST_BYTES ? await readFile(file, 'utf8') : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined;
    }
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): OutsideError {
  const cause = error instanceof Error ? error.message : String(error);
  return new OutsideError('file-unreadable', `a file of the tree cannot be read: ${cause}`, file, { cause: error });
}
