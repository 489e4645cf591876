/** The load of the balancer's bench: k6 where it is found, else Debian's wrk, which knows no fixed rate. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly requests: number;
  /** Requests that did not end in 200, and iterations that the generator could not start in time. */
  readonly failed: number;
  readonly dropped: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

export interface LoadGenerator {
  readonly name: 'k6' | 'wrk';
  /** As many requests as come through 64 connections. */
  peak(url: string, seconds: number): Promise<LoadResult>;
  /** A fixed number of requests a second, whatever the answers do; undefined where the generator cannot. */
  rate?(url: string, perSecond: number, seconds: number, mostAtOnce: number): Promise<LoadResult>;
}

function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** `K6` or a k6 on PATH, else wrk. Rejects when there is neither. */
export function findGenerator(folder: string): LoadGenerator {
  const k6 = process.env['K6'] ?? findProgram('k6');
  if (k6 !== undefined) {
    return k6Generator(k6, folder);
  }
  const wrk = findProgram('wrk');
  if (wrk !== undefined) {
    return { name: 'wrk', peak: (url, seconds) => runWrk(wrk, url, seconds) };
  }
  throw new Error('no load generator: set K6 to the path of a k6, or install wrk (apt-get install wrk)');
}

const SCRIPT = `
import http from 'k6/http';
export const options = {
  discardResponseBodies: true,
  summaryTrendStats: ['med', 'p(99)'],
  scenarios: { load: JSON.parse(__ENV.SCENARIO) },
};
export default () => { http.get(__ENV.URL, { timeout: '20s' }); };
export const handleSummary = (data) => ({ [__ENV.OUT]: JSON.stringify(data.metrics) });
`;

type K6Metrics = Readonly<Record<string, { readonly values: Readonly<Record<string, number>> } | undefined>>;

function k6Generator(k6: string, folder: string): LoadGenerator {
  const load = async (url: string, scenario: object): Promise<LoadResult> => {
    const script = path.join(folder, 'load.js');
    const out = path.join(folder, 'summary.json');
    await writeFile(script, SCRIPT);
    const settings = { URL: url, OUT: out, SCENARIO: JSON.stringify(scenario) };
    const environment = Object.entries(settings).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    await run(k6, ['run', '--quiet', '--address', '', '--no-usage-report', ...environment, script]);
    const metrics = JSON.parse(await readFile(out, 'utf8')) as K6Metrics;
    const value = (metric: string, name: string) => metrics[metric]?.values[name] ?? 0;
    const requests = value('http_reqs', 'count');
    return {
      requests,
      requestsPerSecond: value('http_reqs', 'rate'),
      failed: Math.round(value('http_req_failed', 'rate') * requests),
      dropped: value('dropped_iterations', 'count'),
      medianMs: value('http_req_duration', 'med'),
      p99Ms: value('http_req_duration', 'p(99)'),
    };
  };
  return {
    name: 'k6',
    peak: (url, seconds) => load(url, { executor: 'constant-vus', vus: 64, duration: `${seconds}s` }),
    rate: (url, perSecond, seconds, mostAtOnce) =>
      load(url, {
        executor: 'constant-arrival-rate',
        rate: perSecond,
        timeUnit: '1s',
        duration: `${seconds}s`,
        preAllocatedVUs: mostAtOnce,
        maxVUs: mostAtOnce,
        gracefulStop: '10s',
      }),
  };
}

/** Reads wrk's own words: `Requests/sec:`, the latency distribution, non-2xx and socket errors. */
async function runWrk(wrk: string, url: string, seconds: number): Promise<LoadResult> {
  const { stdout } = await run(wrk, ['-t', '1', '-c', '64', '-d', `${seconds}s`, '--latency', url]);
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? 0);
  const milliseconds = (percent: string) => {
    const [, value, unit] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout) ?? [];
    return Number(value ?? 0) * ({ us: 0.001, ms: 1, s: 1000 }[unit ?? 'ms'] ?? 1);
  };
  return {
    requests: number(/(\d+) requests in/),
    requestsPerSecond: number(/Requests\/sec:\s+([\d.]+)/),
    failed: number(/Non-2xx or 3xx responses: (\d+)/),
    dropped: 0,
    medianMs: milliseconds('50'),
    p99Ms: milliseconds('99'),
  };
}
