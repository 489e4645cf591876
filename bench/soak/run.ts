/** One soak: the platform as a process of its own, several clients with AWS's SDKs, traffic, and readings of every process. */
import { delay } from '../../src/rehearsal/world/clock.ts';
import { type ClientPlan, startClients } from './clients.ts';
import { type HeapReader, openHeap } from './heap.ts';
import { startTraffic } from './load.ts';
import { awsEnvironment, type SoakPlatform, startSoakPlatform } from './platform.ts';
import { type ByRole, byRole, findProcesses, handleKinds, type Reading, ROLES, readProcesses } from './processes.ts';

export interface SoakOptions {
  /** The bundled command line, in a folder beside the examples'. */
  readonly cli: string;
  readonly speed: number;
  readonly clients: ClientPlan;
  /** Through the balancer. */
  readonly requestsPerSecond: number;
  readonly sampleSeconds: number;
  /** Also collects every process's garbage this often and reads what is left. Leave it out where nothing is to be disturbed. */
  readonly heapSeconds?: number;
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

export interface HeapSample {
  /** Seconds since the clients were started. */
  readonly at: number;
  /** MiB that are left after a full collection. */
  readonly live: ByRole<number>;
}

export interface SoakResult {
  readonly samples: readonly SoakSample[];
  /** Live heaps; none without `heapSeconds`. */
  readonly heaps: readonly HeapSample[];
  readonly calls: Readonly<Record<string, number>>;
  readonly traffic: Readonly<Record<string, number>>;
  /** Clients that did not end well, with what they said. */
  readonly broken: readonly string[];
  /** What the platform said on stderr. */
  readonly log: string;
  /** Of the platform after SIGINT; null when a signal ended it. */
  readonly exitCode: number | null;
}

/** Runs one soak from the platform's start to its end. @throws Error with the platform's log when it does not start, or dies on the way */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const platform = await startSoakPlatform(options.cli, options.speed);
  try {
    const result = await drive(options, platform);
    const exitCode = await platform.stop();
    return { ...result, log: platform.log(), exitCode };
  } finally {
    await platform.dispose();
  }
}

async function drive(options: SoakOptions, platform: SoakPlatform): Promise<Omit<SoakResult, 'log' | 'exitCode'>> {
  const pids = findProcesses(platform.pid);
  const readers: HeapReader[] = [];
  for (const role of options.heapSeconds === undefined ? [] : ROLES) {
    readers.push(await openHeap(pids[role], platform.log));
  }
  const traffic = startTraffic(platform.url, ['/health', '/analyze'], options.requestsPerSecond);
  const clients = startClients(options.clients, awsEnvironment(platform));
  const started = performance.now();
  const at = () => (performance.now() - started) / 1000;
  const samples: SoakSample[] = [];
  const takeSample = async () => {
    const sample = {
      at: at(),
      processes: readProcesses(pids),
      handles: byRole((role) => handleKinds(pids[role])),
      calls: clients.counts(),
      traffic: { ...traffic.counts },
    };
    samples.push(sample);
    options.onSample?.(sample);
  };
  const heaps: HeapSample[] = [];
  const readHeaps = async () => {
    const bytes = await Promise.all(readers.map((reader) => reader.live()));
    heaps.push({ at: at(), live: byRole((role) => (bytes[ROLES.indexOf(role)] ?? Number.NaN) / 2 ** 20) });
  };
  const over = new AbortController();
  // In the clients' time only: while they end, their services go, and a run would seem to shrink.
  const repeat = async (seconds: number, act: () => Promise<void>) => {
    while (at() + seconds < options.clients.seconds) {
      await delay(seconds * 1000, over.signal);
      await act();
    }
  };
  const watching = [repeat(options.sampleSeconds, takeSample)];
  if (options.heapSeconds !== undefined) {
    watching.push(repeat(options.heapSeconds, readHeaps));
  }
  try {
    const [broken] = await Promise.race([Promise.all([clients.ended(), ...watching]), platform.died]);
    await traffic.stop();
    return { samples, heaps, calls: clients.counts(), traffic: traffic.counts, broken };
  } finally {
    over.abort();
    clients.kill();
    for (const reader of readers) {
      reader.close();
    }
    await traffic.stop();
  }
}
