/** `surefoot check`: validates the files that users write; offline. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readCatalogue } from '../../entry/chaos/catalogue-file.ts';
import { CHAOS_FOLDER, type ChaosFile, chaosFilesAmong, checkChaosFiles } from '../../entry/chaos/check-files.ts';
import { shippedProfiles } from '../../entry/load/find-profile.ts';
import type { Outcome } from '../../entry/outcome.ts';
import { InputError } from '../../errors.ts';
import type { Catalogue } from '../../operations/chaos/catalogue/facts.ts';
import type { CheckedProblem } from '../../operations/chaos/check/finding.ts';
import { readWaivers, WAIVER_FILE } from '../../operations/gate/waivers/waiver-file.ts';
import { looksLikeProfile, readProfile } from '../../operations/load/profile.ts';
import { checkFiles, DEFAULT_FILE, loadPlatform } from '../../platform/load.ts';
import type { Problem } from '../../platform/problems.ts';
import { formatProblem, sortProblems } from '../../platform/problems.ts';
import { counted } from '../../report/format.ts';

/** Trivy's own name for it, and names like `infra.trivyignore.yml`. */
const WAIVERS = /\.trivyignore\.ya?ml$/;

export interface CheckActionOptions {
  /** A file with what `aws fis list-actions` says, in place of the snapshot. */
  readonly catalogue?: string;
}

/**
 * Checks each file by what it is; without names also the waivers and experiments beside surefoot.yml. Of a folder, the experiments in it.
 * @throws InputError with every problem of every file, when one of them is more than a warning
 */
export async function checkAction(
  files: readonly string[],
  { catalogue: file }: CheckActionOptions = {},
): Promise<Outcome> {
  const catalogue = await readCatalogue(file);
  const isDefault = files.length === 1 && files[0] === DEFAULT_FILE;
  const named = files.filter((file) => WAIVERS.test(path.basename(file)));
  const others = files.filter((file) => !named.includes(file));
  const chaos = await chaosFilesAmong(isDefault ? [...others, CHAOS_FOLDER] : others);
  const ofChaos = (file: string) =>
    chaos.some((one) => one.file === file || path.dirname(one.file).startsWith(path.normalize(file)));
  const profiles = await profilesAmong(others.filter((file) => !ofChaos(file)));
  const platforms = others.filter((file) => !(ofChaos(file) || profiles.has(file)));
  const beside = isDefault ? await existing(WAIVER_FILE) : [];
  const problems = [
    ...(platforms.length === 0 ? [] : (await checkFiles(platforms)).problems),
    ...(await Promise.all([...named, ...beside].map(checkWaivers))).flat(),
    ...[...profiles].flatMap(([file, content]) => readProfile(content, file).problems),
  ];
  const found = chaos.length === 0 ? [] : await checkExperiments(chaos, platforms[0] ?? DEFAULT_FILE, catalogue);
  const errors = [...problems, ...found.filter(({ severity }) => severity === 'error').map(withRule)];
  const warnings = found.filter(({ severity }) => severity === 'warning').map(withRule);
  if (errors.length > 0) {
    const beyond = warnings.length === 0 ? '' : `, and ${counted(warnings.length, 'warning')}`;
    const all = sortProblems([...errors, ...warnings]);
    throw new InputError('invalid-file', `${counted(errors.length, 'problem')} found${beyond}`, all);
  }
  const checked = [...files, ...beside, ...(isDefault ? chaos.map(({ file }) => file) : [])];
  return outcomeOf(checked, sortProblems(warnings));
}

function outcomeOf(files: readonly string[], warnings: readonly Problem[]): Outcome {
  const found =
    warnings.length === 0 ? 'no problem found' : `no problem found, but ${counted(warnings.length, 'warning')}`;
  const message = `${files.join(', ')}: ${found}`;
  return {
    operation: 'check',
    verdict: 'pass',
    reasons: [{ code: 'valid', message }],
    text: [message, ...warnings.map(formatProblem)].join('\n'),
    details: { warnings },
  };
}

/** What they refer to is checked against the platform file, when there is a sound one. */
async function checkExperiments(
  files: readonly ChaosFile[],
  config: string,
  catalogue: Catalogue,
): Promise<readonly CheckedProblem[]> {
  const [{ platform }, profiles] = await Promise.all([loadPlatform(config), shippedProfiles()]);
  return checkChaosFiles(files, { known: { platform, profiles }, catalogue }).flatMap(({ problems }) => problems);
}

/** With the name of the rule, by which docs/guides/chaos-rules.md tells more; that the form is wrong needs no name. */
function withRule({ file, line, column, message, hint, rule, severity }: CheckedProblem): Problem {
  const named = rule === 'form' ? message : `${message} (${rule})`;
  return { file, line, column, message: severity === 'warning' ? `warning: ${named}` : named, hint };
}

/** Those that are load profiles, with what is in them. */
async function profilesAmong(files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const contents = await Promise.all(
    files.map(async (file) => [file, await readFile(file, 'utf8').catch(() => '')] as const),
  );
  return new Map(contents.filter(([, content]) => looksLikeProfile(content)));
}

async function existing(file: string): Promise<string[]> {
  return readFile(file).then(
    () => [file],
    () => [],
  );
}

async function checkWaivers(file: string): Promise<readonly Problem[]> {
  try {
    return readWaivers(await readFile(file, 'utf8'), file, new Date().toISOString().slice(0, 10)).problems;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const message = `this file cannot be read (${cause})`;
    return [{ file, line: 1, column: 1, message, hint: 'the path of a waiver file' }];
  }
}
