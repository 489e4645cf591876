/** From 100,000 deployments and the histograms of 1,000,000 requests to a scorecard's page: how long each step takes, and the memory of the last. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { measureDora } from '../src/operations/dora/dora.ts';
import type { CommitEvent, Delivery, DeploymentEvent, IncidentEvent } from '../src/operations/dora/events.ts';
import { createRecorder } from '../src/operations/recorder.ts';
import type { Evidence, LoadBin } from '../src/report/evidence.ts';
import { writeReport } from '../src/report/write.ts';
import { addToBuckets, type Buckets, mergeBuckets, quantile } from '../src/statistics/log-histogram.ts';
import { seededRandom } from '../src/statistics/random.ts';

export interface ScorecardBenchResult {
  readonly deployments: number;
  readonly requests: number;
  readonly rows: readonly (readonly [step: string, seconds: number, bytes: number | undefined])[];
  /** Highest resident set of `surefoot scorecard`, MiB. */
  readonly memory: number;
}

const DAY_MS = 86_400_000;
const LOAD_SECONDS = 3600;
const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: bench
environments:
  prod: { region: eu-west-1, cluster: bench, zones: [eu-west-1a, eu-west-1b, eu-west-1c] }
services:
  web: { ecsService: web, container: web, port: 8000 }
