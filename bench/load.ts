/**
 * What measuring costs at a constant rate: the CPU of reading k6's output for each request, and the CPU of k6 and reader together beside a
 * k6 that sends the same requests by a plain script, its JSON output thrown away. Each runs for a short and for a long time: the
 * difference is what requests cost, the rest what starting costs (virtual users, above all, of which both have as many).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { constantShape, planShape } from '../src/measure/shape-plan.ts';
import { startLoad } from '../src/measure/start-load.ts';
import { median } from './soak/trend.ts';

/** CPU seconds of user and system, and requests that were answered well. */
interface Cost {
  readonly plain: number;
  readonly plainRequests: number;
  readonly k6: number;
  readonly reader: number;
  readonly requests: number;
}

interface Round {
  readonly short: Cost;
  readonly long: Cost;
}

export interface LoadBenchResult {
  readonly rate: number;
  readonly seconds: number;
  readonly virtualUsers: number;
  readonly rounds: readonly Round[];
}

const LOAD = { name: 'bench', timeoutSeconds: 1 } as const;
/** How much longer the long run is. */
const LONGER = 4;

const SERVER = `
const server = require('node:http').createServer((request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

const PLAIN = `
import http from 'k6/http';
export const options = {
  discardResponseBodies: true,
  scenarios: { load: { executor: 'constant-arrival-rate', rate: Number(__ENV.RATE), timeUnit: '1s', duration: __ENV.SECONDS + 's', preAllocatedVUs: Number(__ENV.USERS) } },
};
export default function () { http.get(__ENV.URL); }
`;

interface Setting {
  readonly k6: string;
  readonly url: string;
  readonly folder: string;
  readonly rate: number;
  readonly virtualUsers: number;
}

/** Runs both in turn, so that whatever else the machine does hits both alike. */
export async function benchLoad(
  k6: string,
  { rate, seconds, rounds }: { readonly rate: number; readonly seconds: number; readonly rounds: number },
): Promise<LoadBenchResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'surefoot-bench-load-'));
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    const { virtualUsers } = planShape({ ...LOAD, shape: constantShape({ rate, maxSeconds: seconds }) });
    const setting = { k6, url: `http://127.0.0.1:${port.toString().trim()}/`, folder, rate, virtualUsers };
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      measured.push({ short: await cost(setting, seconds), long: await cost(setting, seconds * LONGER) });
    }
    return { rate, seconds, virtualUsers, rounds: measured };
  } finally {
    await ended(server);
    await rm(folder, { recursive: true, force: true });
  }
}

async function cost(setting: Setting, seconds: number): Promise<Cost> {
  return { ...(await plainRun(setting, seconds)), ...(await measuredRun(setting, seconds)) };
}

async function plainRun({ k6, url, folder, rate, virtualUsers }: Setting, seconds: number) {
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
    {
      env: { ...process.env, RATE: `${rate}`, SECONDS: `${seconds}`, URL: url, USERS: `${virtualUsers}` },
      stdio: 'ignore',
    },
  );
  await once(run, 'close');
  const { metrics } = JSON.parse(await readFile(summary, 'utf8')) as {
    metrics: { http_req_failed: { fails: number } };
  };
  return { plain: (await childSeconds()) - before, plainRequests: metrics.http_req_failed.fails };
}

async function measuredRun({ k6, url, folder, rate }: Setting, seconds: number) {
  const before = await childSeconds();
  const own = process.cpuUsage();
  const load = { ...LOAD, url, rate, maxSeconds: seconds };
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

export function renderLoadBench({ rate, seconds, virtualUsers, rounds }: LoadBenchResult): string {
  const each = (of: (round: Round) => number) => median(rounds.map(of));
  const perRequest = (what: 'plain' | 'k6' | 'reader') => (round: Round) => {
    const requests = what === 'plain' ? 'plainRequests' : 'requests';
    return (round.long[what] - round.short[what]) / (round.long[requests] - round.short[requests]);
  };
  const starting = (what: 'plain' | 'k6' | 'reader') => (round: Round) =>
    round.short[what] - perRequest(what)(round) * round.short[what === 'plain' ? 'plainRequests' : 'requests'];
  const row = (name: string, what: 'plain' | 'k6' | 'reader') =>
    `| ${name} | ${(each(perRequest(what)) * 1e6).toFixed(1)} µs | ${each(starting(what)).toFixed(2)} s |`;
  const over = each((one) => (perRequest('k6')(one) + perRequest('reader')(one)) / perRequest('plain')(one));
  return [
    `${rounds.length} rounds of ${seconds} s and of ${seconds * LONGER} s at ${rate} requests/s with ${virtualUsers} virtual users, medians; CPU:`,
    '',
    '| | a request | to start |',
    '|---|---:|---:|',
    row('k6, a plain script, JSON output thrown away', 'plain'),
    row('k6 under surefoot', 'k6'),
    row('surefoot, reading (aim: under 15 µs)', 'reader'),
    '',
    `a request, k6 and reader over the plain k6: ${over.toFixed(2)} × (aim: at most 1.10 ×)`,
    '',
  ].join('\n');
}
