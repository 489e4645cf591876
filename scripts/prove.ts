/**
 * `npm run prove [scenario…] [-- --seeds N]`: runs rehearsal scenarios again and again, each time with another seed, and writes what came
 * of it to docs/proof.md. The source is bundled once at the beginning, so that it may be changed meanwhile.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { SCENARIO_NAMES } from '../src/rehearsal/scenarios/names.ts';
import { bundle } from './build.mjs';
import { renderSection, withSection } from './prove/document.ts';
import { type Run, runOnce } from './prove/run.ts';

const DOCUMENT = path.resolve('docs/proof.md');
const REPORTS = path.resolve('.surefoot/prove');
const DEFAULT_SCENARIOS = ['canary-good', 'canary-errors'];

function readArguments(): { readonly scenarios: readonly string[]; readonly seeds: number } {
  const { values, positionals } = parseArgs({
    options: { seeds: { type: 'string', default: '10' } },
    allowPositionals: true,
  });
  const scenarios = positionals.length === 0 ? DEFAULT_SCENARIOS : positionals;
  const seeds = Number(values.seeds);
  const unknown = scenarios.filter((name) => !(SCENARIO_NAMES as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new Error(`there is no scenario ${unknown.join(', ')}; there are ${SCENARIO_NAMES.join(', ')}`);
  }
  if (!Number.isInteger(seeds) || seeds < 1) {
    throw new Error(`--seeds ${values.seeds} is no number of runs: write a whole number of at least 1`);
  }
  return { scenarios, seeds };
}

/** Once for each seed, one run at a time: side by side they would take the processor from each other. */
async function prove(scenario: string, seeds: number, program: string): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const run = await runOnce({ scenario, seed, program, reports: path.join(REPORTS, `${scenario}-${seed}`) });
    process.stdout.write(`${scenario}, seed ${seed}: ${run.verdict}; ${run.outcome}\n`);
    runs.push(run);
  }
  return runs;
}

/** The commit that runs, as `docs/proof.md` names it. */
async function commitOf(): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['describe', '--always', '--dirty', '--exclude', '*']);
  return stdout.trim();
}

async function main(): Promise<void> {
  const { scenarios, seeds } = readArguments();
  const commit = await commitOf();
  await mkdir('.build', { recursive: true });
  const folder = await mkdtemp(path.resolve('.build/prove-'));
  try {
    await bundle(folder);
    for (const scenario of scenarios) {
      const runs = await prove(scenario, seeds, path.join(folder, 'cli.cjs'));
      const before = await readFile(DOCUMENT, 'utf8');
      await writeFile(
        DOCUMENT,
        withSection(before, scenario, renderSection(scenario, runs, { at: new Date(), commit })),
      );
      if (runs.some(({ verdict }) => verdict !== 'pass')) {
        process.exitCode = 1;
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
