/**
 * What measuring costs at a constant rate: the CPU of reading k6's output for each request, and the CPU of k6 and reader together beside a
 * k6 that sends the same requests by a plain script, its JSON output thrown away.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLoad } from '../src/measure/start-load.ts';
import { median } from './soak-trend.ts';

interface Round {
  /** CPU seconds of user and system. */
  readonly plain: number;
  readonly k6: number;
  readonly reader: number;
  /** Requests that were answered well, of each. */
  readonly plainRequests: number;
  readonly requests: number;
}

export interface LoadBenchResult {
  readonly rate: number;
  readonly seconds: number;
  readonly rounds: readonly Round[];
}

const SERVER = `
const server = require('node:http').createServer((request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

const PLAIN = `
import http from 'k6/http';
export const options = {
  discardResponseBodies: true,
  scenarios: { load: { executor: 'constant-arrival-rate', rate: Number(__ENV.RATE), timeUnit: '1s', duration: __ENV.SECONDS + 's', preAllocatedVUs: 200 } },
};
export default function () { http.get(__ENV.URL); }
`;

/** Runs both in turn, so that whatever else the machine does hits both alike. */
export async function benchLoad(
  k6: string,
  { rate, seconds, rounds }: { readonly rate: number; readonly seconds: number; readonly rounds: number },
): Promise<LoadBenchResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'surefoot-bench-load-'));
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    const url = `http://127.0.0.1:${port.toString().trim()}/`;
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const plain = await plainRun(k6, url, folder, rate, seconds);
      measured.push({ ...plain, ...(await measuredRun(k6, url, folder, rate, seconds)) });
    }
    return { rate, seconds, rounds: measured };
  } finally {
    await ended(server);
    await rm(folder, { recursive: true, force: true });
  }
}

async function plainRun(k6: string, url: string, folder: string, rate: number, seconds: number) {
  const script = path.join(folder, 'plain.js');
  const summary = path.join(folder, 'summary.json');
  await writeFile(script, PLAIN);
  const before = await childSeconds();
  const run = spawn(
    k6,
    [
      'run',
      '--quiet',
      '--no-usage-report',
      '--address',
      '',
      '--out',
      'json=/dev/null',
      '--summary-export',
      summary,
      script,
    ],
    { env: { ...process.env, RATE: `${rate}`, SECONDS: `${seconds}`, URL: url }, stdio: 'ignore' },
  );
  await once(run, 'close');
  const { metrics } = JSON.parse(await readFile(summary, 'utf8')) as {
    metrics: { http_req_failed: { fails: number } };
  };
  return { plain: (await childSeconds()) - before, plainRequests: metrics.http_req_failed.fails };
}

async function measuredRun(k6: string, url: string, folder: string, rate: number, seconds: number) {
  const before = await childSeconds();
  const own = process.cpuUsage();
  const load = { name: 'bench', url, timeoutSeconds: 5, rate, maxSeconds: seconds };
  const record = await (await startLoad({ k6, workDirectory: folder, load })).done;
  const { user, system } = process.cpuUsage(own);
  return { k6: (await childSeconds()) - before, reader: (user + system) / 1e6, requests: record.totals.ok };
}

/** CPU seconds of all children that have ended and were waited for: cutime + cstime of /proc/self/stat (proc(5)). */
async function childSeconds(): Promise<number> {
  const stat = await readFile('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill();
  await once(child, 'close');
}

export function renderLoadBench({ rate, seconds, rounds }: LoadBenchResult): string {
  const each = (of: (round: Round) => number) => median(rounds.map(of));
  const micro = (of: (round: Round) => number) => `${(each(of) * 1e6).toFixed(1)} µs`;
  const over = each((one) => (one.k6 + one.reader) / one.requests / (one.plain / one.plainRequests));
  return [
    `${rounds.length} rounds of ${seconds} s at ${rate} requests/s, medians; CPU for each request that was answered well:`,
    '',
    '| | CPU a request |',
    '|---|---:|',
    `| k6, a plain script, JSON output thrown away | ${micro((one) => one.plain / one.plainRequests)} |`,
    `| k6 under surefoot | ${micro((one) => one.k6 / one.requests)} |`,
    `| surefoot, reading (aim: under 15 µs) | ${micro((one) => one.reader / one.requests)} |`,
    '',
    `k6 and reader over the plain k6: ${over.toFixed(2)} × (aim: at most 1.10 ×)`,
    '',
  ].join('\n');
}
