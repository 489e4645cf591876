/** DORA's numbers from GitHub, over the wire: how much is asked, and that what is not whole is never a number. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGitHubApi } from '../../src/forge/github/api.ts';
import { type GitHubSource, readGitHubDelivery } from '../../src/forge/github/delivery.ts';
import { measure } from '../../src/operations/dora/measure.ts';
import type { DoraRecord } from '../../src/report/dora/record.ts';
import { type FakeDeployment, type FakeGitHub, type FakeRepository, startFakeGitHub } from './fake-github.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-01T00:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();
const sha = (n: number) => n.toString(16).padStart(40, '0');

let fake: FakeGitHub | undefined;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-dora-'));
});

afterEach(async () => {
  await fake?.close();
  fake = undefined;
  await rm(folder, { recursive: true, force: true });
});

const deploymentOf = (n: number, at: number, more: Partial<FakeDeployment> = {}): FakeDeployment => ({
  id: n,
  sha: sha(n),
  environment: 'production',
  createdAt: iso(at),
  statuses: [
    { state: 'INACTIVE', createdAt: iso(at + HOUR / 2) },
    { state: 'SUCCESS', createdAt: iso(at + 60_000) },
    { state: 'IN_PROGRESS', createdAt: iso(at) },
  ],
  ...more,
});

/** One commit and one deployment every `every` hours; the commit half an hour before. The last is `ago` hours old. */
function line(count: number, every = 1, ago = 48): FakeRepository {
  const at = (n: number) => NOW - ago * HOUR - (count - 1 - n) * every * HOUR;
  const numbers = Array.from({ length: count }, (_, n) => n);
  return {
    deployments: numbers.map((n) => deploymentOf(n, at(n))),
    commits: numbers.map((n) => ({ sha: sha(n), parents: n === 0 ? [] : [sha(n - 1)], at: iso(at(n) - HOUR / 2) })),
    issues: [],
    labels: ['incident'],
  };
}

async function measured(
  repository: FakeRepository,
  options: Partial<GitHubSource> & { days?: number; mostRequests?: number; now?: number } = {},
): Promise<DoraRecord> {
  fake ??= await startFakeGitHub(repository);
  const { days = 30, mostRequests = 1000, now = NOW, ...source } = options;
  const api = createGitHubApi({
    url: fake.url,
    restUrl: fake.restUrl,
    token: 'secret',
    mostRequests,
    signal: new AbortController().signal,
    sleep: () => Promise.resolve(),
  });
  const window = { from: now - days * 24 * HOUR, to: now };
  const delivery = await readGitHubDelivery(
    {
      owner: 'octo',
      name: 'shop',
      environment: 'production',
      service: undefined,
      ledger: undefined,
      incidents: { label: 'incident' },
      progress: () => undefined,
      ...source,
    },
    api,
    window,
  ).finally(() => api.close());
  return measure(delivery, { environment: 'production', window, horizonSeconds: 86_400, now, confidence: 0.95 });
}

const numbers = (record: DoraRecord) => record.metrics.map((one) => one.value ?? one.unknown?.code);
const counts = () => {
  const result: Record<string, number> = {};
  for (const kind of fake?.asked ?? []) {
    result[kind] = (result[kind] ?? 0) + 1;
  }
  return result;
};

describe('ten thousand deployments', () => {
  it('take a request for each hundred of them, and one for each hundred commits', async () => {
    const startedAt = performance.now();
    const record = await measured(line(10_000), { days: 500 });
    const seconds = (performance.now() - startedAt) / 1000;
    process.stdout.write(
      `10,000 deployments, 10,000 commits: ${record.requests} requests, ${seconds.toFixed(1)} s from first request to numbers\n`,
    );
    expect(counts()).toEqual({ deployments: 100, history: 100, issues: 1 });
    expect(record.requests).toBe(201);
    expect(record.deployments).toHaveLength(10_000);
    expect(record.changes).toHaveLength(9_999);
    // Half an hour from the commit to the deployment, a minute until it succeeded.
    expect(record.metrics[0]).toMatchObject({ value: 31 * 60, n: 9_999, lower: 31 * 60, upper: 31 * 60 });
    expect(record.metrics[1]).toMatchObject({ value: 20, count: 10_000 });
    expect([...(fake?.tokens ?? [])]).toEqual(['Bearer secret']);
  });

  it('are not all read for a window of a month: back to what was live before it', async () => {
    const record = await measured(line(10_000), { days: 30 });
    // 673 deployments in 28 days, and 720 in the 30 days that one may have waited before.
    expect(counts()).toEqual({ deployments: 14, history: 7, issues: 1 });
    expect(record.deployments).toHaveLength(673);
    expect(record.changes).toHaveLength(673);
  });
});

