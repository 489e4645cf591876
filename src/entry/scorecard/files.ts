/** The files that a scorecard is made of: evidence in folders, facts, an earlier scorecard, the platform file; each with its SHA-256. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../errors.ts';
import { readFacts } from '../../operations/scorecard/facts.ts';
import type { EvidenceFile } from '../../operations/scorecard/from-evidence.ts';
import type { Observation } from '../../operations/scorecard/observation.ts';
import type { Previous } from '../../operations/scorecard/previous.ts';
import type { Platform } from '../../platform/model.ts';
import { parseEvidence } from '../../report/read.ts';

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

/** Reads files of facts. @throws InputError `facts-invalid` with every problem of every file */
export async function readFactFiles(names: readonly string[], platform: Platform, now: number): Promise<Observation[]> {
  const read = await Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(name).catch((error) => {
        const cause = error instanceof Error ? error.message : String(error);
        throw new InputError('facts-unreadable', `--facts ${name} cannot be read (${cause}): name a CSV or JSON file`);
      });
      return readFacts(
        bytes.toString('utf8'),
        { file: name, sha256: hashOf(bytes), operation: 'facts' },
        platform,
        now,
      );
    }),
  );
  const problems = read.flatMap((one) => one.problems);
  if (problems.length > 0) {
    throw new InputError(
      'facts-invalid',
      `${problems.length === 1 ? '1 problem' : `${problems.length} problems`} in the facts`,
      problems,
    );
  }
  return read.flatMap(({ observations }) => observations);
}

/** Reads an earlier scorecard. @throws InputError when it is none, or one of something else */
export async function readPrevious(file: string, platform: Platform, environment: string): Promise<Previous> {
  const bytes = await readFile(file).catch((error) => {
    const cause = error instanceof Error ? error.message : String(error);
    throw new InputError(
      'previous-unusable',
      `--previous ${file} cannot be read (${cause}): name the scorecard.json of an earlier run`,
    );
  });
  const evidence = parseEvidence(bytes.toString('utf8'), file);
  const { platform: ofPlatform, environment: ofEnvironment } = evidence.subject;
  if (evidence.scorecard === undefined || ofPlatform !== platform.name || ofEnvironment !== environment) {
    const what =
      evidence.scorecard === undefined
        ? `of surefoot ${evidence.operation}`
        : `a scorecard of ${ofPlatform ?? 'no platform'} in ${ofEnvironment ?? 'no environment'}`;
    throw new InputError(
      'previous-unusable',
      `--previous ${file} is ${what}: name an earlier scorecard.json of ${platform.name} in ${environment}`,
    );
  }
  return { file, sha256: hashOf(bytes), evidence };
}

export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
