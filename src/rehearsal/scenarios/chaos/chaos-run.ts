/** `surefoot chaos run` as a process of its own, as a job on a runner would be: the same program, over the wire. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Evidence, evidenceSchema } from '../../../report/evidence.ts';
import { selfCommand } from '../../world/self.ts';
import type { ChaosStage } from '../scenario.ts';

export interface ChaosRun {
  readonly exitCode: number | null;
  readonly record: Evidence;
}

/** Starts it. Its progress goes where ours goes; what it prints on stdout is for `endOf`. */
export function startChaosRun(stage: ChaosStage, file: string, args: readonly string[] = []): ChildProcess {
  const { target, rehearsal, platform, workDirectory, ports } = stage;
  const [program, ...own] = selfCommand();
  const where = ['--config', platform.file, '--environment', target.environment, '--service', target.service];
  const how = ['--yes', '--allow-irreversible', '--json', '--report-dir', path.join(workDirectory, 'run')];
  const child = spawn(program, [...own, 'chaos', 'run', file, ...where, ...how, ...args], {
    env: { ...process.env, AWS_ENDPOINT_URL: rehearsal.endpoint },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stderr }).on('line', (line) => ports.reporter.info(`  ${line}`));
  return child;
}

/** Runs an experiment to its end. @throws Error when it leaves no evidence, with what it said */
export async function chaosRun(stage: ChaosStage, file: string, args: readonly string[] = []): Promise<ChaosRun> {
  const child = startChaosRun(stage, file, args);
  const cancel = () => child.kill('SIGINT');
  stage.ports.signal.addEventListener('abort', cancel, { once: true });
  try {
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    stage.ports.signal.throwIfAborted();
    return { exitCode, record: await recordOf(stdout) };
  } finally {
    stage.ports.signal.removeEventListener('abort', cancel);
  }
}

async function recordOf(stdout: string): Promise<Evidence> {
  const { evidence, error } = JSON.parse(stdout || '{}') as {
    readonly evidence?: string | null;
    readonly error?: { readonly message?: string } | null;
  };
  if (evidence === undefined || evidence === null) {
    throw new Error(`surefoot chaos run left no evidence: ${error?.message ?? (stdout || 'it said nothing')}`);
  }
  return evidenceSchema.parse(JSON.parse(await readFile(evidence, 'utf8')));
}
