/** The example on a rehearsal platform in this process, with the server's own log of every request: a witness that is neither k6 nor the balancer. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { requirePlatform } from '../../src/platform/load.ts';
import { resolveService } from '../../src/platform/select.ts';
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/platform.ts';

export const SERVICE = 'artguard-backend-dev';
export const CLUSTER = 'artguard-cluster-dev';

export interface LogLine {
  readonly event: 'start' | 'end' | 'abort';
  readonly at: string;
  readonly id: string | null;
  readonly path: string;
  readonly pid: number;
  readonly status?: number | null;
}

export interface Artguard {
  readonly rehearsal: Rehearsal;
  readonly workDirectory: string;
  readonly url: string;
  readonly bugs: readonly unknown[];
  /** Every line of the server's log about /analyze. */
  log(): Promise<LogLine[]>;
  stop(): Promise<void>;
}

/** Starts artguard's dev environment with two tasks; `environment` changes how the service behaves. */
export async function startArtguard(environment: Record<string, string>, speed = 60): Promise<Artguard> {
  const workDirectory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-'));
  const logFile = path.join(workDirectory, 'requests.log');
  const platform = await requirePlatform('examples/artguard/surefoot.yml');
  const target = resolveService(platform, { environment: 'dev' });
  const bugs: unknown[] = [];
  const rehearsal = await startRehearsal({
    target,
    region: 'ca-central-1',
    zones: ['ca-central-1a', 'ca-central-1b'],
    speed,
    workDirectory,
    environment: { ...environment, REQUEST_LOG: logFile },
    signal: new AbortController().signal,
    onBug: (error) => bugs.push(error),
  });
  return {
    rehearsal,
    workDirectory,
    url: `${rehearsal.services[SERVICE]?.url}/analyze`,
    bugs,
    async log() {
      const text = await readFile(logFile, 'utf8').catch(() => '');
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as LogLine).filter((line) => line.path === '/analyze');
    },
    async stop() {
      await rehearsal.stop();
      await rm(workDirectory, { recursive: true, force: true });
    },
  };
}
