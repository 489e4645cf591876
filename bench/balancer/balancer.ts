/**
 * The load balancer against a direct connection and against Debian's nginx, in one run: `npx tsx bench/balancer/balancer.ts [--quick]`.
 * Rounds go through all subjects in turn and medians over rounds are compared, so that what else the machine does hits all alike.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../scripts/build.mjs';
import { findGenerator, type LoadGenerator, type LoadResult } from './load.ts';
import { cpuSeconds, residentMegabytes, type Subject, startSubjects } from './subjects.ts';

export interface BalancerBenchOptions {
  readonly rounds: number;
  readonly seconds: number;
}

export interface SubjectResult {
  readonly name: Subject['name'];
  readonly peak: LoadResult;
  /** CPU time of the balancing process for each request at peak, in µs. */
  readonly cpuMicroseconds?: number;
  /** At 2,000 requests a second. */
  readonly rate?: LoadResult;
  /** Most resident memory with 1,000 requests of 5 s in flight. */
  readonly memoryMegabytes?: number;
  readonly slow?: LoadResult;
}

export interface BalancerBenchResult {
  readonly generator: LoadGenerator['name'];
  readonly subjects: readonly SubjectResult[];
  /** Median at 2,000 requests a second, less the direct connection's. Aim: under 0.3 ms. */
  readonly addedMedianMs: number | undefined;
  /** Our peak over nginx's. Aim: at least 0.6. */
  readonly peakOfNginx: number | undefined;
  /** Aim: under 150 MB. */
  readonly memoryMegabytes: number | undefined;
}

const RATE = 2000;

function medianBy<T>(values: readonly T[], key: (value: T) => number): T {
  const sorted = [...values].sort((a, b) => key(a) - key(b));
  return sorted[Math.floor((sorted.length - 1) / 2)] as T;
}

interface Rounds {
  readonly peaks: { readonly result: LoadResult; readonly cpu: number }[];
  readonly rates: LoadResult[];
}

async function measurePeak(
  subject: Subject,
  generator: LoadGenerator,
  seconds: number,
): Promise<Rounds['peaks'][number]> {
  const before = subject.pid === undefined ? 0 : cpuSeconds(subject.pid);
  const result = await generator.peak(subject.url, seconds);
  const used = subject.pid === undefined ? 0 : cpuSeconds(subject.pid) - before;
  return { result, cpu: (used / result.requests) * 1e6 };
}

/** 200 requests a second that take 5 s each: 1,000 at once. */
async function measureSlow(
  subject: Subject,
  generator: LoadGenerator,
): Promise<{ slow: LoadResult; peak: number } | undefined> {
  const { pid } = subject;
  if (pid === undefined || generator.rate === undefined) {
    return undefined;
  }
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentMegabytes(pid));
  }, 100);
  try {
    const slow = await generator.rate(`${subject.url}/slow`, 200, 8, 1200);
    return { slow, peak };
  } finally {
    clearInterval(watch);
  }
}

async function measureAll(
  subjects: readonly Subject[],
  generator: LoadGenerator,
  options: BalancerBenchOptions,
): Promise<SubjectResult[]> {
  const rounds = new Map<Subject, Rounds>(subjects.map((subject) => [subject, { peaks: [], rates: [] }]));
  for (const subject of subjects) {
    await generator.peak(subject.url, 1);
  }
  for (let round = 0; round < options.rounds; round++) {
    for (const [subject, { peaks, rates }] of rounds) {
      const rate = await generator.rate?.(subject.url, RATE, options.seconds, 200);
      if (rate !== undefined) {
        rates.push(rate);
      }
      peaks.push(await measurePeak(subject, generator, options.seconds));
    }
  }
  const results: SubjectResult[] = [];
  for (const [subject, { peaks, rates }] of rounds) {
    const { result, cpu } = medianBy(peaks, (each) => each.result.requestsPerSecond);
    const slow = await measureSlow(subject, generator);
    results.push({
      name: subject.name,
      peak: result,
      ...(subject.pid === undefined ? {} : { cpuMicroseconds: cpu }),
      ...(rates.length === 0 ? {} : { rate: medianBy(rates, (each) => each.medianMs) }),
      ...(slow === undefined ? {} : { memoryMegabytes: slow.peak, slow: slow.slow }),
    });
  }
  return results;
}

/** Runs the bench. `SUREFOOT_SELF` names a bundle to use instead of a fresh one; `K6` a k6 that is not on PATH. */
export async function benchBalancer(options: BalancerBenchOptions): Promise<BalancerBenchResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-bench-'));
  if (process.env['SUREFOOT_SELF'] === undefined) {
    await bundle(path.join(folder, 'build'));
    process.env['SUREFOOT_SELF'] = path.join(folder, 'build', 'cli.cjs');
  }
  const generator = findGenerator(folder);
  const subjects = await startSubjects(folder);
  try {
    const results = await measureAll(subjects.list, generator, options);
    const of = (name: Subject['name']) => results.find((each) => each.name === name);
    const [direct, ours, nginx] = [of('direct'), of('surefoot'), of('nginx')];
    return {
      generator: generator.name,
      subjects: results,
      addedMedianMs: direct?.rate && ours?.rate && ours.rate.medianMs - direct.rate.medianMs,
      peakOfNginx: ours && nginx && ours.peak.requestsPerSecond / nginx.peak.requestsPerSecond,
      memoryMegabytes: ours?.memoryMegabytes,
    };
  } finally {
    await subjects.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The result as a table and the three aims under it. */
export function renderBalancerBench(result: BalancerBenchResult): string {
  const number = (value: number | undefined, digits: number) => (value === undefined ? '-' : value.toFixed(digits));
  const lost = (load: LoadResult | undefined) => (load === undefined ? '-' : `${load.failed}/${load.dropped}`);
  const rows = [
    [
      'path',
      'peak req/s',
      'CPU µs/req',
      `median ms at ${RATE}/s`,
      `p99 ms at ${RATE}/s`,
      'failed/dropped',
      'MB, 1,000 in flight',
      'failed/dropped',
    ],
    ...result.subjects.map((each) => [
      each.name,
      number(each.peak.requestsPerSecond, 0),
      number(each.cpuMicroseconds, 0),
      number(each.rate?.medianMs, 3),
      number(each.rate?.p99Ms, 2),
      lost(each.rate),
      number(each.memoryMegabytes, 0),
      lost(each.slow),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const table = rows.map((row) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ')).join('\n');
  return `${table}

load from ${result.generator}
added median at ${RATE} req/s: ${number(result.addedMedianMs, 3)} ms (aim: under 0.3)
peak over nginx's: ${number(result.peakOfNginx, 2)} (aim: at least 0.60)
memory with 1,000 in flight at 5 s: ${number(result.memoryMegabytes, 0)} MB (aim: under 150)
`;
}

async function main(): Promise<void> {
  const quick = process.argv.includes('--quick');
  const result = await benchBalancer(quick ? { rounds: 1, seconds: 3 } : { rounds: 3, seconds: 8 });
  process.stdout.write(renderBalancerBench(result));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main();
}
