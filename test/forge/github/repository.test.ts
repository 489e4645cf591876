/** What a repository may have or lack: labels, branches, squash merges, services. */
import { describe, expect, it } from 'vitest';
import { close, counts, deploymentOf, HOUR, iso, line, measured, numbers, sha } from './delivery.ts';

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
    await close();
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
