/** The dry run of a release, on a small repository that is built in a second. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rebuild, versionProblems } from '../../scripts/release-check.mjs';

const run = promisify(execFile);

describe('the versions of a release', () => {
  const texts = (version: string, locked = version, newest = `## [${version}] - 2026-11-21`) => ({
    packageJson: JSON.stringify({ version }),
    lock: JSON.stringify({ version: locked, packages: { '': { version: locked } } }),
    changelog: `# Changelog\n\n## [Unreleased]\n\n${newest}\n\n## [0.0.1] - 2026-01-01\n`,
  });

  it('fit together', () => {
    expect(versionProblems({ ...texts('1.2.3'), tag: 'v1.2.3' })).toEqual([]);
    expect(versionProblems(texts('1.2.3'))).toEqual([]);
  });

  it.each([
    ['the tag', { ...texts('1.2.3'), tag: 'v1.2.4' }, /the tag is v1\.2\.4/],
    ['a tag without v', { ...texts('1.2.3'), tag: '1.2.3' }, /the tag is 1\.2\.3/],
    ['the lock file', texts('1.2.3', '1.2.2'), /package-lock\.json has 1\.2\.2.*npm install --package-lock-only/],
    ['the changelog', texts('1.2.3', '1.2.3', '## [1.2.2] - 2026-11-01'), /begins with 1\.2\.2.*## \[1\.2\.3\]/],
    ['its date', texts('1.2.3', '1.2.3', '## [1.2.3]'), /needs its date/],
  ])('are told apart where %s differs', (_, given, message) => {
    expect(versionProblems(given)).toEqual([expect.stringMatching(message)]);
  });
});

describe('the rebuilding of a commit', { timeout: 60_000 }, () => {
  let folder: string;
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], { cwd: folder });
  const write = (file: string, text: string) => writeFile(path.join(folder, file), text);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-tiny-'));
    await git('init', '--quiet');
    for (const name of ['dist', 'node_modules']) {
      await mkdir(path.join(folder, name));
    }
    // Built from the source and a package that is installed, not committed.
    await write('node_modules/word.txt', 'world');
    await write('.gitignore', 'node_modules/\n');
    await write('source.txt', 'hello');
    const build = `const fs = require('fs'); fs.rmSync('dist', { recursive: true }); fs.mkdirSync('dist'); fs.writeFileSync('dist/out.txt', fs.readFileSync('source.txt', 'utf8') + ' ' + fs.readFileSync('node_modules/word.txt', 'utf8'));`;
    await write('build.cjs', build);
    await write('package.json', JSON.stringify({ scripts: { build: 'node build.cjs' } }));
    await write('dist/out.txt', 'hello world');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Fresh');
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('gives the same bytes for one that is fresh, whatever lies about', async () => {
    await write('dist/out.txt', 'not committed');
    const { problems, sums } = await rebuild(folder, 'HEAD');
    expect(problems).toEqual([]);
    expect(sums.get('dist/out.txt')).toBe('b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9');
  });

  it('names what is stale, what nobody makes any more, and what is not committed', async () => {
    await write('source.txt', 'good morning');
    await write('dist/out.txt', 'hello world');
    await write('dist/old.txt', 'of an earlier build');
    await write(
      'build.cjs',
      `${'require'}('fs').writeFileSync('dist/out.txt', 'good morning world'); ${'require'}('fs').rmSync('dist/old.txt'); ${'require'}('fs').writeFileSync('dist/new.txt', '');`,
    );
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Stale');
    expect((await rebuild(folder, 'HEAD')).problems).toEqual([
      'dist/new.txt is made by the build, and not committed',
      'dist/old.txt is committed, and the build does not make it',
      'dist/out.txt is stale',
    ]);
    expect((await rebuild(folder, 'HEAD^')).problems).toEqual([]);
  });
});
