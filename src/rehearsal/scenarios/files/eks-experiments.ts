/**
 * eks-experiments: the platform's experiments on Kubernetes are checked without a warning and planned against FIS's catalogue of actions. None
 * is run: there is no Kubernetes here.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../../errors.ts';
import type { Check } from '../../../report/evidence.ts';
import { type CommandRun, evidenceOf, runCommand } from '../command.ts';
import type { FilesObservation, FilesScenario, FilesStage } from '../scenario.ts';

export const eksExperiments: FilesScenario = {
  name: 'eks-experiments',
  expects:
    'experiments on EKS are valid without a warning, can be planned, and are refused where users are; none is run',
  example: 'auterity',
  examine,
  summarise: ({ seen }) => `${seen.length} checks of plans that nobody ran: no Kubernetes is here`,
};

async function examine(stage: FilesStage): Promise<FilesObservation> {
  const { platform, target, reporter, signal } = stage;
  const files = await experimentsOf(platform.directory);
  const checked = await runCommand(['check', ...files], { reporter, signal });
  const plans = await inTurn(files, (file) => plan(stage, file, target.environment));
  const guarded = Object.values(platform.environments).find((environment) => environment.protected);
  const [first] = files;
  const refusal = guarded === undefined || first === undefined ? undefined : await plan(stage, first, guarded.name);
  const [operation] = plans;
  if (operation === undefined) {
    throw new Error('no experiment was planned');
  }
  return {
    operation: evidenceOf(operation, 'chaos plan'),
    seen: [
      valid(checked, files.length),
      ...plans.map((run, index) => planned(run, path.basename(files[index] ?? ''))),
      ...(refusal === undefined || guarded === undefined ? [] : [refused(refusal, guarded.name)]),
    ],
  };
}

/** @throws InputError where the platform has none */
async function experimentsOf(directory: string): Promise<string[]> {
  const folder = path.join(directory, 'chaos');
  const names = await readdir(folder).catch(() => []);
  const files = names
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => path.join(folder, name));
  if (files.length === 0) {
    throw new InputError('scenario-does-not-fit', `eks-experiments needs experiments in ${folder}, which has none`);
  }
  return files;
}

async function inTurn<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (const item of items) {
    results.push(await work(item));
  }
  return results;
}

function plan(
  { platform, target, workDirectory, reporter, signal }: FilesStage,
  file: string,
  environment: string,
): Promise<CommandRun> {
  const where = ['--config', platform.file, '--environment', environment, '--service', target.service];
  const reports = path.join(workDirectory, environment, path.basename(file, '.yml'));
  return runCommand(['chaos', 'plan', file, ...where, '--offline', '--report-dir', reports], { reporter, signal });
}

function valid({ exitCode, printed, error }: CommandRun, count: number): Check {
  const warnings = Array.isArray(printed['warnings']) ? printed['warnings'].length : 0;
  return {
    name: 'the files are valid',
    verdict: exitCode === 0 && warnings === 0 ? 'pass' : 'fail',
    expected: `${count} files without a mistake or a warning`,
    observed: error?.message ?? `exit code ${exitCode}, ${warnings} warnings`,
  };
}

function planned({ exitCode, evidence, error, printed }: CommandRun, name: string): Check {
  const warnings = Array.isArray(printed['warnings']) ? printed['warnings'].length : 0;
  const targets = evidence?.experiment?.targets.length ?? 0;
  return {
    name: `${name} can be planned`,
    verdict: evidence?.verdict === 'pass' && targets > 0 && warnings === 0 ? 'pass' : 'fail',
    expected: 'pass, a target, no warning',
    observed:
      error?.message ?? `${evidence?.verdict} (exit code ${exitCode}), ${targets} targets, ${warnings} warnings`,
  };
}

function refused({ exitCode, evidence, error }: CommandRun, environment: string): Check {
  const said = evidence?.reasons[0]?.message ?? error?.message ?? 'nothing';
  return {
    name: `none is planned for ${environment}`,
    verdict: exitCode !== 0 && /protected/.test(said) ? 'pass' : 'fail',
    expected: 'refused, for it is protected',
    observed: `exit code ${exitCode}: ${said}`,
  };
}
