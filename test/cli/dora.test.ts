/** `surefoot dora` as people start it: what it prints and writes, and how it ends. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evidenceSchema } from '../../src/report/evidence.ts';
import { type FakeGitHub, startFakeGitHub } from '../forge/github/fake-github.ts';
import { surefoot } from './surefoot.ts';

const run = promisify(execFile);
const iso = (ms: number) => new Date(ms).toISOString();

let folder: string;
let fake: FakeGitHub | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-cli-dora-'));
});

afterEach(async () => {
  await fake?.close();
  fake = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Two releases a day apart, with a commit between. */
async function clone(): Promise<string> {
  const directory = path.join(folder, 'shop');
  await mkdir(directory);
  const git = async (at: string, ...args: string[]) => {
    const env = { PATH: process.env['PATH'], HOME: folder, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    await run('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], { cwd: directory, env });
  };
  await git('2026-03-01T00:00:00Z', 'init', '-q');
  await git('2026-03-01T00:00:00Z', 'commit', '-q', '--allow-empty', '-m', 'Begin');
  await git('2026-03-01T06:00:00Z', 'tag', '-a', '-m', 'v1', 'v1');
  await git('2026-03-01T20:00:00Z', 'commit', '-q', '--allow-empty', '-m', 'Basket');
  await git('2026-03-02T06:00:00Z', 'tag', '-a', '-m', 'v2', 'v2');
  return directory;
}

const dora = (args: string[], env: Record<string, string> = {}) =>
  surefoot(['dora', '--report-dir', path.join(folder, 'reports'), ...args], {
    cwd: folder,
    env: { GITHUB_TOKEN: '', GH_TOKEN: '', ...env },
  });

describe('surefoot dora', () => {
  it('of a clone: numbers as text, evidence and reports; ends 0', async () => {
    const directory = await clone();
    await writeFile(
      path.join(folder, 'incidents.csv'),
      'id,opened,closed\nI1,2026-03-02T07:00:00Z,2026-03-02T08:00:00Z\n',
    );
    const { code, stdout } = await dora([
      '-r',
      directory,
      '--incidents',
      path.join(folder, 'incidents.csv'),
      '--until',
      '2026-03-02',
      '--days',
      '2',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/change-lead-time: 10 h/);
    expect(stdout).toMatch(/Measured: 5 of 5; from 2 deployments to releases and 1 change/);
    expect(stdout).not.toMatch(/elite/i);
    const evidence = evidenceSchema.parse(JSON.parse(await readFile(path.join(folder, 'reports/dora.json'), 'utf8')));
    expect(evidence.dora?.metrics.map(({ value }) => value)).toEqual([36_000, 1, 7200, 0.5, 0]);
    expect(evidence.measurements.map(({ indicator, value }) => [indicator, value])).toEqual(
      evidence.dora?.metrics.map(({ indicator, value }) => [indicator, value]),
    );
    const html = await readFile(path.join(folder, 'reports/dora.html'), 'utf8');
    expect(html).toContain('Failed deployment recovery time');
    expect(html).toContain('failed: incident I1');
    expect(await readFile(path.join(folder, 'reports/dora.md'), 'utf8')).toContain('| Change fail rate | 50 % |');
  });

  it('what is unknown is told with its reason; --strict ends 3', async () => {
    const directory = await clone();
    const args = ['-r', directory, '--until', '2026-03-31', '--json'];
    const relaxed = await dora(args);
    expect(relaxed.code).toBe(0);
    expect(JSON.parse(relaxed.stdout)).toMatchObject({
      verdict: 'pass',
      dora: { metrics: [{ value: 36_000 }, {}, { unknown: { code: 'no-incident-source' } }, {}, {}] },
    });
    expect(JSON.parse(relaxed.stdout).reasons[0].message).toMatch(/^Measured: 2 of 5, 3 unknown; from /);
    expect((await dora([...args, '--strict'])).code).toBe(3);
  });

  it('of a clone without releases: inconclusive', async () => {
    const directory = await clone();
    const { code, stdout } = await dora(['-r', directory, '--tags', 'release-*', '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'inconclusive', reasons: [{ code: 'no-deployments' }] });
  });

  it('of GitHub, with a ledger; a spent limit ends 3, with nothing but the reason', async () => {
    const now = Date.now();
    const sha = (n: number) => String(n).padStart(40, '0');
    const at = (n: number) => now - (300 - n) * 12 * 3_600_000;
    const numbers = Array.from({ length: 300 }, (_, n) => n);
    fake = await startFakeGitHub({
      deployments: numbers.map((n) => ({
        id: n,
        sha: sha(n),
        environment: 'production',
        createdAt: iso(at(n)),
        statuses: [{ state: 'SUCCESS', createdAt: iso(at(n)) }],
      })),
      commits: numbers.map((n) => ({ sha: sha(n), parents: n === 0 ? [] : [sha(n - 1)], at: iso(at(n) - 7_200_000) })),
      issues: [],
      labels: ['incident'],
    });
    const env = { GITHUB_TOKEN: 'secret', GITHUB_GRAPHQL_URL: fake.url };
    const args = [
      '-r',
      'octo/shop',
      '-e',
      'production',
      '--incident-label',
      'incident',
      '--ledger',
      'ledger.ndjson',
      '--json',
    ];
    const whole = await dora(args, env);
    expect(whole.code).toBe(0);
    expect(JSON.parse(whole.stdout)).toMatchObject({
      dora: {
        metrics: [{ value: 7200 }, {}, { unknown: { code: 'no-failures' } }, { value: 0 }, { value: 0 }],
        requests: 6,
      },
    });
    fake.disturb = () => ({
      status: 200,
      body: JSON.stringify({ data: null, errors: [{ type: 'RATE_LIMITED', message: 'limit' }] }),
    });
    const limited = await dora(args, env);
    expect(limited.code).toBe(3);
    const { reasons, dora: record } = JSON.parse(limited.stdout);
    expect(reasons).toEqual([expect.objectContaining({ code: 'rate-limited' })]);
    expect(record.metrics.map(({ value }: { value: unknown }) => value)).toEqual([null, null, null, null, null]);
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['GitHub without an environment', ['-r', 'octo/shop'], { GITHUB_TOKEN: 'x' }, /--environment production/],
    ['GitHub without a token', ['-r', 'octo/shop', '-e', 'production'], {}, /GITHUB_TOKEN/],
    [
      'a token to nowhere safe',
      ['-r', 'octo/shop', '-e', 'production'],
      { GITHUB_TOKEN: 'x', GITHUB_GRAPHQL_URL: 'http://example.com/graphql' },
      /https address/,
    ],
    [
      'a label for a clone',
      ['-r', '.', '--incident-label', 'incident'],
      {},
      /--incident-label is of repositories on GitHub/,
    ],
    ['two sources of incidents', ['--incidents', 'a.csv', '--incident-label', 'x'], {}, /none counts twice/],
    ['no repository', ['-r', '.'], {}, /is not in a git repository/],
    ['a bad time', ['-r', '.', '--until', 'yesterday'], {}, /2026-03-02/],
    ['a bad window', ['--days', '0'], {}, /above 0/],
  ])('%s ends 2, and says what to write', async (_name, args, env, message) => {
    const { code, stderr } = await dora(args, env);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
