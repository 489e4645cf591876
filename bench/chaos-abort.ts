/**
 * How soon a run is ended for what it costs, and what watching it costs: real k6 on a server of this machine that stops answering, FIS over
 * the wire.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClients } from '../src/aws/clients.ts';
import { createGateways } from '../src/aws/gateways.ts';
import { startLoad } from '../src/measure/start-load.ts';
import { Injection } from '../src/operations/chaos/run/fault/inject.ts';
import type { ChaosRunPorts } from '../src/operations/chaos/run/request.ts';
import { startWatchedLoad } from '../src/operations/chaos/run/watch-load.ts';
import { createFis } from '../src/rehearsal/fis/fis.ts';
import { createWire } from '../src/rehearsal/wire/server.ts';
import { createClock } from '../src/rehearsal/world/clock.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { httpProbe } from '../src/runtime/http.ts';

const RATE = 50;
const PLACE = { region: 'ca-central-1', accountId: '000000000000' };

/** How the server is out of order: it closes each connection at once, or takes requests and never answers. */
export const OUTAGES = ['closes', 'hangs'] as const;
export type Outage = (typeof OUTAGES)[number];

export interface AbortResult {
  /** Seconds from the moment at which the budget is spent until FIS has the request to stop. */
  readonly seconds: Readonly<Record<Outage, readonly number[]>>;
  /** CPU seconds of this process for a second of load: alone, and watched with the experiment followed. */
  readonly cpu: { readonly alone: readonly number[]; readonly watched: readonly number[] };
}

/** `rounds` aborts of each kind, and as many pairs of loads of `seconds`, in turn. */
export async function benchChaosAbort(k6: string, rounds: number, seconds: number): Promise<AbortResult> {
  const aborts: Record<Outage, number[]> = { closes: [], hangs: [] };
  const cpu: Record<'alone' | 'watched', number[]> = { alone: [], watched: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const outage of OUTAGES) {
      // Each at another moment of the second in which counts are taken.
      aborts[outage].push(await withScene(k6, (scene) => timeToStop(scene, outage, 2 + round / rounds)));
    }
    for (const kind of ['alone', 'watched'] as const) {
      cpu[kind].push(await withScene(k6, (scene) => cpuOf(scene, kind, seconds)));
    }
  }
  return { seconds: aborts, cpu };
}

/** Answers until it is told how to be out of order. In a process of its own, so that what it costs is not counted. */
const SERVER = `
let outage;
const server = require('node:http').createServer((request, response) => {
  if (outage === 'closes') request.socket.destroy();
  if (outage === undefined) response.end('ok');
});
process.on('message', (kind) => { outage = kind; process.send('done'); });
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
`;

interface Scene {
  readonly ports: ChaosRunPorts;
  /** From now on nothing is answered. */
  fail(outage: Outage): Promise<void>;
  /** When FIS had the first request to stop; undefined: none yet. */
  stoppedAt(): Date | undefined;
}

