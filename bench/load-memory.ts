/** What an hour of load keeps in memory: the resident set of this process, which reads k6's output, and of k6, each ten seconds. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLoad } from '../src/measure/start-load.ts';
import type { LoadRecord } from '../src/report/evidence.ts';
import { type Point, trendOf } from './soak/trend.ts';

export interface LoadMemoryResult {
  readonly record: LoadRecord;
  readonly reader: readonly Point[];
  readonly k6: readonly Point[];
}

const EVERY_SECONDS = 10;
/** Answers as a service does that is fast with a slow tail, so that histograms fill. */
const SERVER = `
const server = require('node:http').createServer((request, response) =>
  setTimeout(() => response.end('ok'), Math.random() < 0.02 ? 200 + 800 * Math.random() : 5 + 20 * Math.random()));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** Sends `rate` requests a second for so long. */
export async function benchLoadMemory(k6: string, rate: number, seconds: number): Promise<LoadMemoryResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'surefoot-bench-load-'));
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const reader: Point[] = [];
  const ofK6: Point[] = [];
  try {
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    const url = `http://127.0.0.1:${port.toString().trim()}/`;
    const load = { name: 'hour', url, timeoutSeconds: 5, rate, maxSeconds: seconds };
    const running = await startLoad({ k6, workDirectory: folder, load });
    const startedAt = await running.startedAt;
    const timer = setInterval(async () => {
      const at = (Date.now() - startedAt.getTime()) / 1000;
      reader.push({ at, value: process.memoryUsage.rss() / 2 ** 20 });
      ofK6.push({ at, value: await residentMiB(await childOf(process.pid, 'k6')) });
    }, EVERY_SECONDS * 1000);
    const record = await running.done;
    clearInterval(timer);
    return { record, reader, k6: ofK6.filter(({ value }) => Number.isFinite(value)) };
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The child with this program name (proc(5), `children` and `comm`). */
async function childOf(pid: number, program: string): Promise<string | undefined> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
  for (const child of children) {
    const name = await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '');
    if (name.trim() === program) {
      return child;
    }
  }
  return undefined;
}

async function residentMiB(pid: string | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

export function renderLoadMemoryBench({ record, reader, k6 }: LoadMemoryResult): string {
  const { totals, generator } = record;
  const row = (name: string, points: readonly Point[]) => {
    const { quarters, highest, perHour } = trendOf(points);
    return `| ${name} | ${quarters.map((value) => `${value.toFixed(0)} MiB`).join(' | ')} | ${highest.toFixed(0)} MiB | ${perHour.toFixed(1)} MiB |`;
  };
  return [
    `${totals.planned} requests planned: ${totals.ok} ok, ${totals.failed} failed, ${totals.dropped} dropped, ${totals.interrupted} interrupted; ${record.bins.length} bins; k6 used ${((generator.cpu ?? Number.NaN) * 100).toFixed(1)} % of its cores, the reader ${((generator.readerCpu ?? Number.NaN) * 100).toFixed(1)} % of one.`,
    '',
    '| resident set, medians of quarters | 1st | 2nd | 3rd | 4th | highest | slope an hour (Theil–Sen, without the first fifth) |',
    '|---|---:|---:|---:|---:|---:|---:|',
    row('surefoot', reader),
    row('k6', k6),
    '',
  ].join('\n');
}
