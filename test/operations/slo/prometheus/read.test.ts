/** SLOs on counters of a real HTTP server: what is counted, and what makes them unknown. */
import { afterEach, describe, expect, it } from 'vitest';
import { readPrometheusSlo } from '../../../../src/operations/slo/prometheus/read.ts';
import type { PrometheusObjective } from '../../../../src/platform/model/objectives.ts';
import { createPrometheus } from '../../../../src/prometheus/client.ts';
import type { SloRecord } from '../../../../src/report/slo/record.ts';
import { type Counter, type FakePrometheus, startFakePrometheus } from '../../../prometheus/fake-prometheus.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 0, 30);
/** The window ends at the last closed minute, with the lag that CloudWatch has. */
const END = NOW / 1000 - 30;
const DAY = 86_400;
const GOOD = 'requests_total{code!~"5.."}';
const BAD = 'requests_total{code=~"5.."}';
const ALL = 'requests_total';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) {
    await cleanup();
  }
});

const objective = (of: 'good' | 'bad', windowDays = 30): PrometheusObjective => ({
  name: 'workflows',
  service: 'engine',
  target: '0.999',
  budget: { numerator: 1n, denominator: 1000n },
  windowDays,
  part: { of, query: of === 'good' ? GOOD : BAD },
  total: ALL,
});

/** So many a second since long ago. */
const growing = (labels: Record<string, string>, perSecond: number, from = END - 400 * DAY, base = 5000): Counter => ({
  labels: { __name__: 'requests_total', ...labels },
  at: (second) => (second < from ? undefined : base + Math.floor((second - from) * perSecond)),
});

async function read(
  queries: Readonly<Record<string, readonly Counter[]>>,
  of: 'good' | 'bad' = 'bad',
  windowDays = 30,
  answer?: Parameters<typeof startFakePrometheus>[1],
): Promise<{ readonly slo: SloRecord; readonly server: FakePrometheus }> {
  const server = await startFakePrometheus(queries, answer);
  const client = createPrometheus({ url: new URL(server.url), token: 'secret', signal: new AbortController().signal });
  cleanups.push(server.close, client.close);
  const clock = { now: () => new Date(NOW), sleep: async () => undefined };
  return { slo: await readPrometheusSlo(objective(of, windowDays), client, clock), server };
}

const unknown = async (...args: Parameters<typeof read>) => {
  const { state, unknown: why, requests } = (await read(...args)).slo;
  expect([state, requests]).toEqual(['unknown', 0]);
  return why;
};

