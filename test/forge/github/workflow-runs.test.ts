/** Runs of a workflow stand for deployments where none are on record. */
import { describe, expect, it } from 'vitest';
import { close, counts, HOUR, iso, line, measured, NOW, numbers, sha, start } from './delivery.ts';
import type { FakeRepository } from './fake-github.ts';

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
    await close();
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
    const fake = await start(repository);
    fake.disturb = () => instead;
    expect(numbers(await measured(repository, { workflow }))).toEqual(Array(5).fill(code));
  });

  it('of a workflow that is not there are an error', async () => {
    const repository = asRuns(line(3));
    const fake = await start(repository);
    fake.disturb = () => ({ status: 404, body: '{"message":"Not Found"}' });
    await expect(measured(repository, { workflow })).rejects.toMatchObject({ code: 'github-refused' });
  });
});
