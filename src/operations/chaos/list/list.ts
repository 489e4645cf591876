/** `chaos list`: the experiments of a folder beside what FIS has of them. */
import type { ExperimentSummary, ExperimentTemplateSummary, FisGateway } from '../../../aws/fis/fis.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { ENVIRONMENT_TAG, EXPERIMENT_TAG, EXPIRES_TAG, ownerOf, PREVIEW_TAG, RUN_TAG } from '../leftovers/tags.ts';
import { hasEnded } from '../leftovers/templates.ts';
import { costOf } from '../plan/cost.ts';
import { templatesOf } from '../plan/standing-template.ts';
import { diffTemplates } from '../plan/template-diff.ts';
import { timingOf } from '../plan/timing.ts';

/** An experiment as a file has it. Undefined: it has problems, which `check` tells. */
export interface ListedFile {
  readonly file: string;
  readonly experiment: Experiment | undefined;
  readonly problems: number;
}

export interface LastRun {
  readonly id: string;
  readonly status: string;
  /** ISO 8601; null: not said. */
  readonly at: string | null;
}

export interface ListedExperiment {
  readonly name: string;
  readonly file: string | null;
  readonly actions: readonly string[];
  readonly seconds: number | null;
  readonly dollars: number | null;
  readonly problems: number;
  /** Where the account stands: null when it was not asked. */
  readonly template: { readonly id: string; readonly state: 'same' | 'different' | 'without-file' } | 'none' | null;
  readonly runs: readonly LastRun[];
}

/** An experiment that FIS has not ended yet. */
export interface RunningExperiment {
  readonly id: string;
  readonly status: string;
  /** ISO 8601; null: not said. */
  readonly at: string | null;
  /** Every action is skipped. */
  readonly dryRun: boolean;
  /** By its tags; null: none that surefoot knows. */
  readonly name: string | null;
  /** What surefoot has started it for; null: surefoot has not. */
  readonly ofSurefoot: 'run' | 'plan' | null;
  /** Of a run of surefoot's. */
  readonly environment: string | null;
}

export interface Listing {
  readonly experiments: readonly ListedExperiment[];
  readonly running: readonly RunningExperiment[];
  /** What previews have left: template ids with the time from which anybody may delete them. */
  readonly leftovers: readonly { readonly id: string; readonly expires: string }[];
  /** Templates that surefoot does not know. */
  readonly others: number;
}

const MOST_RUNS = 3;

/** From the files alone. Pure. */
export function listFiles(files: readonly ListedFile[], region: string): Listing {
  return { experiments: files.map((file) => ofFile(file, region)), running: [], leftovers: [], others: 0 };
}

function ofFile({ file, experiment, problems }: ListedFile, region: string): ListedExperiment {
  const base = { file, problems, template: null, runs: [] };
  if (experiment === undefined) {
    return { ...base, name: file, actions: [], seconds: null, dollars: null };
  }
  const { name, template } = experiment;
  return {
    ...base,
    name,
    actions: [...new Set(Object.values(template.actions).map(({ actionId }) => actionId))],
    seconds: timingOf(experiment).experiment.to,
    dollars: costOf(template, region).dollars,
  };
}

/** With what the account has: templates by their tag, how they differ, and their last runs. `files` are filled in for the environment. */
export async function listWithAccount(
  files: readonly ListedFile[],
  region: string,
  fis: Pick<FisGateway, 'listTemplates' | 'getTemplate' | 'listExperiments'>,
): Promise<Listing> {
  const [templates, experiments] = [await fis.listTemplates(), await fis.listExperiments()];
  const listed: ListedExperiment[] = [];
  for (const file of files) {
    const base = ofFile(file, region);
    const [newest] = file.experiment === undefined ? [] : templatesOf(file.experiment.name, templates);
    const runs = runsOf(base.name, experiments);
    if (newest?.id === undefined || file.experiment === undefined) {
      listed.push({ ...base, template: file.experiment === undefined ? null : 'none', runs });
      continue;
    }
    const template = await fis.getTemplate(newest.id);
    const same = template !== undefined && diffTemplates(template, file.experiment.template).length === 0;
    listed.push({ ...base, template: { id: newest.id, state: same ? 'same' : 'different' }, runs });
  }
  const known = new Set(files.flatMap(({ experiment }) => experiment?.name ?? []));
  return {
    experiments: [...listed, ...withoutFile(templates, experiments, known)],
    running: experiments.filter(({ state }) => !hasEnded(state?.status)).map(runningExperiment),
    leftovers: leftoversIn(templates),
    others: templates.filter(({ tags = {} }) => tags[EXPERIMENT_TAG] === undefined && ownerOf(tags) === undefined)
      .length,
  };
}

function runningExperiment(summary: ExperimentSummary): RunningExperiment {
  const { id = '?', state, creationTime, experimentOptions, tags = {} } = summary;
  return {
    id,
    status: state?.status ?? 'unknown',
    at: creationTime?.toISOString() ?? null,
    dryRun: experimentOptions?.actionsMode === 'skip-all',
    name: tags[EXPERIMENT_TAG] ?? null,
    ofSurefoot: tags[RUN_TAG] === undefined ? (tags[PREVIEW_TAG] === undefined ? null : 'plan') : 'run',
    environment: tags[ENVIRONMENT_TAG] ?? null,
  };
}

function runsOf(name: string, experiments: readonly ExperimentSummary[]): LastRun[] {
  return experiments
    .filter(({ tags = {} }) => tags[EXPERIMENT_TAG] === name && ownerOf(tags) === undefined)
    .sort((a, b) => (b.creationTime?.getTime() ?? 0) - (a.creationTime?.getTime() ?? 0))
    .slice(0, MOST_RUNS)
    .map(({ id = '?', state, creationTime }) => ({
      id,
      status: state?.status ?? 'unknown',
      at: creationTime?.toISOString() ?? null,
    }));
}

/** Templates that carry our tag, but whose file is not in the folder. */
function withoutFile(
  templates: readonly ExperimentTemplateSummary[],
  experiments: readonly ExperimentSummary[],
  known: ReadonlySet<string>,
): ListedExperiment[] {
  return templates.flatMap(({ id, tags = {} }) => {
    const name = tags[EXPERIMENT_TAG];
    return id === undefined || name === undefined || ownerOf(tags) !== undefined || known.has(name)
      ? []
      : [
          {
            name,
            file: null,
            actions: [],
            seconds: null,
            dollars: null,
            problems: 0,
            template: { id, state: 'without-file' as const },
            runs: runsOf(name, experiments),
          },
        ];
  });
}

function leftoversIn(templates: readonly ExperimentTemplateSummary[]): { id: string; expires: string }[] {
  return templates.flatMap(({ id, tags = {} }) =>
    id === undefined || ownerOf(tags) === undefined ? [] : [{ id, expires: tags[EXPIRES_TAG] ?? 'now' }],
  );
}
