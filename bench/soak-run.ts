/** One soak: the platform as a process of its own, several clients with AWS's SDKs, traffic, and readings of every process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { minimalEnvironment } from '../src/tools/environment.ts';
import { type ClientPlan, startClients } from './soak-clients.ts';
import { startTraffic } from './soak-load.ts';
import { type ByRole, byRole, findProcesses, handleKinds, type Reading, readProcesses } from './soak-processes.ts';

export interface SoakOptions {
  /** The bundled command line, in a folder beside the examples'. */
  readonly cli: string;
  readonly speed: number;
  readonly clients: ClientPlan;
  /** Through the balancer. */
  readonly requestsPerSecond: number;
  readonly sampleSeconds: number;
  readonly onSample?: (sample: SoakSample) => void;
}

export interface SoakSample {
  /** Seconds since the clients were started. */
  readonly at: number;
  readonly processes: ByRole<Reading>;
  /** Handles by kind. */
  readonly handles: ByRole<Readonly<Record<string, number>>>;
  /** Calls so far by result and operation; clients report every 10 s. */
  readonly calls: Readonly<Record<string, number>>;
  /** Requests so far by status. */
  readonly traffic: Readonly<Record<string, number>>;
}

export interface SoakResult {
  readonly samples: readonly SoakSample[];
  readonly calls: Readonly<Record<string, number>>;
  readonly traffic: Readonly<Record<string, number>>;
  /** Clients that did not end well, with what they said. */
  readonly broken: readonly string[];
  /** What the platform said on stderr. */
  readonly log: string;
  /** Of the platform after SIGINT; null when a signal ended it. */
  readonly exitCode: number | null;
}

interface Ready {
  readonly endpoint: string;
  readonly region: string;
  readonly services: Readonly<Record<string, { readonly url: string }>>;
}

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 30_000;

/** Runs one soak from the platform's start to its end. @throws Error with the platform's log when it does not start, or dies on the way */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-soak-'));
  const args = ['up', '--platform', 'artguard', '--speed', String(options.speed), '--work-dir', folder];
  const platform = spawn(process.execPath, [options.cli, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  platform.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const died = once(platform, 'exit').then(([code]) => Promise.reject(new Error(`it ended with exit code ${code}`)));
  died.catch(() => undefined);
  const output = createInterface({ input: platform.stdout });
  const line = once(output, 'line', { signal: AbortSignal.timeout(START_TIMEOUT_MS) });
  try {
    const ready = JSON.parse(String((await Promise.race([line, died]))[0])) as Ready;
    const result = await Promise.race([drive(options, platform.pid ?? 0, ready), died]);
    const end = once(platform, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
    platform.kill('SIGINT');
    const [exitCode] = await end;
    return { ...result, log, exitCode };
  } catch (error) {
    throw new Error(`the soak failed: ${String(error)}; the platform said:\n${log}`, { cause: error });
  } finally {
    if (platform.exitCode === null) {
      platform.kill('SIGKILL');
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function drive(
  options: SoakOptions,
  controlPlane: number,
  ready: Ready,
): Promise<Omit<SoakResult, 'log' | 'exitCode'>> {
  const pids = findProcesses(controlPlane);
  const url = Object.values(ready.services)[0]?.url ?? '';
  const traffic = startTraffic(url, ['/health', '/analyze'], options.requestsPerSecond);
  const clients = startClients(options.clients, awsEnvironment(ready));
  const started = performance.now();
  const samples: SoakSample[] = [];
  const takeSample = () => {
    const sample = {
      at: (performance.now() - started) / 1000,
      processes: readProcesses(pids),
      handles: byRole((role) => handleKinds(pids[role])),
      calls: clients.counts(),
      traffic: { ...traffic.counts },
    };
    samples.push(sample);
    options.onSample?.(sample);
  };
  // The clients' time only: while they end, their services go, and a run would seem to shrink.
  const timer = setInterval(() => {
    if ((performance.now() - started) / 1000 < options.clients.seconds) {
      takeSample();
    }
  }, options.sampleSeconds * 1000);
  try {
    const broken = await clients.ended();
    await traffic.stop();
    return { samples, calls: clients.counts(), traffic: traffic.counts, broken };
  } finally {
    clearInterval(timer);
    clients.kill();
    await traffic.stop();
  }
}

function awsEnvironment({ endpoint, region }: Ready): Record<string, string> {
  return {
    ...minimalEnvironment(process.env),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'AKIDREHEARSAL',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    NO_PROXY: '127.0.0.1',
  };
}
