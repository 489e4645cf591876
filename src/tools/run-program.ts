import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Gets stdout piece by piece, which is then not kept: for more than fits. */
  readonly onStdout?: (text: string) => void;
}

export interface RunResult {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

const KEPT_CHARACTERS = 64 * 1024;

/**
 * Runs a program to its end, never through a shell. Of each output stream the last 64 K characters are kept.
 * @throws the spawn error (`ENOENT`, `EACCES`) when it cannot be started, the signal's reason when aborted
 */
export function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      env: options.environment,
      cwd: options.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: false,
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const keep = (text: string) => {
      stdout = (stdout + text).slice(-KEPT_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', options.onStdout ?? keep);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-KEPT_CHARACTERS);
    });
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeoutMs);
    const onAbort = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', onAbort, { once: true });
    const finished = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    child.once('error', (error) => {
      finished();
      reject(error);
    });
    child.once('close', (code) => {
      finished();
      if (signal?.aborted === true) {
        reject(signal.reason);
      } else {
        resolve({ code, stdout, stderr, timedOut });
      }
    });
  });
}
