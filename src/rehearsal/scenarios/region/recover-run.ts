/** `surefoot recover region-…` as a process of its own, as a person would run it: the same program, over the wire. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Evidence, evidenceSchema } from '../../../report/evidence.ts';
import { selfCommand } from '../../world/self.ts';
import type { RegionStage } from '../scenario.ts';

export interface RecoverRun {
  readonly exitCode: number | null;
  /** Undefined of a run that was refused. */
  readonly evidence: Evidence | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** Runs it to its end, with the AWS endpoint of the standby region. */
export async function recoverRun(
  { regions, platform, sides, workDirectory, reporter, signal }: RegionStage,
  procedure: 'region-failover' | 'region-failback',
  args: readonly string[],
): Promise<RecoverRun> {
  const [program, ...own] = selfCommand();
  const where = ['--config', platform.file, '--environment', sides.standby.environment.name];
  const how = ['--yes', '--json', '--report-dir', path.join(workDirectory, procedure)];
  const child = spawn(program, [...own, 'recover', procedure, ...where, ...how, ...args], {
    env: { ...process.env, AWS_ENDPOINT_URL: regions.standby.endpoint },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stderr }).on('line', (line) => reporter.info(`  ${line}`));
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const cancel = () => child.kill('SIGINT');
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    signal.throwIfAborted();
    return { exitCode, ...(await readOutcome(stdout)) };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function readOutcome(stdout: string): Promise<Pick<RecoverRun, 'evidence' | 'error'>> {
  const { evidence, error } = JSON.parse(stdout || '{}') as {
    readonly evidence?: string | null;
    readonly error?: { readonly code: string; readonly message: string } | null;
  };
  return {
    evidence: evidence ? evidenceSchema.parse(JSON.parse(await readFile(evidence, 'utf8'))) : undefined,
    error: error ?? undefined,
  };
}
