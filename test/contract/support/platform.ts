/** `surefoot up` as a user starts it: a process of its own, told to end by SIGINT. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface RunningPlatform {
  readonly endpoint: string;
  readonly region: string;
  readonly speed: number;
  readonly services: Readonly<Record<string, { readonly url: string; readonly testUrl: string }>>;
  /** What it has said so far on stderr; bugs of the platform are reported there. */
  log(): string;
  /** Ends it as Ctrl-C does. @throws Error when it does not end well within the time it may take */
  stop(): Promise<void>;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/** Starts the bundled command line's platform. @throws Error with its log when it does not get ready */
export async function startPlatform(options: { name: string; speed: number }): Promise<RunningPlatform> {
  const folder = await mkdtemp(path.join(tmpdir(), 'surefoot-up-'));
  const args = ['up', '--platform', options.name, '--speed', String(options.speed), '--work-dir', folder];
  const child: Child = spawn(process.execPath, [process.env['SUREFOOT_SELF'] ?? '', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const started = await firstLine(child).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`surefoot up did not get ready (${String(error)}):\n${log}`);
  });
  return {
    ...(JSON.parse(started) as Pick<RunningPlatform, 'endpoint' | 'region' | 'speed' | 'services'>),
    log: () => log,
    stop: async () => {
      const ended = once(child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
      child.kill('SIGINT');
      const [code, signal] = await ended.catch(() => [null, 'no end']);
      if (code !== 0) {
        child.kill('SIGKILL');
        throw new Error(`surefoot up ended with ${code ?? signal}:\n${log}`);
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function firstLine(child: Child): Promise<string> {
  const lines = createInterface({ input: child.stdout });
  const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
  const [line] = await Promise.race([
    once(lines, 'line', { signal: timeout }),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`exit code ${code}`))),
  ]);
  return String(line);
}
