/** Evidence read back from folders and files, each with its SHA-256. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';
import type { EvidenceFile } from '../operations/scorecard/from-evidence.ts';
import { parseEvidence } from '../report/read.ts';

export interface FoundEvidence {
  readonly files: readonly EvidenceFile[];
  /** JSON files in the folders that are no evidence. */
  readonly others: number;
}

/** How evidence of any version begins. */
const EVIDENCE = /^\s*\{\s*"version"\s*:\s*"surefoot\/evidence\//;
/** Deeper than reports are ever put, so that a link in a circle ends. */
const DEEPEST = 12;

/**
 * Reads evidence from folders, with what is in them, and from files. In a folder what is no evidence is only counted; evidence that cannot be
 * read is refused everywhere, since it may be what misses a target. The same record at two places counts once.
 * @throws InputError `no-such-folder` or `evidence-invalid`
 */
export async function readEvidenceFiles(places: readonly string[], option = '--evidence'): Promise<FoundEvidence> {
  const files = new Map<string, EvidenceFile>();
  let others = 0;
  for (const place of places) {
    const found = await stat(place).catch(() => undefined);
    if (found === undefined) {
      throw new InputError(
        'no-such-folder',
        `${option} ${place} is not there: name a folder with reports, or an evidence file`,
      );
    }
    const names = found.isDirectory() ? await jsonFilesIn(place, 0) : [place];
    for (const name of names) {
      const bytes = await readFile(name);
      const text = bytes.toString('utf8');
      if (found.isDirectory() && !EVIDENCE.test(text)) {
        others += 1;
        continue;
      }
      const evidence = parseEvidence(text, name);
      const sha256 = hashOf(bytes);
      files.set(sha256, { evidence, source: { file: name, sha256, operation: evidence.operation } });
    }
  }
  return { files: [...files.values()], others };
}

async function jsonFilesIn(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules' && depth < DEEPEST) {
      found.push(...(await jsonFilesIn(name, depth + 1)));
    } else if (entry.isFile() && entry.name.endsWith('.json')) {
      found.push(name);
    }
  }
  return found;
}

/** SHA-256 of a file's content in lower-case hexadecimal, as evidence names what it was made from. */
export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
