/** Runs a scanner so that nothing of it is left: its processes are one group, which ends with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { OutsideError } from '../errors.ts';
import type { ToolOutcome, ToolRunner } from '../operations/gate/scan/scan-ports.ts';

/** More log than any tree gives; what is longer is cut, and said to be. */
const LOG_BYTES = 128 * 1024 * 1024;
/** Between asking to end and ending. */
const GRACE_MS = 3000;

/** stdout goes nowhere: scanners write their reports to files. See the port for the rest. */
export const runTool: ToolRunner = (run, signal) => {
  signal.throwIfAborted();
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(run.program, [...run.arguments], {
      env: run.environment,
      cwd: run.directory,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: false,
      detached: true,
    });
    const log = collect(child);
    let timedOut = false;
    let grace: NodeJS.Timeout | undefined;
    const end = () => {
      killGroup(child, 'SIGTERM');
      grace = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, run.timeoutMs);
    signal.addEventListener('abort', end, { once: true });
    const finished = () => {
      clearTimeout(timer);
      clearTimeout(grace);
      signal.removeEventListener('abort', end);
    };
    child.once('error', (error) => {
      finished();
      const message = `${run.program} cannot be started: ${error.message}`;
      reject(new OutsideError('tool-missing', message, run.program, { cause: error }));
    });
    // A process that it left behind would keep stderr open.
    child.once('exit', () => killGroup(child, 'SIGKILL'));
    child.once('close', (code, endedBy) => {
      finished();
      const seconds = (performance.now() - startedAt) / 1000;
      const outcome: ToolOutcome = { code, signal: endedBy, timedOut, seconds, ...log() };
      if (signal.aborted) {
        reject(signal.reason);
      } else {
        resolve(outcome);
      }
    });
  });
};

function collect(child: ChildProcess): () => { stderr: string; truncated: boolean } {
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stderr?.on('data', (chunk: Buffer) => {
    if (bytes < LOG_BYTES) {
      chunks.push(chunk);
    }
    bytes += chunk.length;
  });
  return () => ({ stderr: Buffer.concat(chunks).toString('utf8'), truncated: bytes > LOG_BYTES });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended.
  }
}
