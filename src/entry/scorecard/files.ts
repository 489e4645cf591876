/** What a scorecard is made of besides evidence: facts and an earlier scorecard. */
import { readFile } from 'node:fs/promises';
import { InputError } from '../../errors.ts';
import { readFacts } from '../../operations/scorecard/facts.ts';
import type { Observation } from '../../operations/scorecard/observation.ts';
import type { Previous } from '../../operations/scorecard/previous.ts';
import type { Platform } from '../../platform/model.ts';
import { parseEvidence } from '../../report/read.ts';
import { hashOf } from '../evidence-files.ts';

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
