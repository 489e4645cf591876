/** `chaos list`, from options to outcome. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../errors.ts';
import { checkChaosFile } from '../../operations/chaos/check/check.ts';
import type { Experiment } from '../../operations/chaos/experiment/experiment.ts';
import { plainExperiment } from '../../operations/chaos/experiment/plain-experiment.ts';
import { type ListedFile, type Listing, listFiles, listWithAccount } from '../../operations/chaos/list/list.ts';
import { renderListing } from '../../operations/chaos/list/render.ts';
import { requirePlatform } from '../../platform/load.ts';
import { resolveServices } from '../../platform/select.ts';
import { counted } from '../../report/format.ts';
import { shippedFile } from '../../tools/package-root.ts';
import { withAws } from '../connect.ts';
import { requireRegion } from '../guards.ts';
import type { Outcome } from '../outcome.ts';
import type { SelectionOptions, Session } from '../session.ts';
import { fillIn } from './find-experiment.ts';

export interface ChaosListOptions extends SelectionOptions {
  /** Undefined: `chaos` here, or what surefoot ships where there is none. */
  readonly folder?: string;
  /** Asks nothing of AWS. */
  readonly offline?: boolean;
}

const OWN_FOLDER = 'chaos';

/** Shows the experiments of a folder, and unless offline what the account has of them. */
export async function chaosListAction(options: ChaosListOptions, session: Session): Promise<Outcome> {
  const platform = await requirePlatform(options.config);
  const { environment: chosen, service } = options;
  const [target] = resolveServices(platform, {
    environment: chosen,
    ...(service === undefined ? { all: true } : { services: [service] }),
  });
  const environment = platform.environments[target.environment];
  if (environment === undefined) {
    throw new Error(`resolved a service in the unknown environment ${target.environment}`);
  }
  const { region, name } = environment;
  requireRegion(region, name, platform.file, session.guards);
  const { folder, files } = await filesIn(options.folder);
  if (options.offline) {
    return outcomeOf(listFiles(files, region), `in ${folder}; the account was not asked (--offline)`);
  }
  return withAws(region, session, async ({ ports }) => {
    const account = await ports.aws.account();
    const filled = files.map((file) => ({
      ...file,
      experiment: file.experiment && filledIn(file.experiment, { platform, environment, target, account }),
    }));
    const listing = await listWithAccount(filled, region, ports.aws.fis);
    return outcomeOf(listing, `in ${folder}, and in ${name} (${account}, ${region})`);
  });
}

function filledIn(
  experiment: Experiment,
  surroundings: Omit<Parameters<typeof fillIn>[1], 'zone' | 'variables'>,
): Experiment {
  return fillIn(experiment, { ...surroundings, zone: undefined, variables: {} }).experiment;
}

async function filesIn(given: string | undefined): Promise<{ folder: string; files: ListedFile[] }> {
  const folder = given ?? OWN_FOLDER;
  const found = await readdir(folder).catch(() => undefined);
  if (found === undefined && given !== undefined) {
    throw new InputError('no-such-folder', `${given} is not a folder that can be read: name one with experiments`);
  }
  const from = found === undefined ? shippedFile('chaos') : folder;
  const names = (found ?? (await readdir(from))).filter((file) => /\.(?:ya?ml|json)$/.test(file)).sort();
  const files = await Promise.all(names.map((file) => readOne(path.join(from, file))));
  return { folder: found === undefined ? 'what surefoot ships' : folder, files: files.flat() };
}

/** Files that hold no experiment and no template are left out. */
async function readOne(file: string): Promise<ListedFile[]> {
  const content = await readFile(file, 'utf8').catch(() => '');
  const { subjects, problems } = checkChaosFile(content, file);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return subjects.map((subject) => ({
    file,
    experiment: errors > 0 ? undefined : (subject.experiment ?? plainExperiment(subject)),
    problems: errors,
  }));
}

function outcomeOf(listing: Listing, where: string): Outcome {
  const message = `${counted(listing.experiments.length, 'experiment')} ${where}`;
  return {
    operation: 'chaos-list',
    verdict: 'pass',
    reasons: [{ code: 'listed', message }],
    text: renderListing(listing, where),
    details: {
      experiments: listing.experiments,
      running: listing.running,
      leftovers: listing.leftovers,
      otherTemplates: listing.others,
    },
  };
}
