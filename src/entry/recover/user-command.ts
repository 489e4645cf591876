/** A command of the user's, as a procedure runs it: with facts in its environment, and with its output going nowhere. */
import { spawn } from 'node:child_process';

/** Longer than that no revocation and no query is waited for. */
const ENDS_WITHIN_MS = 600_000;

/**
 * Runs the command in a shell, with this process's environment and `variables` over it. Resolves with its exit code; null when it was
 * killed, took longer than ten minutes, or could not be started. What it prints may hold secrets: it is neither shown nor kept.
 */
export function runCommand(
  command: string,
  variables: Readonly<Record<string, string>>,
  stdin: string | undefined,
  signal: AbortSignal,
): Promise<number | null> {
  if (signal.aborted) {
    return Promise.resolve(null);
  }
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], {
      env: { ...process.env, ...variables },
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'ignore', 'ignore'],
    });
    const kill = () => child.kill('SIGTERM');
    const timer = setTimeout(kill, ENDS_WITHIN_MS);
    const ended = (code: number | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      resolve(code);
    };
    signal.addEventListener('abort', kill, { once: true });
    child.once('error', () => ended(null));
    child.once('close', ended);
    // A command that does not read its stdin closes it.
    child.stdin?.on('error', () => undefined).end(stdin);
  });
}
