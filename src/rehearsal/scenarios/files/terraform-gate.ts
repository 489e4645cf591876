/** terraform-gate: the platform's own Terraform passes its gate; a copy with a mistake does not, and the mistake alone is named. */
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../../errors.ts';
import type { Check } from '../../../report/evidence.ts';
import { type CommandRun, evidenceOf, runCommand } from '../command.ts';
import type { FilesObservation, FilesScenario, FilesStage } from '../scenario.ts';

/** What nobody should apply: a database on the internet, with its disk in the clear. */
const MISTAKES = [
  { pattern: /(\bpublicly_accessible\s*= )false\b/g, wrong: '$1true' },
  { pattern: /(\bstorage_encrypted\s*= )true\b/g, wrong: '$1false' },
] as const;

export const terraformGate: FilesScenario = {
  name: 'terraform-gate',
  expects:
    "the platform's Terraform passes its gate; a copy whose database is public and unencrypted fails, for that alone",
  example: 'splurge-art',
  examine,
  summarise: ({ seen }) => seen.map(({ observed }) => observed).join('; '),
};

async function examine(stage: FilesStage): Promise<FilesObservation> {
  const { platform, workDirectory } = stage;
  const changed = path.join(workDirectory, 'changed');
  await rm(changed, { recursive: true, force: true });
  await cp(platform.directory, changed, { recursive: true });
  const mistaken = await makeMistakes(path.join(changed, 'infra'));
  const [sound, broken] = await Promise.all([
    gate(stage, platform.directory, 'sound'),
    gate(stage, changed, 'broken', ['--base', platform.directory]),
  ]);
  return { operation: evidenceOf(sound, 'gate'), seen: [passes(sound), refused(broken, mistaken)] };
}

/** Writes them into every file that has what they spoil. @returns the files. @throws InputError where none has */
async function makeMistakes(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.tf'));
  const changed: string[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8');
    const spoilt = MISTAKES.reduce((so, { pattern, wrong }) => so.replace(pattern, wrong), text);
    if (spoilt !== text) {
      await writeFile(file, spoilt);
      changed.push(name);
    }
  }
  if (changed.length === 0) {
    throw new InputError(
      'scenario-does-not-fit',
      `terraform-gate needs Terraform of an encrypted database in ${folder}: add it, or name other scenarios`,
    );
  }
  return changed;
}

/** Nothing is fetched: the rules come with the scanners. */
function gate(
  { platform, workDirectory, reporter, signal }: FilesStage,
  folder: string,
  name: string,
  more: readonly string[] = [],
): Promise<CommandRun> {
  const reports = path.join(workDirectory, name);
  const args = ['gate', folder, '--config', platform.file, '--report-dir', reports, '--offline', ...more];
  return runCommand(args, { reporter, signal });
}

function passes(run: CommandRun): Check {
  return {
    name: 'the Terraform passes',
    verdict: run.evidence?.verdict === 'pass' && run.exitCode === 0 ? 'pass' : 'fail',
    expected: 'pass, exit code 0',
    observed: told(run),
  };
}

/** By its exit code, and by what it names: the files with the mistakes and no other. */
function refused(run: CommandRun, mistaken: readonly string[]): Check {
  const { new: found = 0 } = (run.printed['counts'] ?? {}) as { readonly new?: number };
  const named = new Set([...told(run).matchAll(/ at infra\/([\w.-]+):\d+/g)].map(([, file = '']) => file));
  const alone = named.size > 0 && [...named].every((file) => mistaken.includes(file));
  return {
    name: 'the mistake is refused',
    verdict: run.evidence?.verdict === 'fail' && run.exitCode === 1 && found > 0 && alone ? 'pass' : 'fail',
    expected: `fail, exit code 1, for ${mistaken.join(', ')} alone`,
    observed: `${told(run)}; ${found} new findings`,
  };
}

function told({ evidence, error, exitCode }: CommandRun): string {
  const message = evidence?.reasons[0]?.message ?? error?.message ?? 'nothing was said';
  return `${evidence?.verdict ?? 'no verdict'} (exit code ${exitCode}): ${message}`;
}
