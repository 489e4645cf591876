/** DORA's numbers from real clones, made by git itself. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readGitDelivery } from '../../src/forge/git-history.ts';
import { measure } from '../../src/operations/dora/measure.ts';
import type { DoraRecord } from '../../src/report/dora/record.ts';

const HOUR = 3600;
const START = Date.parse('2026-03-02T00:00:00Z') / 1000;
const run = promisify(execFile);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-git-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Repository {
  readonly directory: string;
  /** At an hour after the start. */
  git(hour: number, ...args: string[]): Promise<string>;
  commit(hour: number, message: string): Promise<string>;
  tag(hour: number, name: string): Promise<void>;
}

async function repository(name = 'shop'): Promise<Repository> {
  const directory = path.join(folder, name);
  await mkdir(directory);
  const git = async (hour: number, ...args: string[]) => {
    const at = `${START + hour * HOUR} +0000`;
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_DATE: at,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    };
    const { stdout } = await run('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], {
      cwd: directory,
      env,
    });
    return stdout.trim();
  };
  const made: Repository = {
    directory,
    git,
    async commit(hour, message) {
      await writeFile(path.join(directory, `${message.replaceAll(/\W/g, '-').slice(0, 40)}-${hour}`), message);
      await git(hour, 'add', '.');
      await git(hour, 'commit', '-qm', message);
      return git(hour, 'rev-parse', 'HEAD');
    },
    async tag(hour, tag) {
      await git(hour, 'tag', '-a', '-m', tag, tag);
    },
  };
  await git(0, 'init', '-q', '-b', 'main');
  return made;
}

async function measured(directory: string, tags = '*'): Promise<DoraRecord> {
  const window = { from: START * 1000, to: (START + 720 * HOUR) * 1000 };
  const signal = new AbortController().signal;
  const delivery = await readGitDelivery({ directory, tags, incidents: [], signal }, window);
  return measure(delivery, {
    environment: 'releases',
    window,
    horizonSeconds: 86_400,
    now: (START + 960 * HOUR) * 1000,
    confidence: 0.95,
  });
}

const numbers = (record: DoraRecord) => record.metrics.map((one) => one.value ?? one.unknown?.code);

/** v1 of one commit, v2 of a branch of two that was merged and one more, v3 takes one back soon after. */
async function story(): Promise<Repository> {
  const made = await repository();
  await made.commit(1, 'Begin');
  await made.tag(10, 'v1.0.0');
  await made.git(11, 'switch', '-qc', 'feature');
  await made.commit(12, 'Basket');
  const broken = await made.commit(20, 'Basket, second part');
  await made.git(21, 'switch', '-q', 'main');
  await made.commit(22, 'Prices');
  await made.git(23, 'merge', '-q', '--no-ff', '-m', 'Merge pull request #4 from ann/feature', 'feature');
  await made.tag(100, 'v2.0.0-rc.1');
  await made.tag(102, 'v2.0.0');
  await made.git(110, 'revert', '--no-edit', broken);
  await made.tag(112, 'v2.0.1');
  return made;
}

describe('tags as releases', () => {
  it('the changes of each, from when they were written', async () => {
    const { directory, git } = await story();
    const record = await measured(directory);
    expect(record.deployments.map(({ id, changes, first }) => [id, changes, first])).toEqual([
      ['v1.0.0', 0, true],
      ['v2.0.0', 3, false],
      ['v2.0.1', 0, false],
    ]);
    // Written at 12, 20 and 22 h, released at 102 h; as git counts them.
    const dates = (await git(0, 'log', '--no-merges', '--format=%at', 'v1.0.0..v2.0.0')).split('\n').map(Number);
    const leads = dates.map((at) => START + 102 * HOUR - at).sort((a, b) => a - b);
    expect(record.metrics[0]).toMatchObject({ n: 3, value: leads[1] });
    expect(leads[1]).toBe(82 * HOUR);
    expect(numbers(record).slice(1)).toEqual([0.1, 10 * HOUR, 1 / 3, 1 / 3]);
    expect(record.deployments[1]?.failed).toMatchObject({ because: 'reverted', by: 'v2.0.1' });
    expect(record.excluded.map(({ code, ids }) => [code, ids.length])).toEqual(
      expect.arrayContaining([
        ['pre-release', 1],
        ['merge-commit', 1],
        ['revert-commit', 1],
      ]),
    );
  });

  it('a moving tag such as v2 is no release of its own; of a commit alone the date is the commit’s', async () => {
    const { directory, git } = await story();
    await git(113, 'tag', '-a', '-m', 'v2', 'v2');
    await git(200, 'tag', 'light', 'v1.0.0^{}');
    const record = await measured(directory);
    expect(record.deployments.map(({ id }) => id)).toEqual(['v1.0.0', 'v2.0.0', 'v2.0.1']);
    expect(record.excluded.find(({ code }) => code === 'same-commit')?.ids).toEqual(['v2', 'light']);
    await git(300, 'tag', '-d', 'v1.0.0');
    expect((await measured(directory)).caveats.join('\n')).toMatch(/1 of 3 tags of the window are lightweight/);
    await git(10, 'tag', '-a', '-m', 'v1.0.0', 'v1.0.0', 'light');
    expect((await measured(directory, 'v*.*')).deployments).toHaveLength(3);
  });

  it('a tag of a file is none, and a bare clone is as good as another', async () => {
    const { directory, git } = await story();
    await git(5, 'tag', 'key', (await git(0, 'ls-tree', '-r', 'HEAD', '--format=%(objectname)')).split('\n')[0] ?? '');
    await git(0, 'clone', '-q', '--bare', directory, path.join(folder, 'bare'));
    const bare = await measured(path.join(folder, 'bare'));
    expect(bare.excluded.find(({ code }) => code === 'not-a-commit')?.ids).toEqual(['key']);
    expect(bare.deployments).toEqual((await measured(directory)).deployments);
  });

  it('messages that look like lines of the listing change nothing', async () => {
    const made = await repository();
    await made.commit(1, 'Begin');
    await made.tag(2, 'v1');
    const sha = await made.commit(3, `One\n\n${'0'.repeat(40)}\n\n${START}\n${START}\nThis reverts commit 123`);
    await made.tag(5, 'v2');
    expect((await measured(made.directory)).changes).toEqual([
      expect.objectContaining({ id: sha, leadSeconds: 2 * HOUR }),
    ]);
  });
});

