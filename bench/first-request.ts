/**
 * From the start of a bundle to its first AWS request, beside aws-actions/amazon-ecs-deploy-task-definition, each started as the runner
 * starts it. `SUREFOOT_BENCH_PEER` names a checkout of that repository at v2.6.3, whose committed dist is measured in the same run.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { findNode24 } from './node24.ts';

/** Of v2.6.3, on two cores of another day; stands where no checkout is given. */
const PEER = { name: 'amazon-ecs-deploy-task-definition 2.6.3', milliseconds: 137, bytes: 3_031_232 };
const PLATFORM = path.resolve('examples/artguard/surefoot.yml');

interface Subject {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface FirstRequestResult {
  readonly node: string;
  /** Milliseconds, sorted. */
  readonly subjects: readonly { readonly name: string; readonly times: readonly number[] }[];
  readonly peerTimes: readonly number[] | undefined;
  /** Bytes of all that a runner downloads of the actions, of the command line's bundle, and of the peer's dist. */
  readonly bytes: { readonly actions: number; readonly cli: number; readonly peer: number };
}

/** Measures each `rounds` times, in turn, so that what else the machine does hits all alike. `folder` holds the bundles. */
export async function benchFirstRequest(rounds: number, folder: string): Promise<FirstRequestResult> {
  const node = findNode24();
  const work = await mkdtemp(path.join(os.tmpdir(), 'surefoot-bench-'));
  const endpoint = await listen();
  const checkout = process.env['SUREFOOT_BENCH_PEER'];
  const ours = subjectsOf(folder, work);
  const peer = checkout === undefined ? undefined : peerSubject(checkout);
  const times = new Map([...ours, ...(peer ? [peer] : [])].map((subject) => [subject, [] as number[]]));
  try {
    // The first round fills the caches of the operating system.
    for (let round = -1; round < rounds; round += 1) {
      for (const [subject, values] of times) {
        const took = await timeToRequest(node.program, subject, endpoint, work);
        if (round >= 0) {
          values.push(took);
        }
      }
    }
  } finally {
    endpoint.server.close();
    await rm(work, { recursive: true, force: true });
  }
  const sorted = (subject: Subject) => (times.get(subject) ?? []).sort((a, b) => a - b);
  return {
    node: node.version,
    subjects: ours.map((subject) => ({ name: subject.name, times: sorted(subject) })),
    peerTimes: peer && sorted(peer),
    bytes: {
      actions: await bytesOf(folder, (name) => /^(action\/)?[\w-]+\.cjs$/.test(name) && name !== 'cli.cjs'),
      cli: await bytesOf(folder, (name) => name === 'cli.cjs'),
      peer: checkout === undefined ? PEER.bytes : await bytesOf(path.join(checkout, 'dist'), () => true),
    },
  };
}

function subjectsOf(folder: string, work: string): Subject[] {
  const target = { INPUT_CONFIG: PLATFORM, INPUT_ENVIRONMENT: 'dev' };
  const action = (name: string, inputs: Record<string, string>): Subject => ({
    name: `actions/${name}`,
    program: path.join(folder, `${name}.cjs`),
    args: [],
    environment: { ...target, 'INPUT_REPORT-DIR': path.join(work, 'reports'), ...inputs },
  });
  return [
    action('deploy', { INPUT_COMMAND: 'deploy', INPUT_IMAGE: 'artguard-backend:1.1.0' }),
    action('ecs-manage', { INPUT_COMMAND: 'status' }),
    {
      name: 'surefoot status (command line)',
      program: path.join(folder, 'cli.cjs'),
      args: ['status', '--config', PLATFORM, '--environment', 'dev'],
      environment: {},
    },
  ];
}

function peerSubject(checkout: string): Subject {
  return {
    name: PEER.name,
    program: path.join(checkout, 'dist/index.js'),
    args: [],
    environment: {
      'INPUT_TASK-DEFINITION': path.resolve('examples/artguard/task-definition.json'),
      INPUT_SERVICE: 'artguard-backend-dev',
      INPUT_CLUSTER: 'artguard-cluster-dev',
    },
  };
}

interface Endpoint {
  readonly server: Server;
  readonly url: string;
  /** Resolves at the next AWS request. */
  next(): Promise<void>;
}

/** Answers nothing of AWS's: a subject is over once it has asked. */
async function listen(): Promise<Endpoint> {
  let announce: () => void = () => undefined;
  const server = createServer((request, response) => {
    if (request.url === '/_surefoot') {
      // What surefoot asks of an endpoint on this machine before it talks to AWS there.
      response.writeHead(404).end();
    } else {
      announce();
      response.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    next: () =>
      new Promise((resolve) => {
        announce = resolve;
      }),
  };
}

async function timeToRequest(node: string, subject: Subject, endpoint: Endpoint, work: string): Promise<number> {
  if (!existsSync(subject.program)) {
    throw new Error(`${subject.program} is missing`);
  }
  const requested = endpoint.next();
  const startedAt = performance.now();
  const child = spawn(node, [subject.program, ...subject.args], {
    cwd: work,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: work,
      AWS_REGION: 'ca-central-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_ENDPOINT_URL: endpoint.url,
      GITHUB_WORKSPACE: work,
      RUNNER_TEMP: work,
      ...subject.environment,
    },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const asked = requested.then(() => performance.now() - startedAt);
  const took = await Promise.race([asked, closed.then(() => undefined)]);
  child.kill('SIGKILL');
  await closed;
  if (took === undefined) {
    throw new Error(`${subject.name} ended without an AWS request:\n${output}`);
  }
  return took;
}

async function bytesOf(folder: string, counts: (name: string) => boolean): Promise<number> {
  const names = (await readdir(folder, { recursive: true })).filter(counts);
  const files = await Promise.all(names.map((name) => stat(path.join(folder, name))));
  return files.filter((file) => file.isFile()).reduce((sum, file) => sum + file.size, 0);
}

/** The medians with their ranges, and both ratios to the peer. */
export function renderFirstRequestBench({ node, subjects, peerTimes, bytes }: FirstRequestResult): string {
  const line = (name: string, times: readonly number[]) =>
    `${name.padEnd(44)} ${median(times).toFixed(0).padStart(6)} ms  (${times[0]?.toFixed(0)} to ${times.at(-1)?.toFixed(0)}, n = ${times.length})`;
  const megabytes = (count: number) => `${(count / 1e6).toFixed(2)} MB`;
  const theirs = peerTimes ?? [PEER.milliseconds];
  const ratio = (of: (times: readonly number[]) => number, times: readonly number[]) =>
    (of(times) / of(theirs)).toFixed(2);
  const own = subjects.map(({ name, times }) => line(name, times));
  const ratios = subjects.map(
    ({ name, times }) =>
      `${name} over the peer: ${ratio(median, times)} × (fastest over fastest: ${ratio(fastest, times)} ×)`,
  );
  return [
    `on Node ${node}, from the start of the process to its first AWS request`,
    ...own,
    peerTimes === undefined
      ? `${PEER.name.padEnd(44)} ${String(PEER.milliseconds).padStart(6)} ms  (not measured here; name a checkout with SUREFOOT_BENCH_PEER)`
      : line(PEER.name, peerTimes),
    ...ratios,
    'aim: not slower than the peer',
    `size of all actions: ${megabytes(bytes.actions)}; the peer's one: ${megabytes(bytes.peer)}; ratio ${(bytes.actions / bytes.peer).toFixed(2)} × (aim: under 1)`,
    `size of the command line with the rehearsal platform: ${megabytes(bytes.cli)}`,
    '',
  ].join('\n');
}

/** What else the machine does only adds. */
function fastest(sorted: readonly number[]): number {
  return sorted[0] ?? Number.NaN;
}

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