describe('what is not whole is no number', () => {
  const limited = {
    status: 200,
    body: JSON.stringify({ data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }),
  };

  it.each([
    ['a spent limit', limited],
    [
      'a spent limit by status',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1793500000' }, body: '{}' },
    ],
    ['a secondary limit', { status: 403, headers: { 'retry-after': '60' }, body: '{}' }],
    ['too many requests', { status: 429, body: '' }],
  ])('%s on the third page leaves all five unknown', async (_name, instead) => {
    fake = await startFakeGitHub(line(1000));
    fake.disturb = (count) => (count >= 2 ? instead : undefined);
    const record = await measured(line(1000), { days: 500 });
    expect(numbers(record)).toEqual(Array.from({ length: 5 }, () => 'rate-limited'));
    expect(record.deployments).toEqual([]);
    expect(fake.asked).toHaveLength(3);
  });

  it('tells when the limit ends', async () => {
    fake = await startFakeGitHub(line(10));
    fake.disturb = () => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1793500000' },
      body: '{}',
    });
    const record = await measured(line(10));
    expect(record.metrics[0]?.unknown?.message).toContain('until 2026-11-01T');
  });

  it('a limit on the last question, the incidents, leaves what needs them unknown', async () => {
    fake = await startFakeGitHub(line(300));
    fake.disturb = (_count, answer) => (JSON.stringify(answer).includes('"issues"') ? limited : undefined);
    const record = await measured(line(300));
    expect(numbers(record)).toEqual([31 * 60, 10, 'rate-limited', 'rate-limited', 'rate-limited']);
  });

  it.each<[string, (answer: unknown) => string]>([
    ['errors beside data', (answer) => JSON.stringify({ ...(answer as object), errors: [{ message: 'timedout' }] })],
    ['a null among the nodes', (answer) => JSON.stringify(answer).replace('"nodes":[{"id"', '"nodes":[null,{"id"')],
    [
      'a next page without a cursor',
      (answer) => JSON.stringify(answer).replace(/"endCursor":"\d+"/, '"endCursor":null'),
    ],
    ['half a body', (answer) => JSON.stringify(answer).slice(0, 1000)],
  ])('%s: partial-answer', async (_name, change) => {
    fake = await startFakeGitHub(line(300));
    fake.disturb = (count, answer) => (count === 1 ? { status: 200, body: change(answer) } : undefined);
    expect(new Set(numbers(await measured(line(300), { days: 500 })))).toEqual(new Set(['partial-answer']));
  });

  it('fewer deployments than GitHub speaks of: partial-answer', async () => {
    fake = await startFakeGitHub(line(150));
    fake.disturb = (count, answer) =>
      count === 0
        ? { status: 200, body: JSON.stringify(answer).replace('"totalCount":150', '"totalCount":151') }
        : undefined;
    expect(new Set(numbers(await measured(line(150), { days: 500 })))).toEqual(new Set(['partial-answer']));
  });

  it('a page that fails twice is asked for again; one that fails for good is unreachable', async () => {
    fake = await startFakeGitHub(line(300));
    fake.disturb = (count) => (count === 1 || count === 2 ? { status: 502, body: '' } : undefined);
    expect(numbers(await measured(line(300)))[1]).toBe(10);
    fake.disturb = () => ({ status: 502, body: '' });
    expect(new Set(numbers(await measured(line(300))))).toEqual(new Set(['unreachable']));
  });

  it('more requests than allowed: request-limit', async () => {
    const record = await measured(line(1000), { days: 500, mostRequests: 5 });
    expect(new Set(numbers(record))).toEqual(new Set(['request-limit']));
    expect(fake?.asked).toHaveLength(5);
  });

  it('a token that may not read is an error, not a number', async () => {
    fake = await startFakeGitHub(line(3));
    fake.disturb = () => ({ status: 401, body: '{"message":"Bad credentials"}' });
    await expect(measured(line(3))).rejects.toMatchObject({ code: 'github-refused' });
    fake.disturb = () => ({
      status: 200,
      body: JSON.stringify({ data: { repository: null }, errors: [{ type: 'NOT_FOUND', message: 'no octo/shop' }] }),
    });
    await expect(measured(line(3))).rejects.toMatchObject({ code: 'github-refused' });
  });
});