describe('what a clone cannot tell', () => {
  it('no tags: unknown, not zero', async () => {
    const made = await repository();
    await made.commit(1, 'Begin');
    expect(new Set(numbers(await measured(made.directory)))).toEqual(new Set(['no-deployments']));
    expect(new Set(numbers(await measured((await repository('empty')).directory)))).toEqual(
      new Set(['no-deployments']),
    );
  });

  it.each([1, 3])('a clone of depth %i that ends inside the window: unknown, with what to do', async (depth) => {
    const { directory, git } = await story();
    const shallow = path.join(folder, 'shallow');
    await git(0, 'clone', '-q', '--depth', String(depth), `file://${directory}`, shallow);
    const record = await measured(shallow);
    expect(new Set(numbers(record))).toEqual(new Set(['shallow-clone']));
    expect(record.metrics[0]?.unknown?.message).toMatch(/fetch --unshallow --tags/);
  });

  it('a clone that ends before the window: numbers, and a caveat', async () => {
    const made = await repository();
    for (const hour of [-3000, -2500, -2000, -1000]) {
      await made.commit(hour, `At ${hour}`);
    }
    await made.tag(-900, 'v1');
    await made.commit(1, 'One');
    await made.tag(10, 'v2');
    const shallow = path.join(folder, 'shallow');
    await made.git(0, 'clone', '-q', '--depth', '3', `file://${made.directory}`, shallow);
    const record = await measured(shallow);
    expect(numbers(record).slice(0, 2)).toEqual([9 * HOUR, 1 / 30]);
    expect(record.caveats.join('\n')).toMatch(/shallow/);
  });

  it('a branch that goes back behind where the clone ends leaves the lead time unknown', async () => {
    const made = await repository();
    await made.commit(-3000, 'Begin');
    await made.git(-2600, 'switch', '-qc', 'feature');
    await made.commit(-2500, 'Feature');
    await made.commit(-1500, 'Feature, second part');
    await made.git(-2100, 'switch', '-q', 'main');
    await made.commit(-2000, 'Prices');
    await made.tag(-1900, 'v1');
    await made.git(1, 'merge', '-q', '--no-ff', '-m', 'Merge', 'feature');
    await made.tag(10, 'v2');
    expect(numbers(await measured(made.directory))[0]).toBe(((10 + 1500 + 10 + 2500) / 2) * HOUR);
    const shallow = path.join(folder, 'shallow');
    await made.git(0, 'clone', '-q', '--depth', '2', `file://${made.directory}`, shallow);
    expect(numbers(await measured(shallow)).slice(0, 2)).toEqual(['history-incomplete', 1 / 30]);
  });

  it('commits of pull requests that were squashed begin when they were merged, which is said', async () => {
    const made = await story();
    await made.commit(120, 'Search (#9)');
    await made.tag(130, 'v3.0.0');
    // After the window: of no number of it.
    await made.commit(800, 'Basket (#10)');
    await made.tag(810, 'v4.0.0');
    expect((await measured(made.directory)).caveats.join('\n')).toMatch(
      /1 of 7 commits of the window look like squash/,
    );
  });

  it('a tag with a slash is a release too, and a hotfix by its name', async () => {
    const made = await repository();
    await made.commit(0, 'Begin');
    await made.tag(1, 'v1.0.0');
    await made.commit(20, 'Mend');
    await made.tag(21, 'hotfix/v1.0.0');
    const { deployments } = await measured(made.directory);
    expect(deployments.map(({ id, rework }) => [id, rework?.because])).toEqual([
      ['v1.0.0', undefined],
      ['hotfix/v1.0.0', 'hotfix'],
    ]);
  });

  it('a folder without a repository, and none at all, are bad input', async () => {
    await expect(measured(folder)).rejects.toMatchObject({ code: 'no-repository' });
    await expect(measured(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'no-repository' });
  });
});