`;
const TARGETS = [
  ['change-lead-time', 'lte', 2, 'days'],
  ['deployment-frequency', 'gte', 1, 'per-day'],
  ['change-fail-rate', 'lte', 15, 'percent'],
  ['failed-deployment-recovery-time', 'lte', 1, 'hours'],
  ['deployment-rework-rate', 'lte', 15, 'percent'],
  ['latency-p95', 'lte', 0.5, 'seconds'],
] as const;

/** Makes the evidence and the page of it in a folder that is gone afterwards. */
export async function benchScorecard(deployments: number, requests: number): Promise<ScorecardBenchResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-bench-scorecard-'));
  try {
    const config = path.join(folder, 'surefoot.yml');
    const documents = TARGETS.map(
      ([indicator, comparison, value, unit]) =>
        `---\napiVersion: surefoot/v1\nkind: Target\nname: ${indicator}\nindicator: ${indicator}\ncomparison: ${comparison}\nvalue: ${value}\nunit: ${unit}\nwindow: 1Y\n`,
    );
    await writeFile(config, PLATFORM + documents.join(''));
    const evidence = path.join(folder, 'evidence');
    const now = new Date();
    const delivery = deliveryOf(deployments, now.getTime());
    const measured = await timed(() => doraOf(delivery, now));
    const dora = await timed(() => writeReport(measured.result, evidence, { name: 'dora' }));
    const load = loadOf(requests, now);
    const loaded = await timed(() => writeReport(load, evidence, { name: 'load' }));
    const scored = await timed(() => scorecard(config, folder, evidence));
    return {
      deployments,
      requests,
      rows: [
        ["DORA's five numbers of the deployments", measured.seconds, undefined],
        ['their evidence and page written', dora.seconds, await sizeOf(dora.result.json)],
        ["the load's evidence and page written", loaded.seconds, await sizeOf(loaded.result.json)],
        ['`surefoot scorecard`: both read, checked, judged', scored.seconds, await sizeOf(scored.result.page)],
      ],
      memory: scored.result.memory,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly seconds: number }> {
  const startedAt = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - startedAt) / 1000 };
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file)).size;
}

/** Over a year: every 40th a revert, every 97th a hotfix, every 25th with an incident, which names it by an abbreviation every other time. */
function deliveryOf(count: number, now: number): Delivery {
  const step = (365 * DAY_MS) / count;
  const sha = (index: number) => index.toString(16).padStart(40, '0');
  const commits: CommitEvent[] = [];
  const deployments: DeploymentEvent[] = [];
  const incidents: IncidentEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = Math.round(now - 366 * DAY_MS + index * step);
    commits.push({
      sha: sha(index),
      parents: index === 0 ? [] : [sha(index - 1)],
      authoredAt: at - 3_600_000 * (1 + (index % 50)),
      reverts: index % 40 === 39 ? [sha(index - 1)] : [],
    });
    deployments.push({
      id: String(index),
      sha: sha(index),
      createdAt: at,
      statuses: [
        { state: 'in_progress', at },
        { state: 'success', at: at + 60_000 },
      ],
      hotfix: index % 97 === 0,
    });
    if (index % 25 === 0) {
      const named = index % 50 === 0 ? { causedBy: sha(index).slice(0, 38) } : {};
      incidents.push({ id: `I${index}`, openedAt: at + 100_000, closedAt: at + 400_000, ...named });
    }
  }
  return {
    source: { kind: 'github', name: 'bench/bench' },
    deployments,
    commits,
    incidents,
    excluded: [],
    caveats: [],
    tools: [],
  };
}

function doraOf(delivery: Delivery, now: Date): Promise<Evidence> {
  const request = {
    name: 'bench',
    environment: 'prod',
    until: undefined,
    days: 365,
    horizonSeconds: 86_400,
    strict: false,
  };
  const clock = { now: () => now, sleep: async () => undefined };
  return measureDora(request, async () => delivery, { clock });
}

/** An hour of load, each second with its histogram. */
function loadOf(requests: number, now: Date): Evidence {
  const random = seededRandom(7);
  const whole: Buckets = new Map();
  const bins: LoadBin[] = [];
  for (let second = 0; second < LOAD_SECONDS; second += 1) {
    const planned =
      Math.floor(((second + 1) * requests) / LOAD_SECONDS) - Math.floor((second * requests) / LOAD_SECONDS);
    const buckets: Buckets = new Map();
    for (let request = 0; request < planned; request += 1) {
      addToBuckets(buckets, 0.02 + 0.05 * random() + (random() < 0.02 ? random() : 0));
    }
    mergeBuckets(whole, buckets);
    const latency = [...buckets].sort(([a], [b]) => a - b);
    bins.push({ second, planned, ok: planned, failed: {}, dropped: 0, interrupted: 0, latency });
  }
  const clock = { now: () => now, sleep: async () => undefined };
  const subject = { platform: 'bench', environment: 'prod', service: 'web' };
  const recorder = createRecorder({
    operation: 'load',
    title: 'Load of web',
    subject,
    rehearsalSpeed: undefined,
    tools: [],
    clock,
  });
  for (const [name, p] of [
    ['latency p50', 0.5],
    ['latency p95', 0.95],
    ['latency p99', 0.99],
  ] as const) {
    recorder.measure({
      indicator: name,
      value: quantile(whole, p) ?? null,
      n: requests,
      unit: 's',
      method: 'of good answers',
    });
  }
  const startedAt = new Date(now.getTime() - LOAD_SECONDS * 1000).toISOString();
  const evidence = recorder.finish('pass', [{ code: 'ok', message: 'all were answered' }], {
    load: {
      name: 'bench',
      url: 'http://127.0.0.1/',
      rate: Math.ceil(requests / LOAD_SECONDS),
      timeoutSeconds: 5,
      startedAt,
      finishedAt: now.toISOString(),
      judgedUntilSecond: LOAD_SECONDS,
      totals: { planned: requests, ok: requests, failed: 0, dropped: 0, interrupted: 0 },
      bins,
      generator: { cpu: 0.1, latenessMax: 0, exit: '0', problems: [] },
    },
  });
  return { ...evidence, startedAt };
}

/** The bundled command line as a process of its own; its highest resident set is what the kernel says last (proc(5), VmHWM). */
async function scorecard(config: string, folder: string, evidence: string) {
  const self = process.env['SUREFOOT_SELF'] ?? 'dist/cli.cjs';
  const reports = path.join(folder, 'reports');
  const child = spawn(
    process.execPath,
    [self, 'scorecard', '--config', config, '--evidence', evidence, '--report-dir', reports, '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let memory = 0;
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    memory = Math.max(memory, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 20);
  await once(child, 'close');
  clearInterval(timer);
  const { evidence: json, unknown } = JSON.parse(output) as { readonly evidence: string; readonly unknown: number };
  if (unknown > 0) {
    throw new Error(`${unknown} targets are unknown: ${output}`);
  }
  return { page: json.replace(/\.json$/, '.html'), memory };
}

export function renderScorecardBench({ deployments, requests, rows, memory }: ScorecardBenchResult): string {
  const size = (bytes: number | undefined) =>
    bytes === undefined ? '' : bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    `${deployments} deployments with as many commits, and ${requests} requests in ${LOAD_SECONDS} s`,
    '',
    '| step | time | size |',
    '|---|---:|---:|',
    ...rows.map(([step, seconds, bytes]) => `| ${step} | ${seconds.toFixed(2)} s | ${size(bytes)} |`),
    '',
    `highest resident set of \`surefoot scorecard\`: ${memory.toFixed(0)} MiB`,
    '',
  ].join('\n');
}
