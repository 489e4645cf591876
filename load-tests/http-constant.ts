/**
 * One HTTP request an arrival, at a constant arrival rate (open model: a slow service does not slow the arrivals down).
 *
 * k6 runs this file as it is; it may import nothing but k6's own modules. All parameters come as JSON in SUREFOOT_LOAD, from
 * `src/measure/`, which also reads the three metrics below from k6's JSON stream. They carry the number of the iteration as their
 * *value*: as a tag it would make a time series of every request (measured at 1,000 requests/s: 86 MB after 15,000 requests against
 * 61 MB, and growing), as metadata it would repeat on all eleven built-in samples of every request (a fifth more bytes and CPU).
 * Latency is the distance between the stamps of start and end, k6's own clock in nanoseconds: JavaScript's clock here has whole
 * milliseconds, and http_req_duration leaves out DNS, connecting and TLS, so that a dial that times out takes 0 ms in it.
 */
import exec from 'k6/execution';
import http from 'k6/http';
import { Gauge } from 'k6/metrics';
import type { Options } from 'k6/options';

interface Parameters {
  run: string;
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | null;
  rate: number;
  arrivals: number;
  /** With its unit; a moment longer than the plan, so that k6's deadline does not race with the last arrivals. */
  duration: string;
  timeoutMs: number;
  gracefulStopMs: number;
  virtualUsers: number;
}

const load = JSON.parse(__ENV['SUREFOOT_LOAD'] ?? '') as Parameters;

/** When the scenario began, in ms since 1970: arrival i was due i / rate later. Sent once. */
const origin = new Gauge('sf_origin');
const start = new Gauge('sf_start');
const end = new Gauge('sf_end');

export const options: Options = {
  scenarios: {
    load: {
      executor: 'constant-arrival-rate',
      rate: load.rate,
      timeUnit: '1s',
      duration: load.duration,
      preAllocatedVUs: load.virtualUsers,
      gracefulStop: `${load.gracefulStopMs}ms`,
    },
  },
  // No tag that surefoot does not read; a URL among them could hold a secret.
  systemTags: [],
  discardResponseBodies: true,
  // k6 would keep the first answer of the name server for five minutes and never see a failover.
  dns: { ttl: '0', select: 'random', policy: 'preferIPv4' },
  userAgent: 'surefoot (k6)',
};

export default function (): void {
  const iteration = exec.scenario.iterationInTest;
  // In the moment that k6 runs on after the planned end.
  if (iteration >= load.arrivals) {
    return;
  }
  if (iteration === 0) {
    origin.add(exec.scenario.startTime);
  }
  start.add(iteration);
  const response = http.request(load.method, load.url, load.body, {
    headers: { ...load.headers, 'X-Request-Id': `${load.run}-${iteration}` },
    timeout: load.timeoutMs,
    // An arrival is one request: an answer that redirects is an answer.
    redirects: 0,
  });
  const tags: Record<string, string> = { status: `${response.status}`, code: `${response.error_code ?? 0}` };
  if (tags['code'] === '1000' || tags['code'] === '1200') {
    tags['cause'] = causeOf(response.error);
  }
  const revision = response.headers?.['X-Surefoot-Revision'];
  if (revision !== undefined) {
    tags['revision'] = revision;
  }
  end.add(iteration, tags);
}

/** k6 has no code for these; its message is not passed on, for it may name ports and addresses. */
function causeOf(message: string): string {
  if (/EOF|server closed/.test(message)) {
    return 'eof';
  }
  return /malformed/.test(message) ? 'malformed' : 'other';
}
