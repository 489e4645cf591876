/** Earlier evidence to compare a load with: read, and refused where it is of another load, before any request is sent. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../errors.ts';
import type { Source } from '../../operations/load/compare/compare.ts';
import {
  type Conditions,
  conditionsOf,
  type Difference,
  differencesOf,
  differenceText,
  forbidding,
} from '../../operations/load/compare/conditions.ts';
import type { Reporter } from '../../operations/ports.ts';
import type { Evidence, LoadRecord } from '../../report/evidence.ts';
import { parseEvidence } from '../../report/read.ts';

export interface Baseline {
  readonly sources: readonly Source[];
  /** What differs between them and the load to come, each once. */
  readonly differences: readonly Difference[];
}

/**
 * Reads what `--baseline` names. A file must be evidence of such a load; of a folder the files that are not are left out by name.
 * @throws InputError `evidence-invalid`, `baseline-unusable` or `no-baseline`
 */
export async function readBaseline(where: string, planned: Conditions, reporter: Reporter): Promise<Baseline> {
  const isFolder = (await stat(where).catch(() => undefined))?.isDirectory() ?? false;
  const found = isFolder ? await readFolder(where, planned, reporter) : [await readSource(where, planned)];
  if (found.length === 0) {
    throw new InputError(
      'no-baseline',
      `${where} holds no evidence of such a load: name a folder with the load.json of earlier runs of this profile, or one such file`,
    );
  }
  const differences = new Map(
    found.flatMap(({ differences: each }) => each.map((one) => [JSON.stringify(one), one] as const)),
  );
  return { sources: found.map(({ source }) => source), differences: [...differences.values()] };
}

interface Found {
  readonly source: Source;
  readonly differences: readonly Difference[];
}

async function readFolder(folder: string, planned: Conditions, reporter: Reporter): Promise<Found[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const found: Found[] = [];
  for (const name of names) {
    try {
      found.push(await readSource(path.join(folder, name), planned));
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw error;
      }
      reporter.info(`not compared with: ${error.message}`);
    }
  }
  return found.sort((a, b) => Date.parse(a.source.load.startedAt) - Date.parse(b.source.load.startedAt));
}

async function readSource(file: string, planned: Conditions): Promise<Found> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const cause = error instanceof Error ? error.message : String(error);
    throw new InputError('no-baseline', `--baseline cannot be read (${cause}): name the load.json of an earlier run`);
  });
  const { evidence, load } = loadIn(parseEvidence(text, file), file);
  const problems = [
    ...(evidence.reasons[0]?.code === 'cancelled' ? ['it was cancelled'] : []),
    ...load.generator.problems.map(({ message }) => message),
  ];
  if (problems.length > 0) {
    throw unusable(file, `what it measured is the load generator, not the service: ${problems.join('; ')}`);
  }
  const { rehearsal, speed, subject, tools } = evidence;
  const conditions = conditionsOf({ load, cores: load.generator.cores, rehearsal, speed, subject, tools });
  const differences = differencesOf(conditions, planned);
  const forbidden = forbidding(differences);
  if (forbidden.length > 0) {
    throw unusable(file, `it is another load: ${forbidden.map(differenceText).join('; ')}`);
  }
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { source: { load, file: path.basename(file), sha256 }, differences };
}

/** The load of a record; of one with a probe, that of the users. */
function loadIn(record: Evidence, file: string): { evidence: Evidence; load: LoadRecord } {
  const [part] = record.parts;
  const evidence = record.load === undefined && record.comparison === undefined && part !== undefined ? part : record;
  if (record.operation !== 'load' || evidence.load === undefined) {
    throw unusable(file, `it is evidence of ${record.operation}, not of one load`);
  }
  return { evidence, load: evidence.load };
}

function unusable(file: string, why: string): InputError {
  return new InputError(
    'baseline-unusable',
    `${file} is no baseline for this load: ${why}. Run the same profile again under the same conditions, and name that evidence`,
  );
}
