/** delivery-metrics: a history of releases is made of which DORA's five numbers are known, and `surefoot dora` finds them in the clone. */
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DoraIndicator } from '../../../report/dora/record.ts';
import type { Check } from '../../../report/evidence.ts';
import { evidenceOf, runCommand } from '../command.ts';
import type { FilesObservation, FilesScenario, FilesStage } from '../scenario.ts';
import { deliveryHistory, fastImport, incidentsCsv, WINDOW_DAYS } from './delivery-history.ts';

/** Seconds and shares are computed from whole seconds and counts; what is left is binary fractions. */
const TOLERANCE = 1e-9;

export const deliveryMetrics: FilesScenario = {
  name: 'delivery-metrics',
  expects: "DORA's five numbers of a clone are those of the history that was made: releases, hotfixes and incidents",
  example: 'splurge-art',
  examine,
  summarise: ({ operation }) =>
    `found ${operation.dora?.deployments.length ?? 0} releases in the clone, and from them all five numbers as they are`,
};

async function examine(stage: FilesStage): Promise<FilesObservation> {
  const { workDirectory, platform, clock, reporter, signal } = stage;
  const [clone, incidents] = [path.join(workDirectory, 'clone'), path.join(workDirectory, 'incidents.csv')];
  const history = deliveryHistory(clock.now());
  await rm(clone, { recursive: true, force: true });
  await mkdir(clone, { recursive: true });
  await git(clone, signal, ['init', '--quiet', '--initial-branch=main']);
  await git(clone, signal, ['fast-import', '--quiet'], fastImport(history));
  await git(clone, signal, ['symbolic-ref', 'HEAD', 'refs/heads/main']);
  await writeFile(incidents, incidentsCsv(history));
  const environment = platform.rehearsal?.scorecards[0] ?? stage.target.environment;
  const run = await runCommand(
    [
      'dora',
      ...['--repository', clone, '--incidents', incidents, '--days', `${WINDOW_DAYS}`],
      ...['--environment', environment, '--report-dir', path.join(workDirectory, 'dora')],
    ],
    { reporter, signal },
  );
  const operation = evidenceOf(run, 'dora');
  const seen = Object.entries(history.truth).map(([indicator, value]) =>
    found(operation, indicator as DoraIndicator, value),
  );
  return { operation, seen };
}

function found({ dora }: FilesObservation['operation'], indicator: DoraIndicator, truth: number): Check {
  const metric = dora?.metrics.find((one) => one.indicator === indicator);
  const value = metric?.value ?? Number.NaN;
  return {
    name: indicator,
    verdict: Math.abs(value - truth) <= TOLERANCE * Math.max(1, truth) ? 'pass' : 'fail',
    expected: `${truth} ${metric?.unit ?? ''}`,
    observed: metric?.value == null ? (metric?.unknown?.message ?? 'nothing') : `${value} ${metric.unit}`,
  };
}

/** Runs git in a folder, apart from what the user has configured. @throws Error with what git said */
async function git(cwd: string, signal: AbortSignal, args: readonly string[], input = ''): Promise<void> {
  const env = { PATH: process.env['PATH'], HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' };
  const child = spawn('git', [...args], { cwd, env, signal, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  // A git that has ended no longer reads; its exit code says why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0) {
    throw new Error(`git ${args.join(' ')} ended with ${code}: ${said.trim()}`);
  }
}