async function withScene<T>(k6: string, work: (scene: Scene) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'surefoot-bench-abort-'));
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const wire = createWire({ services: [], ...PLACE });
  const fis = createFis({ call: wire.call, clock: createClock(1), ...PLACE, subnets: new Map(), vpcId: 'vpc' });
  wire.register(fis.module);
  const { endpoint } = await wire.listen('127.0.0.1', 0);
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const clients = createClients({ region: PLACE.region, endpoint, credentials, version: '0.0.0' });
  try {
    const port = await told(server);
    const aws = createGateways(clients);
    const quiet = () => undefined;
    const ports: ChaosRunPorts = {
      aws,
      awsForUndo: aws,
      clock: systemClock,
      reporter: { stage: quiet, info: quiet, warn: quiet, progress: quiet },
      http: httpProbe,
      signal: new AbortController().signal,
      k6Version: '',
      startLoad: (which, maxSeconds, listeners) =>
        startLoad({ k6, workDirectory: path.join(folder, which), load: loadOf(port, maxSeconds), ...listeners }),
    };
    return await work({
      ports,
      async fail(outage) {
        server.send(outage);
        await told(server);
      },
      stoppedAt: () => wire.requests().find(({ operation }) => operation === 'StopExperiment')?.at,
    });
  } finally {
    clients.destroy();
    await fis.stop();
    await wire.close();
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function told(server: ChildProcess): Promise<unknown> {
  const [message] = (await once(server, 'message')) as [unknown];
  return message;
}

function loadOf(port: unknown, maxSeconds: number) {
  return { name: 'abort', url: `http://127.0.0.1:${port}/`, timeoutSeconds: 5, rate: RATE, maxSeconds };
}

const BUDGET_SECONDS = 2;

/** Seconds of load before the outage: `lead`. */
async function timeToStop({ ports, fail, stoppedAt }: Scene, outage: Outage, lead: number): Promise<number> {
  const watched = await startWatchedLoad({ rate: RATE, probeRate: 0 }, 120, undefined, ports);
  try {
    await watched.main.startedAt;
    const injection = new Injection(MARKS, undefined, ports);
    await injection.prepare(TEMPLATE);
    watched.arm(BUDGET_SECONDS, {
      onSpent: () => injection.stop('downtime-budget', 'spent'),
      onShort: (why) => injection.stop('load-below-rate', why),
    });
    const { id } = await injection.start();
    await sleep(lead * 1000);
    await fail(outage);
    const spentAt = Date.now() + BUDGET_SECONDS * 1000;
    await injection.follow(id, () => undefined);
    await injection.clear();
    return ((stoppedAt()?.getTime() ?? Number.NaN) - spentAt) / 1000;
  } finally {
    watched.main.abort();
    await watched.main.done;
  }
}

/** CPU seconds of this process for a second of load. What FIS's stand-in takes for an answer a second is in it. */
async function cpuOf({ ports }: Scene, kind: 'alone' | 'watched', seconds: number): Promise<number> {
  const quiet = { onEvent: () => undefined, onProgress: () => undefined };
  const watched =
    kind === 'alone' ? undefined : await startWatchedLoad({ rate: RATE, probeRate: 0 }, 600, undefined, ports);
  const main = watched?.main ?? (await ports.startLoad('load', 600, quiet));
  try {
    await main.startedAt;
    const injection = new Injection(MARKS, undefined, ports);
    if (watched !== undefined) {
      await injection.prepare(TEMPLATE);
      watched.arm(BUDGET_SECONDS, { onSpent: () => undefined, onShort: () => undefined });
    }
    const started = watched === undefined ? undefined : await injection.start();
    const following = started === undefined ? undefined : injection.follow(started.id, () => undefined);
    const before = process.cpuUsage();
    await sleep(seconds * 1000);
    const { user, system } = process.cpuUsage(before);
    injection.stop('over', 'measured');
    await following;
    return (user + system) / 1e6 / seconds;
  } finally {
    main.abort();
    await main.done;
  }
}

const MARKS = { experiment: 'bench', environment: 'bench', runId: 'bench', longestSeconds: 3600 };
const TEMPLATE = {
  description: 'waits until it is stopped',
  roleArn: 'arn:aws:iam::000000000000:role/bench',
  stopConditions: [{ source: 'none' as const }],
  actions: { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT1H' } } },
};

export function renderChaosAbortBench({ seconds, cpu }: AbortResult): string {
  const rows = OUTAGES.map((outage) => {
    const all = [...seconds[outage]].sort((a, b) => a - b);
    return `| the service ${outage === 'closes' ? 'closes every connection' : 'takes requests and never answers'} | ${shown(all[0])} | ${shown(medianOf(all))} | ${shown(all.at(-1))} |`;
  });
  const [alone, watched] = [medianOf(cpu.alone), medianOf(cpu.watched)];
  return [
    `From the moment at which ${BUDGET_SECONDS} s of full outage are spent until FIS has the request to stop; aim: at most 2 s.`,
    '',
    `| ${RATE} requests a second, ${seconds.closes.length} runs each | least | median | most |`,
    '|---|---:|---:|---:|',
    ...rows,
    '',
    `CPU of surefoot for a second of that load: ${(alone * 1000).toFixed(1)} ms alone, ${(watched * 1000).toFixed(1)} ms watched with the experiment followed (medians of ${cpu.alone.length}); ratio ${(watched / alone).toFixed(2)}.`,
    '',
  ].join('\n');
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

function shown(seconds: number | undefined): string {
  return `${(seconds ?? Number.NaN).toFixed(2)} s`;
}
