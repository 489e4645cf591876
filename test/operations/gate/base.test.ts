/** Base trees and policies with a real repository. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BaseTree, repositoryOf, withBase } from '../../../src/entry/gate/base.ts';
import { readPolicy } from '../../../src/entry/gate/policy.ts';
import { readSources } from '../../../src/entry/gate/sources.ts';
import { TODAY } from './samples.ts';

let repository: string;
const { signal } = new AbortController();

beforeEach(async () => {
  repository = await mkdtemp(path.join(os.tmpdir(), 'surefoot-gate-test-'));
  git('init', '--quiet', '--initial-branch=main');
});

afterEach(() => rm(repository, { recursive: true, force: true }));

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], { cwd: repository, encoding: 'utf8' });
}

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(repository, file)), { recursive: true });
    await writeFile(path.join(repository, file), text);
  }
}

async function commit(files: Readonly<Record<string, string>>): Promise<void> {
  await write(files);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'change');
}

const WAIVER = (owner: string) =>
  `misconfigurations:\n  - {id: AWS-0107, paths: [main.tf], statement: b, expired_at: 2027-01-01${owner}}\n`;

describe('a base', () => {
  it('is the tree of a commit, whole, with what attributes of either side would leave out', async () => {
    await commit({
      'infra/main.tf': 'a = 1\n',
      '.gitattributes': 'infra/hidden.tf export-ignore\n',
      'infra/hidden.tf': 'b = 1\n',
    });
    await commit({ 'infra/main.tf': 'a = 2\n' });
    await write({ 'infra/main.tf': 'a = 3\n', 'infra/new.tf': 'c = 1\n' });
    const status = git('status', '--porcelain');
    let seen: BaseTree | undefined;
    await withBase('HEAD^1', path.join(repository, 'infra'), signal, async (base) => {
      seen = base;
      expect((await readdir(base.directory)).sort()).toEqual(['hidden.tf', 'main.tf']);
      expect(await readFile(path.join(base.directory, 'main.tf'), 'utf8')).toBe('a = 1\n');
    });
    expect(seen).toMatchObject({ empty: false, name: git('rev-parse', 'HEAD^1').slice(0, 12) });
    expect(git('status', '--porcelain')).toBe(status);
    await expect(readdir(seen?.directory ?? '')).rejects.toThrow(/ENOENT/);
  });

  it('is empty where the folder is new', async () => {
    await commit({ 'a.txt': 'a' });
    await write({ 'infra/main.tf': 'a = 1\n' });
    await withBase('HEAD', path.join(repository, 'infra'), signal, async (base) => {
      expect(base.empty).toBe(true);
      expect(await readdir(base.directory)).toEqual([]);
    });
  });

  it('may be a folder', async () => {
    await write({ 'old/main.tf': '', 'new/main.tf': '' });
    const old = path.join(repository, 'old');
    await withBase(old, path.join(repository, 'new'), signal, async (base) => {
      expect(base).toEqual({
        directory: old,
        name: old,
        empty: false,
        roots: { head: path.join(repository, 'new'), base: old },
      });
    });
  });

  it.each(['no-such-branch', '--output=x', 'HEAD^7', ''])(
    'that is neither (%j) is refused with what to write',
    async (given) => {
      await commit({ 'a.txt': 'a' });
      const outside = given === '' ? 'HEAD^7' : given;
      await expect(withBase(outside, repository, signal, async () => undefined)).rejects.toMatchObject({
        code: 'unknown-base',
        message: expect.stringContaining('HEAD^1'),
      });
    },
  );

  it('knows the top of the repository, and that there may be none', async () => {
    await mkdir(path.join(repository, 'a/b'), { recursive: true });
    expect(await repositoryOf(path.join(repository, 'a/b'), signal)).toBe(repository);
    await rm(path.join(repository, '.git'), { recursive: true });
    expect(await repositoryOf(repository, signal)).toBeUndefined();
  });
});

describe('the policy', () => {
  const policy = (base: BaseTree | undefined, more = {}) =>
    readPolicy(
      { config: path.join(repository, 'surefoot.yml'), waivers: path.join(repository, '.trivyignore.yaml'), ...more },
      repository,
      base,
      TODAY,
    );
  const against = <T>(work: (base: BaseTree) => Promise<T>) => withBase('HEAD', repository, signal, work);

  it('has the waivers of the base, not those that the change adds', async () => {
    await commit({ 'main.tf': '' });
    await write({ '.trivyignore.yaml': WAIVER(', owner: a') });
    const { waivers, notes, refusals } = await against(policy);
    expect(waivers.waivers).toEqual([]);
    expect(refusals).toEqual([]);
    expect(notes.join()).toContain('the waivers of the base hold until this is merged');
  });

  it('keeps those of the base when the change takes them away', async () => {
    await commit({ '.trivyignore.yaml': WAIVER(', owner: a') });
    await rm(path.join(repository, '.trivyignore.yaml'));
    expect((await against(policy)).waivers.waivers.map(({ id }) => id)).toEqual(['AWS-0107']);
  });

  it('refuses a change whose waivers have mistakes, and is not blocked by those of the base', async () => {
    await commit({ '.trivyignore.yaml': WAIVER('') });
    await write({ '.trivyignore.yaml': WAIVER(', owner: a') });
    expect((await against(policy)).refusals).toEqual([]);
    await write({ '.trivyignore.yaml': WAIVER(', ownr: a') });
    expect((await against(policy)).refusals).toMatchObject([
      { code: 'bad-waivers', message: expect.stringContaining('ownr') },
    ]);
  });

  it('has the targets and the baseline of the base', async () => {
    await commit({ 'main.tf': '' });
    await write({ 'surefoot.yml': 'nonsense', 'baseline.json': '{}' });
    const { platform, baseline, notes } = await against((base) =>
      policy(base, { baseline: path.join(repository, 'baseline.json') }),
    );
    expect([platform, baseline]).toEqual([undefined, undefined]);
    expect(notes).toHaveLength(2);
  });

  it('without a base is that of the tree, and its mistakes are told', async () => {
    await write({ '.trivyignore.yaml': WAIVER('') });
    await expect(policy(undefined)).rejects.toMatchObject({ code: 'invalid-configuration' });
    const { refusals } = await readPolicy({ config: 'surefoot.yml' }, repository, undefined, TODAY);
    expect(refusals).toMatchObject([{ code: 'bad-waivers' }]);
  });
});

describe('the texts of a tree', () => {
  it('are its configuration and what a finding names, nothing of others', async () => {
    await write({
      'main.tf': 'a',
      'node_modules/x/package.json': '{}',
      '.terraform/modules/x.tf': '',
      'notes.md': '',
      'src/key.pem': 'k',
      '.env.production': 'A=b',
      'docker/Dockerfile.web': 'FROM x',
    });
    const sources = await readSources(repository, ['src/key.pem', 'gone.tf']);
    expect([...sources.keys()]).toEqual(['.env.production', 'docker/Dockerfile.web', 'main.tf', 'src/key.pem']);
  });
});