describe('ledger', () => {
  it('the second run reads only what is new, and comes to the same as one without', async () => {
    const repository = line(1000);
    const ledger = path.join(folder, 'dora.ndjson');
    await measured(repository, { days: 500, ledger });
    const first = fake?.asked.splice(0).length;
    const more = line(1003, 1, 45);
    repository.deployments.push(...more.deployments.slice(1000));
    repository.commits.push(...more.commits.slice(1000));
    const record = await measured(repository, { days: 500, ledger });
    expect(first).toBe(10 + 10 + 1);
    expect(counts()).toEqual({ deployments: 1, history: 1, issues: 1 });
    const { requests: _, ...kept } = record;
    await fake?.close();
    fake = undefined;
    expect(await measured(repository, { days: 500 })).toEqual({ ...kept, requests: 23 });
  });

  it('goes on where a spent limit stopped it, without a gap to what came meanwhile', async () => {
    const repository = line(1000);
    const ledger = path.join(folder, 'dora.ndjson');
    fake = await startFakeGitHub(repository);
    expect(numbers(await measured(repository, { days: 500, ledger, mostRequests: 4 }))[0]).toBe('request-limit');
    expect(fake.asked.splice(0)).toEqual(Array.from({ length: 4 }, () => 'deployments'));
    const more = line(1200, 1, 48 - 200 + 152);
    repository.deployments.push(
      ...more.deployments.slice(1000).map((one, n) => ({
        ...one,
        createdAt: iso(NOW - 47 * HOUR + n * 60_000),
        statuses: [{ state: 'SUCCESS', createdAt: iso(NOW - 47 * HOUR + n * 60_000) }],
      })),
    );
    repository.commits.push(...more.commits.slice(1000).map((one) => ({ ...one, at: iso(NOW - 47.5 * HOUR) })));
    const record = await measured(repository, { days: 500, ledger });
    expect(counts()['deployments']).toBe(6 + 3);
    expect(record.deployments.map(({ id }) => Number(id))).toEqual(Array.from({ length: 1200 }, (_, n) => n));
  });

  it('a deployment under way is looked at again until it has ended', async () => {
    const repository = line(5);
    const ledger = path.join(folder, 'dora.ndjson');
    const running = deploymentOf(5, NOW - 10 * HOUR, {
      sha: sha(4),
      statuses: [{ state: 'IN_PROGRESS', createdAt: iso(NOW - 10 * HOUR) }],
    });
    repository.commits.push({ sha: sha(5), parents: [sha(4)], at: iso(NOW - 11 * HOUR) });
    repository.deployments.push({ ...running, sha: sha(5) });
    expect((await measured(repository, { ledger })).deployments).toHaveLength(5);
    repository.deployments[5] = deploymentOf(5, NOW - 10 * HOUR);
    repository.deployments.push(deploymentOf(6, NOW - 9 * HOUR, { sha: sha(4) }));
    expect((await measured(repository, { ledger })).deployments.map(({ id }) => id)).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ]);
  });

  it('is looked at again also where hundreds came after it', async () => {
    const repository = line(400);
    const ledger = path.join(folder, 'dora.ndjson');
    const old = repository.deployments[150] ?? deploymentOf(150, NOW);
    repository.deployments[150] = { ...old, statuses: [{ state: 'QUEUED', createdAt: old.createdAt }] };
    expect((await measured(repository, { ledger })).deployments).toHaveLength(399);
    repository.deployments[150] = old;
    expect((await measured(repository, { ledger })).deployments).toHaveLength(400);
  });

  it('a reading of what is new that was stopped leaves no gap to what was known', async () => {
    const repository = line(100, 1, 948);
    const ledger = path.join(folder, 'dora.ndjson');
    const options = { days: 60, ledger };
    await measured(repository, options);
    const more = line(1000, 1, 48);
    repository.deployments.push(...more.deployments.slice(100));
    repository.commits.push(...more.commits.slice(100));
    expect(numbers(await measured(repository, { ...options, mostRequests: 3 }))[0]).toBe('request-limit');
    const record = await measured(repository, options);
    expect(record.deployments.map(({ id }) => Number(id))).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  });

  it('a longer window reads on from the bottom', async () => {
    const repository = line(3000);
    const ledger = path.join(folder, 'dora.ndjson');
    await measured(repository, { days: 10, ledger });
    fake?.asked.splice(0);
    const record = await measured(repository, { days: 500, ledger });
    expect(record.deployments).toHaveLength(3000);
    expect(counts()['deployments']).toBe(1 + 20);
  });

  it('of something else, or broken, is refused', async () => {
    const ledger = path.join(folder, 'dora.ndjson');
    await measured(line(3), { ledger });
    await expect(measured(line(3), { ledger, environment: 'staging' })).rejects.toMatchObject({ code: 'bad-ledger' });
    await writeFile(ledger, (await readFile(ledger, 'utf8')).slice(0, -20));
    await expect(measured(line(3), { ledger })).rejects.toMatchObject({ code: 'bad-ledger' });
    await writeFile(ledger, '{"some":"file"}\n');
    await expect(measured(line(3), { ledger })).rejects.toMatchObject({ code: 'bad-ledger' });
    expect(await readFile(ledger, 'utf8')).toBe('{"some":"file"}\n');
  });
});