describe('an SLO that Prometheus counts', () => {
  it('is counted over its window, whoever names the bad ones or the good ones', async () => {
    const [ok, failing] = [growing({ code: '200' }, 10), growing({ code: '500' }, 0.005)];
    const { slo, server } = await read({ [ALL]: [ok, failing], [BAD]: [failing] });
    const { from, until, requests, bad, state } = slo;
    const seconds = (Date.parse(until ?? '') - Date.parse(from ?? '')) / 1000;
    expect(30 * DAY - seconds).toBeLessThan(300);
    // Whole numbers of a counter: at most one more or less at each end.
    expect(Math.abs(requests - seconds * 10.005)).toBeLessThan(3);
    expect(Math.abs(bad - seconds * 0.005)).toBeLessThan(3);
    expect([state, slo.counted, slo.burn.map((burn) => burn.state)]).toEqual([
      'met',
      'prometheus',
      Array(4).fill('calm'),
    ]);
    const other = await read({ [ALL]: [ok, failing], [GOOD]: [ok] }, 'good');
    expect([other.slo.requests, other.slo.bad]).toEqual([requests, bad]);
    expect(server.asked.map(({ authorization }) => authorization)).toEqual(Array(4).fill('Bearer secret'));
    expect(server.asked.every(({ path }) => path === '/api/v1/query_range')).toBe(true);
  });

  it('is missed when too many are bad, and burns when they are of now', async () => {
    const [ok, failing] = [growing({ code: '200' }, 10), growing({ code: '500' }, 2, END - 8 * 3600, 0)];
    const { slo } = await read({ [ALL]: [ok, failing], [BAD]: [failing] });
    expect(slo.state).toBe('missed');
    expect(slo.burn.map(({ state }) => state)).toEqual(Array(4).fill('burning'));
    // Those that began with the counter itself are among them: it came up at zero, in the middle of the window.
    expect(slo.bad).toBeGreaterThan(8 * 3600 * 2 - 10 * 60);
  });

  it('counts on from zero when a process begins anew', async () => {
    const restarted =
      (perSecond: number): Counter['at'] =>
      (second) =>
        Math.floor(((second - (END - 400 * DAY)) % (7 * 3600)) * perSecond);
    const ok = { labels: { __name__: 'requests_total', code: '200' }, at: restarted(10) };
    const failing = { labels: { __name__: 'requests_total', code: '500' }, at: restarted(0.005) };
    const { slo } = await read({ [ALL]: [ok, failing], [BAD]: [failing] });
    // What a process counts between its last sample and its end is lost: five minutes of each seven hours at most.
    const lost = (30 * DAY) / (7 * 3600) + 1;
    expect(slo.requests).toBeGreaterThan(30 * DAY * 10 - lost * 300 * 10);
    expect(slo.requests).toBeLessThan(30 * DAY * 10.1);
    expect(slo.state).toBe('met');
  });

  it('is unknown where a sum of counters falls: what was lost cannot be told', async () => {
    const at: Counter['at'] = (second) => 10_000_000 + second - END - (second > END - DAY ? 90_000 : 0);
    const sum = { labels: {}, at };
    expect(await unknown({ [ALL]: [sum], [BAD]: [{ labels: {}, at: () => 0 }] })).toMatchObject({
      code: 'counter-reset',
      message: expect.stringMatching(/without sum\(\); surefoot adds them/),
    });
  });

  it('takes sums that never fall', async () => {
    const sum = (perSecond: number): Counter => ({ ...growing({}, perSecond), labels: {} });
    const { slo } = await read({ [ALL]: [sum(10)], [BAD]: [sum(0)] });
    expect([slo.state, slo.bad]).toEqual(['met', 0]);
  });

  it('asks for no more than Prometheus gives at once, and counts nothing twice at the seams', async () => {
    const [ok, failing] = [growing({ code: '200' }, 1), growing({ code: '500' }, 0)];
    const { slo, server } = await read({ [ALL]: [ok, failing], [BAD]: [failing] }, 'bad', 60);
    const seconds = (Date.parse(slo.until ?? '') - Date.parse(slo.from ?? '')) / 1000;
    expect(Math.abs(slo.requests - seconds)).toBeLessThan(3);
    expect(server.asked.every(({ start, end, step }) => (end - start) / step < 11_000)).toBe(true);
    expect(server.asked.filter(({ query }) => query === ALL)).toHaveLength(3);
  });

  it('tells where its history begins later than the window', async () => {
    const [ok, failing] = [growing({ code: '200' }, 10, END - 10 * DAY), growing({ code: '500' }, 0, END - 10 * DAY)];
    const { slo } = await read({ [ALL]: [ok, failing], [BAD]: [failing] });
    expect(slo.caveats.join()).toMatch(/the first request that Prometheus knows of is of 2026-11-11/);
    // What it had counted before anybody looked is not of this window.
    expect(slo.requests).toBeLessThan(10 * DAY * 10 + 1);
  });

  it.each([
    ['no series at all', {}, 'no-data'],
    ['no series that is bad: none and a wrong name look alike', { [ALL]: [growing({}, 1)] }, 'no-data'],
    ['nothing but old samples', old(), 'stale'],
    ['more bad than all', { [ALL]: [growing({}, 1)], [BAD]: [growing({}, 2)] }, 'more-than-all'],
    ['NaN', { [ALL]: [{ labels: {}, at: () => 'NaN' }], [BAD]: [growing({}, 1)] }, 'not-a-count'],
    ['infinity', { [ALL]: [{ labels: {}, at: () => '+Inf' }], [BAD]: [growing({}, 1)] }, 'not-a-count'],
    [
      'counters that stand still: no request is no success',
      { [ALL]: [growing({}, 0)], [BAD]: [growing({}, 0)] },
      'no-data',
    ],
  ])('is unknown with %s', async (_, queries, code) => {
    expect(await unknown(queries as Parameters<typeof read>[0])).toMatchObject({ code });
  });

  it.each([
    [
      'an error of its own',
      422,
      { status: 'error', errorType: 'execution', error: 'query timed out' },
      'prometheus-refused',
    ],
    ['something else than Prometheus', 200, '<html>Sign in</html>', 'prometheus-refused'],
    [
      'a part, and a warning',
      200,
      { status: 'success', data: { resultType: 'matrix', result: [] }, warnings: ['store gateway down'] },
      'partial-answer',
    ],
    [
      'a vector instead of ranges',
      200,
      { status: 'success', data: { resultType: 'vector', result: [] } },
      'prometheus-refused',
    ],
  ])('is unknown when the answer is %s', async (_, status, body, code) => {
    const why = await unknown({}, 'bad', 30, (_asked, response) => {
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
      return true;
    });
    expect(why).toMatchObject({ code });
  });

  it('is unknown when nobody answers, or nobody said where it is', async () => {
    const server = await startFakePrometheus({});
    await server.close();
    const client = createPrometheus({
      url: new URL(server.url),
      token: undefined,
      signal: new AbortController().signal,
    });
    cleanups.push(client.close);
    const clock = { now: () => new Date(NOW), sleep: async () => undefined };
    expect((await readPrometheusSlo(objective('bad'), client, clock)).unknown?.code).toBe('prometheus-unreachable');
    expect((await readPrometheusSlo(objective('bad'), undefined, clock)).unknown?.code).toBe('no-prometheus');
  });
});

/** A target that is gone since yesterday. */
function old(): Record<string, Counter[]> {
  const gone = (counter: Counter): Counter => ({
    ...counter,
    at: (second) => (second > END - DAY ? undefined : counter.at(second)),
  });
  return { [ALL]: [gone(growing({ code: '200' }, 1))], [BAD]: [gone(growing({ code: '500' }, 0.001))] };
}
