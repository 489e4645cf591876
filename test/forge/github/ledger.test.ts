/** What was read before is kept in a ledger: the next run reads only what is new, and without a gap. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  close,
  counts,
  deploymentOf,
  github,
  HOUR,
  iso,
  line,
  measured,
  NOW,
  numbers,
  sha,
  start,
} from './delivery.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-dora-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('ledger', () => {
  it('the second run reads only what is new, and comes to the same as one without', async () => {
    const repository = line(1000);
    const ledger = path.join(folder, 'dora.ndjson');
    await measured(repository, { days: 500, ledger });
    const first = github().asked.splice(0).length;
    const more = line(1003, 1, 45);
    repository.deployments.push(...more.deployments.slice(1000));
    repository.commits.push(...more.commits.slice(1000));
    const record = await measured(repository, { days: 500, ledger });
    expect(first).toBe(10 + 10 + 1);
    expect(counts()).toEqual({ deployments: 1, history: 1, issues: 1 });
    const { requests: _, ...kept } = record;
    await close();
    expect(await measured(repository, { days: 500 })).toEqual({ ...kept, requests: 23 });
  });

  it('goes on where a spent limit stopped it, without a gap to what came meanwhile', async () => {
    const repository = line(1000);
    const ledger = path.join(folder, 'dora.ndjson');
    const fake = await start(repository);
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
    github().asked.splice(0);
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