describe('what GitHub has', () => {
  it('no deployment to that environment: unknown, not zero', async () => {
    const record = await measured(line(3), { environment: 'prodution' });
    expect(new Set(numbers(record))).toEqual(new Set(['no-deployments']));
  });

  it('no such label: unknown, since no issues would look like no incidents', async () => {
    const record = await measured(line(30), { incidents: { label: 'outage' } });
    expect(numbers(record).slice(2)).toEqual(['no-such-label', 'no-such-label', 'no-such-label']);
  });

  it('a deleted branch is no matter, a commit that is gone leaves the lead time unknown', async () => {
    const repository = line(30);
    repository.deployments[10] = deploymentOf(10, Date.parse(repository.deployments[10]?.createdAt ?? ''), {
      ref: null,
    });
    expect(numbers(await measured(repository))[0]).toBe(31 * 60);
    await fake?.close();
    fake = undefined;
    const at = Date.parse(repository.deployments[20]?.createdAt ?? '') + HOUR / 2;
    repository.deployments.push(deploymentOf(999, at, { ref: null }));
    const record = await measured(repository);
    expect(numbers(record).slice(0, 2)).toEqual(['history-incomplete', 31 / 30]);
    expect(record.metrics[0]?.unknown?.message).toContain('999');
  });

  it('a release branch that the main one does not hold is read by itself', async () => {
    const repository = line(250);
    const at = Date.parse(repository.deployments[240]?.createdAt ?? '') + HOUR / 2;
    repository.commits.push({ sha: sha(5000), parents: [sha(200)], at: iso(at - HOUR / 4) });
    repository.deployments.push(deploymentOf(5000, at, { ref: 'release/1.x' }));
    const record = await measured(repository);
    expect(record.changes.find(({ deployment }) => deployment === '5000')).toMatchObject({
      id: sha(5000),
      leadSeconds: 16 * 60,
    });
    expect(record.deployments.find(({ id }) => id === '241')?.rework).toBeUndefined();
  });

  it('more statuses than come with a deployment are all read', async () => {
    const repository = line(30);
    const at = Date.parse(repository.deployments[10]?.createdAt ?? '');
    repository.deployments[10] = deploymentOf(10, at, {
      statuses: Array.from({ length: 130 }, (_, n) => ({
        state: n === 120 ? 'SUCCESS' : 'IN_PROGRESS',
        createdAt: iso(at + 60_000),
      })),
    });
    const record = await measured(repository);
    expect(record.deployments).toHaveLength(30);
    expect(counts()['statuses']).toBe(2);
  });

  it('squash merges, hotfix branches, and issues that name what caused them', async () => {
    const repository = line(30);
    const at = (n: number) => Date.parse(repository.deployments[n]?.createdAt ?? '');
    repository.commits[10] = {
      ...(repository.commits[10] ?? { sha: sha(10), parents: [sha(9)], at: iso(at(10)) }),
      message: 'Basket (#77)',
      pull: { number: 77, branch: 'hotfix/basket', firstCommitAt: iso(at(10) - 10 * HOUR) },
    };
    repository.commits[12] = {
      ...(repository.commits[12] ?? { sha: sha(12), parents: [sha(11)], at: iso(at(12)) }),
      message: 'Revert "Basket (#77)" (#78)\n\nReverts octo/shop#77',
    };
    repository.issues.push(
      {
        number: 1,
        label: 'incident',
        createdAt: iso(at(20) + HOUR / 2),
        closedAt: iso(at(20) + HOUR),
        body: `Down.\n\ncaused-by: ${sha(15)}\n`,
      },
      { number: 2, label: 'incident', createdAt: iso(at(22)), closedAt: iso(at(23)), stateReason: 'NOT_PLANNED' },
      { number: 3, label: 'bug', createdAt: iso(at(24)), closedAt: null },
    );
    const record = await measured(repository);
    const row = (id: string) => record.deployments.find((each) => each.id === id);
    expect(record.changes.find(({ id }) => id === '#77')).toMatchObject({
      deployment: '10',
      leadSeconds: 10 * 3600 + 60,
    });
    expect(row('10')).toMatchObject({ failed: { because: 'reverted', by: '12' }, rework: { because: 'hotfix' } });
    expect(row('12')?.rework).toEqual({ because: 'revert', of: '10' });
    expect(row('15')?.failed).toMatchObject({ because: 'incident', by: '#1' });
    expect(record.incidents).toHaveLength(1);
    expect(record.excluded.find(({ code }) => code === 'not-an-incident')?.ids).toEqual(['#2']);
  });

  it('of one service, as surefoot files them; its failures had traffic', async () => {
    const repository = line(20);
    for (const [n, one] of repository.deployments.entries()) {
      repository.deployments[n] = { ...one, task: n % 2 === 0 ? 'deploy:api' : 'deploy:web' };
    }
    const failed = repository.deployments[10];
    if (failed !== undefined) {
      repository.deployments[10] = {
        ...failed,
        statuses: [{ state: 'FAILURE', createdAt: iso(Date.parse(failed.createdAt) + 300_000) }],
      };
    }
    const record = await measured(repository, { service: 'api' });
    expect(record.deployments.map(({ id }) => Number(id))).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(record.metrics[3]).toMatchObject({ value: 0.1, count: 1, n: 10 });
    expect(record.metrics[2]).toMatchObject({ value: 300 });
    expect(record.metrics[1]?.count).toBe(9);
  });
});

