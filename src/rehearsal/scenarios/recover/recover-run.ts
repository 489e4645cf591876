/** `surefoot recover` as a process of its own, as a person or a job would start it; and killed in the midst, where a scenario wants that. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Evidence, evidenceSchema } from '../../../report/evidence.ts';
import { selfCommand } from '../../world/self.ts';
import type { Stage } from '../scenario.ts';

/** How long a run may take until it has come as far as it is to be killed. */
const THERE_WITHIN_MS = 120_000;

/** How often a run that ends before it could be killed is begun anew. */
const ATTEMPTS = 5;

/** Where a run is to be killed. */
export interface Kill {
  /** As soon as the journal holds this text. */
  readonly at: string;
  /** Breaks again what a run has put right that was quicker than the kill; left out where what follows takes long. */
  readonly again?: () => Promise<void>;
}

export interface RecoverRun {
  readonly evidence: Evidence;
  /** All that the processes said. */
  readonly said: string;
  /** The folder of journal and reports. */
  readonly folder: string;
}

/**
 * Runs a procedure to its end. With `kill`, a first process is killed in the midst, and a second one with the same arguments goes on.
 * @throws Error when it leaves no evidence, with what it said
 */
export async function recoverRun(stage: Stage, args: readonly string[], kill?: Kill): Promise<RecoverRun> {
  const drill = args.includes('--drill') ? '-drill' : '';
  const folder = path.join(stage.workDirectory, `recover-${args[0]}${drill}`);
  const first = kill === undefined ? '' : await killedInTheMidst(stage, args, folder, kill);
  const { child, said } = start(stage, args, folder);
  const cancel = () => child.kill('SIGINT');
  stage.ports.signal.addEventListener('abort', cancel, { once: true });
  try {
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    stage.ports.signal.throwIfAborted();
    return { evidence: await evidenceOf(stdout), said: first + said() + stdout, folder };
  } finally {
    stage.ports.signal.removeEventListener('abort', cancel);
  }
}

function start(stage: Stage, [procedure = '', ...args]: readonly string[], folder: string) {
  const { target, rehearsal, platform, ports } = stage;
  const [program, ...own] = selfCommand();
  const where = ['--config', platform.file, '--environment', target.environment, '--report-dir', folder];
  const child = spawn(program, [...own, 'recover', procedure, ...where, ...args, '--yes', '--json'], {
    env: { ...process.env, AWS_ENDPOINT_URL: rehearsal.endpoint },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    said += `${line}\n`;
    ports.reporter.info(`  ${line}`);
  });
  return { child: child as ChildProcess, said: () => said };
}

async function killedInTheMidst(stage: Stage, args: readonly string[], folder: string, kill: Kill): Promise<string> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const said = await killed(stage, args, folder, kill.at);
    if (!(await textsIn(folder)).some((text) => text.includes('"what":"end"'))) {
      stage.ports.reporter.info('killed the process; the same command goes on');
      return said;
    }
    if (kill.again === undefined) {
      break;
    }
    await rm(folder, { recursive: true });
    await kill.again();
  }
  throw new Error(`surefoot recover ended before it could be killed at ${kill.at}`);
}

async function killed(stage: Stage, args: readonly string[], folder: string, at: string): Promise<string> {
  const { child, said } = start(stage, args, folder);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    const deadline = stage.ports.clock.now().getTime() + THERE_WITHIN_MS;
    while (!(await textsIn(folder)).some((text) => text.includes(at))) {
      if (child.exitCode !== null || stage.ports.clock.now().getTime() > deadline) {
        throw new Error(`surefoot recover never came to ${at}: ${said()}`);
      }
      await stage.ports.clock.sleep(20, stage.ports.signal);
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  return said();
}

/** Every file below a folder; none when there is no such folder. */
export async function textsIn(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')),
  );
}

async function evidenceOf(stdout: string): Promise<Evidence> {
  const { evidence, error } = JSON.parse(stdout || '{}') as {
    readonly evidence?: string | null;
    readonly error?: { readonly message?: string } | null;
  };
  if (evidence === undefined || evidence === null) {
    throw new Error(`surefoot recover left no evidence: ${error?.message ?? (stdout || 'it said nothing')}`);
  }
  return evidenceSchema.parse(JSON.parse(await readFile(evidence, 'utf8')));
}
