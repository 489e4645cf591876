/** An experiment by its file, or by the name of one that surefoot ships: read, checked, and filled in for an environment. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { partitionOf } from '../../aws/permissions/statement.ts';
import { InputError } from '../../errors.ts';
import { SNAPSHOT } from '../../operations/chaos/catalogue/catalogue.ts';
import type { Catalogue } from '../../operations/chaos/catalogue/facts.ts';
import { checkChaosFile } from '../../operations/chaos/check/check.ts';
import type { CheckedProblem } from '../../operations/chaos/check/finding.ts';
import type { Known } from '../../operations/chaos/check/references.ts';
import type { Experiment } from '../../operations/chaos/experiment/experiment.ts';
import { fillPlaceholders, type PlaceholderValues } from '../../operations/chaos/experiment/placeholders.ts';
import { plainExperiment } from '../../operations/chaos/experiment/plain-experiment.ts';
import type { Environment, Platform, ServiceInEnvironment } from '../../platform/model.ts';
import { didYouMean } from '../../platform/suggest.ts';
import { shippedFile } from '../../tools/package-root.ts';
import { shippedProfiles } from '../load/find-profile.ts';

const ENDING = '.yml';

export interface FoundExperiment {
  readonly experiment: Experiment;
  /** What AWS would accept and one would regret. */
  readonly warnings: readonly CheckedProblem[];
}

/** The names of the experiments that surefoot ships. */
export async function shippedExperiments(): Promise<string[]> {
  const files = await readdir(shippedFile('chaos'));
  return files
    .filter((file) => file.endsWith(ENDING))
    .map((file) => path.basename(file, ENDING))
    .sort();
}

/**
 * Reads and checks one experiment; a plain FIS template is one without load and expectations.
 * @throws InputError `unknown-experiment`, `experiment-missing`, `invalid-experiment` with every problem of the file, `several-experiments`
 */
export async function findExperiment(
  nameOrFile: string,
  platform: Platform,
  catalogue: Catalogue = SNAPSHOT,
): Promise<FoundExperiment> {
  const isFile = /[/\\]|\.(?:ya?ml|json)$/.test(nameOrFile);
  const source = isFile ? nameOrFile : await shippedFileOf(nameOrFile);
  // Where surefoot is installed is nobody's matter: a report names what it ships by its place in it.
  const file = isFile ? nameOrFile : `chaos/${nameOrFile}${ENDING}`;
  const content = await readFile(source, 'utf8').catch((error: unknown) => {
    const cause = error instanceof Error ? error.message : String(error);
    throw new InputError(
      'experiment-missing',
      `the experiment cannot be read (${cause}): name a file, or one that surefoot ships`,
    );
  });
  const known: Known = { platform, profiles: await shippedProfiles() };
  const { subjects, problems } = checkChaosFile(content, file, { known, catalogue });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const count = errors.length === 1 ? '1 problem' : `${errors.length} problems`;
    throw new InputError('invalid-experiment', `${count} in ${file}`, errors);
  }
  const [subject, ...others] = subjects;
  const experiment = subject?.experiment ?? (subject === undefined ? undefined : plainExperiment(subject));
  if (experiment === undefined || others.length > 0) {
    const message = `${file} holds ${subjects.length} templates; one experiment is planned at a time: keep each in a file of its own`;
    throw new InputError('several-experiments', message);
  }
  return { experiment, warnings: problems };
}

async function shippedFileOf(name: string): Promise<string> {
  const names = await shippedExperiments();
  if (names.includes(name)) {
    return shippedFile(`chaos/${name}${ENDING}`);
  }
  const near = didYouMean(name, names);
  const advice = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new InputError(
    'unknown-experiment',
    `there is no experiment ${JSON.stringify(name)}; \`surefoot chaos list\` shows those that there are, or name a file of your own, ending in ${ENDING}.${advice}`,
  );
}

export interface Surroundings {
  readonly platform: Platform;
  readonly environment: Environment;
  readonly target: ServiceInEnvironment;
  readonly account: string | undefined;
  /** Chosen for this run; undefined: the first of the environment. */
  readonly zone: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The experiment as it is for this environment, and what of it stands for something that nobody knows.
 * @throws InputError `unknown-zone`, `unknown-variable`
 */
export function fillIn(
  experiment: Experiment,
  surroundings: Surroundings,
): { readonly experiment: Experiment; readonly missing: readonly string[] } {
  const { environment, zone = environment.zones[0], variables } = surroundings;
  if (zone !== undefined && !environment.zones.includes(zone)) {
    throw new InputError(
      'unknown-zone',
      `${environment.name} has no zone ${JSON.stringify(zone)}; surefoot.yml names ${environment.zones.join(', ') || 'none'}`,
    );
  }
  requireKnownVariables(experiment, variables);
  const values: PlaceholderValues = {
    platform: surroundings.platform.name,
    environment: environment.name,
    region: environment.region,
    account: surroundings.account,
    partition: partitionOf(environment.region),
    cluster: surroundings.target.cluster,
    zone,
    service: surroundings.target.ecsService,
  };
  return fillPlaceholders(experiment, values, variables);
}

function requireKnownVariables({ variables, file }: Experiment, chosen: Readonly<Record<string, string>>): void {
  const known = Object.keys(variables);
  const unknown = Object.keys(chosen).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const there = known.length === 0 ? 'has no variables' : `has the variables ${known.join(', ')}`;
    throw new InputError('unknown-variable', `--variable ${unknown}: ${file} ${there}`);
  }
}

/** `NAME=value`, each name once. @throws InputError `bad-variable` */
export function readVariables(pairs: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const pair of pairs) {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9]*)=([\s\S]+)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined || Object.hasOwn(variables, name)) {
      throw new InputError('bad-variable', `--variable ${pair}: write NAME=value, each name once`);
    }
    variables[name] = value;
  }
  return variables;
}
