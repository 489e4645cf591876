/** A command of surefoot as a process of its own, as a person or a job would start it: the same program, its result read from `--json`. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Reporter } from '../../operations/ports.ts';
import { type Evidence, evidenceSchema } from '../../report/evidence.ts';
import { selfCommand } from '../world/self.ts';

export interface CommandPorts {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** The AWS endpoint of a rehearsal platform; undefined for commands that ask nothing of AWS. */
  readonly endpoint?: string;
}

export interface CommandRun {
  readonly exitCode: number | null;
  /** Undefined of a command that was refused, or leaves none. */
  readonly evidence: Evidence | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** The object that it printed. */
  readonly printed: Readonly<Record<string, unknown>>;
}

/** Runs it to its end. Its progress goes where ours goes. @throws Error for a process that printed no result */
export async function runCommand(
  args: readonly string[],
  { reporter, signal, endpoint }: CommandPorts,
): Promise<CommandRun> {
  const [program, ...own] = selfCommand();
  const child = spawn(program, [...own, ...args, '--json'], {
    env: { ...process.env, ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }) },
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
    return { exitCode, ...(await readResult(args, stdout)) };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function readResult(args: readonly string[], stdout: string): Promise<Omit<CommandRun, 'exitCode'>> {
  if (stdout.trim() === '') {
    throw new Error(`surefoot ${args.join(' ')} printed no result`);
  }
  const printed = JSON.parse(stdout) as Record<string, unknown> & {
    readonly evidence?: string | null;
    readonly error?: CommandRun['error'] | null;
  };
  const file = printed.evidence;
  return {
    printed,
    error: printed.error ?? undefined,
    evidence: file ? evidenceSchema.parse(JSON.parse(await readFile(file, 'utf8'))) : undefined,
  };
}

/** The evidence that a command must have left. @throws Error with what it said instead */
export function evidenceOf({ evidence, error, exitCode }: CommandRun, command: string): Evidence {
  if (evidence === undefined) {
    throw new Error(`surefoot ${command} left no evidence (exit ${exitCode}): ${error?.message ?? 'it said nothing'}`);
  }
  return evidence;
}
