/** The clients of a soak: programs with AWS's own SDKs, each counting the results of its calls. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface ClientPlan {
  /** A Python with boto3. */
  readonly python: string;
  /** How many of each. */
  readonly boto3: number;
  readonly sdk: number;
  readonly seconds: number;
  /** Calls a second of each client. */
  readonly rate: number;
  /** The life of each client's extra service, before it is removed and made again. */
  readonly roundSeconds: number;
  /** Deregistration delay of its target group. */
  readonly drainSeconds: number;
}

export interface SoakClients {
  /** Results over all clients so far: `ok DescribeServices`, `ThrottlingException PutMetricData`. */
  counts(): Record<string, number>;
  /** Resolves when all have ended, with what was wrong with those that did not end well. */
  ended(): Promise<string[]>;
  kill(): void;
}

/** After its time a client removes its service; what has not ended by then hangs. */
const END_TIMEOUT_MS = 120_000;
const FOLDER = path.join(import.meta.dirname, '../../test/soak');

/** Starts them all; the first SDK client also deploys the platform's own service now and then. */
export function startClients(plan: ClientPlan, environment: Readonly<Record<string, string>>): SoakClients {
  const python = { kind: 'boto3', program: plan.python, args: ['-B', path.join(FOLDER, 'client.py')] };
  const node = { kind: 'sdk', program: process.execPath, args: ['--import', 'tsx', path.join(FOLDER, 'client.ts')] };
  const programs = [...Array<typeof python>(plan.boto3).fill(python), ...Array<typeof node>(plan.sdk).fill(node)];
  const clients = programs.map(({ kind, program, args }, index) => {
    const options = {
      name: `${kind}-${index + 1}`,
      seconds: plan.seconds,
      rate: plan.rate,
      'round-seconds': plan.roundSeconds,
      'drain-seconds': plan.drainSeconds,
      priority: index + 1,
    };
    const flags = Object.entries(options).flatMap(([key, value]) => [`--${key}`, `${value}`]);
    const deploys = index === plan.boto3 ? ['--deploys'] : [];
    const child = spawn(program, [...args, ...flags, ...deploys], {
      cwd: path.join(FOLDER, '../..'),
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Client(options.name, child, plan.seconds * 1000 + END_TIMEOUT_MS);
  });
  return {
    counts: () => addUp(clients.map(({ counts }) => counts)),
    ended: async () => (await Promise.all(clients.map(({ end }) => end))).filter((end) => end !== undefined),
    kill: () => {
      for (const client of clients) {
        client.kill();
      }
    },
  };
}

class Client {
  counts: Readonly<Record<string, number>> = {};
  readonly end: Promise<string | undefined>;
  readonly #child: ChildProcess;
  #done = false;
  #said = '';

  constructor(name: string, child: ChildProcess, timeoutMs: number) {
    this.#child = child;
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) {
      throw new Error(`${name} was started without pipes`);
    }
    createInterface({ input: stdout }).on('line', (line) => {
      const report = JSON.parse(line) as { counts: Record<string, number>; done: boolean };
      this.counts = report.counts;
      this.#done = report.done;
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
    this.end = once(child, 'close', { signal: AbortSignal.timeout(timeoutMs) }).then(
      ([code]) => (code === 0 && this.#done ? undefined : `${name} ended with ${code}:\n${this.#said}`),
      (error: unknown) => `${name} did not end in time (${String(error)}):\n${this.#said}`,
    );
  }

  kill(): void {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGKILL');
    }
  }
}

function addUp(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [key, count] of all.flatMap((counts) => Object.entries(counts))) {
    sums[key] = (sums[key] ?? 0) + count;
  }
  return sums;
}