describe('runs of a workflow', () => {
  const workflow = { file: 'deploy.yml', branch: undefined, now: NOW };
  /** What would be deployments on record, as runs. */
  const asRuns = (repository: FakeRepository): FakeRepository => ({
    ...repository,
    deployments: [],
    runs: repository.deployments.map(({ createdAt, id, sha: head }) => ({
      id,
      sha: head,
      conclusion: 'success',
      createdAt,
      endedAt: iso(Date.parse(createdAt) + 60_000),
    })),
  });

  it('give the numbers that the same deployments on record give', async () => {
    const onRecord = await measured(line(300, 3));
    await fake?.close();
    fake = undefined;
    const record = await measured(asRuns(line(300, 3)), { workflow });
    expect(numbers(record)).toEqual(numbers(onRecord));
    expect(record.deployments.map(({ id, at }) => [id, at])).toEqual(
      onRecord.deployments.map(({ id, at }) => [id, at]),
    );
    expect(record.caveats.join()).toMatch(/Runs of a workflow stand for deployments/);
    // Two months of them are 300, three pages; before them there is none.
    expect(counts()).toMatchObject({ runs: 4 });
  });

  it('more than a search gives are asked for in halves, and nothing twice', async () => {
    const record = await measured(asRuns(line(2500, 0.25)), { workflow });
    expect(record.deployments).toHaveLength(2500);
    expect(new Set(record.deployments.map(({ id }) => id)).size).toBe(2500);
  });

  it('are not all read: down to the last success before the window', async () => {
    const record = await measured(asRuns(line(3000, 24)), { workflow, days: 30 });
    expect(record.deployments.length).toBeLessThan(31);
    expect(counts()).toEqual({ runs: 2, history: expect.any(Number), issues: 1 });
  });

  it('that failed, were cancelled, are under way, or were for a pull request deployed nothing that is known', async () => {
    const base = asRuns(line(3));
    const [first, second, third] = base.runs ?? [];
    const at = iso(NOW - 40 * HOUR);
    const more = [
      { id: 11, sha: sha(2), conclusion: 'failure', createdAt: at, endedAt: at },
      { id: 12, sha: sha(2), conclusion: 'cancelled', createdAt: at, endedAt: at },
      { id: 13, sha: sha(2), conclusion: null, status: 'in_progress', createdAt: iso(NOW - HOUR), endedAt: at },
      { id: 14, sha: sha(2), conclusion: 'success', event: 'pull_request', createdAt: at, endedAt: at },
    ];
    const runs = [first, second, third].flatMap((run) => run ?? []);
    const record = await measured({ ...base, runs: [...runs, ...more] }, { workflow });
    expect(record.deployments.map(({ id }) => id)).toEqual(['0', '1', '2']);
    expect(Object.fromEntries(record.excluded.map(({ code, ids }) => [code, ids]))).toEqual({
      'ended-in-failure': ['11'],
      'never-ran': ['12'],
      'under-way': ['13'],
      'for-pull-request': ['14'],
    });
  });

  it('of one branch', async () => {
    const base = asRuns(line(3));
    const other = {
      id: 9,
      sha: sha(2),
      branch: 'try',
      conclusion: 'success',
      createdAt: iso(NOW - 40 * HOUR),
      endedAt: iso(NOW - 39 * HOUR),
    };
    const record = await measured(
      { ...base, runs: [...(base.runs ?? []), other] },
      { workflow: { ...workflow, branch: 'main' } },
    );
    expect(record.deployments.map(({ id }) => id)).toEqual(['0', '1', '2']);
  });

  it.each([
    ['a spent limit', { status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: '{}' }, 'rate-limited'],
    [
      'fewer runs than GitHub speaks of',
      { status: 200, body: '{"total_count":7,"workflow_runs":[]}' },
      'partial-answer',
    ],
    ['something else', { status: 200, body: '{"message":"hello"}' }, 'partial-answer'],
  ])('%s: no number at all', async (_, instead, code) => {
    const repository = asRuns(line(3));
    fake = await startFakeGitHub(repository);
    fake.disturb = () => instead;
    expect(numbers(await measured(repository, { workflow }))).toEqual(Array(5).fill(code));
  });

  it('of a workflow that is not there are an error', async () => {
    const repository = asRuns(line(3));
    fake = await startFakeGitHub(repository);
    fake.disturb = () => ({ status: 404, body: '{"message":"Not Found"}' });
    await expect(measured(repository, { workflow })).rejects.toMatchObject({ code: 'github-refused' });
  });
});
