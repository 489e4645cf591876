/** Starts the bundled command line as a user does. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the first line on stdout. */
  readonly firstLine: Promise<string>;
}

/** Runs `surefoot` with these arguments in `cwd`. */
export function start(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Running {
  const program = process.env['SUREFOOT_SELF'] ?? path.resolve('.build/cli.cjs');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let announce: (line: string) => void = () => undefined;
  const firstLine = new Promise<string>((resolve) => {
    announce = resolve;
  });
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stdout.includes('\n')) {
      announce(stdout.slice(0, stdout.indexOf('\n')));
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      announce(stdout);
      resolve({ code, stdout, stderr });
    });
  });
  return { child, ended, firstLine };
}

/** Runs to the end. */
export function surefoot(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return start(args, options).ended;
}
