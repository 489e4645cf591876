/** `surefoot up` as a process of its own, for a soak. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { minimalEnvironment } from '../../src/tools/environment.ts';

export interface SoakPlatform {
  readonly pid: number;
  readonly endpoint: string;
  readonly region: string;
  /** Of the service's production listener. */
  readonly url: string;
  /** Rejects when the platform dies before it was told to end. */
  readonly died: Promise<never>;
  /** What it has said so far on stderr. */
  log(): string;
  /** Ends it as Ctrl-C does; gives its exit code, null when a signal ended it. */
  stop(): Promise<number | null>;
  /** Ends it whatever it does, and removes its folder. */
  dispose(): Promise<void>;
}

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 30_000;

/**
 * Starts the bundled command line, which must be in a folder beside the examples'. The inspector is off; SIGUSR1 opens it on a free port.
 * @throws Error with its log when it does not get ready
 */
export async function startSoakPlatform(cli: string, speed: number): Promise<SoakPlatform> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-soak-'));
  const args = [
    '--inspect-port=0',
    cli,
    'up',
    '--platform',
    'artguard',
    '--speed',
    String(speed),
    '--work-dir',
    folder,
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // By way of the environment, so that the helper processes have it as well.
    env: { ...process.env, NODE_OPTIONS: '--inspect-port=0' },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const died = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`the platform ended with exit code ${code}, saying:\n${log}`)),
  );
  died.catch(() => undefined);
  const dispose = async () => {
    if (child.exitCode === null) {
      child.kill('SIGKILL');
    }
    await rm(folder, { recursive: true, force: true });
  };
  const line = once(createInterface({ input: child.stdout }), 'line', {
    signal: AbortSignal.timeout(START_TIMEOUT_MS),
  });
  try {
    const ready = JSON.parse(String((await Promise.race([line, died]))[0])) as {
      readonly endpoint: string;
      readonly region: string;
      readonly services: Readonly<Record<string, { readonly url: string }>>;
    };
    const { endpoint, region } = ready;
    const url = Object.values(ready.services)[0]?.url ?? '';
    return {
      ...{ pid: child.pid ?? 0, endpoint, region, url, died, dispose },
      log: () => log,
      async stop() {
        const end = once(child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
        child.kill('SIGINT');
        return (await end)[0];
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** What a client needs to talk to the platform and to nothing else. */
export function awsEnvironment({
  endpoint,
  region,
}: Pick<SoakPlatform, 'endpoint' | 'region'>): Record<string, string> {
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
