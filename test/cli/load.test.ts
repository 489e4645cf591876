/** `surefoot load` by the bundled command line: what it refuses, each with one message, and a load from end to end. */
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { evidenceSchema } from '../../src/report/evidence.ts';
import { describeWithK6, K6 } from '../measure/k6.ts';
import { nobodyListens, serveHttp, type TestServer } from '../measure/servers.ts';
import { platformText } from '../operations/load/lab.ts';
import { type Ended, surefoot } from './surefoot.ts';

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'load-cli-'));
  server = await serveHttp((_, response) => {
    response.end('ok');
    return 200;
  });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, text: string): Promise<string> {
  await writeFile(path.join(folder, name), text);
  return name;
}

/** Runs `load` in a folder whose surefoot.yml has one service at the test's server. */
async function load(
  args: readonly string[],
  change: { platform?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  await write('surefoot.yml', change.platform ?? platformText({ url: server.url.replace(/\/$/, '') }));
  return surefoot(['load', ...args], { cwd: folder, env: { SUREFOOT_K6: K6, ...change.env } });
}

const PROFILE = `apiVersion: surefoot/v1
kind: LoadProfile
name: short
description: A few seconds
start: 10
stages:
  - { duration: 3s, target: 10 }
`;

describe('what is refused before anything is sent', () => {
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no profile', [], /required option '-p, --profile/],
    [
      'a profile that nobody knows',
      ['-p', 'spikes'],
      /there is no profile "spikes"; there are .* Did you mean spike\?/,
    ],
    ['a file that is not there', ['-p', './gone.yml'], /the profile cannot be read/],
    [
      'an address that is not allowed',
      ['-p', 'smoke', '--url', 'http://192.0.2.7/'],
      /http:\/\/192\.0\.2\.7 is not allowed: surefoot\.yml allows http:\/\/127\.0\.0\.1:\d+\. If it is yours, add it to environments\.dev\.load\.allow/,
    ],
    [
      'an address that is none',
      ['-p', 'smoke', '--url', 'shop.example.com'],
      /is "shop\.example\.com", which is no address: write it like https:/,
    ],
    ['a factor below one', ['-p', 'smoke', '--compress', '0.5'], /at least 1/],
    ['a script that is not there', ['-p', 'smoke', '--script', 'gone.ts'], /gone\.ts: there is no such file/],
  ];

  it.each(refused)('%s', async (_, args, message) => {
    const { code, stderr } = await load(args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(server.log).toEqual([]);
  });

  it('a rate of a half, with its place', async () => {
    await write('half.yml', PROFILE.replace('target: 10', 'target: 0.5'));
    const { code, stderr } = await load(['-p', './half.yml']);
    expect(code).toBe(2);
    expect(stderr).toContain('./half.yml:7:29 stages[0].target must be a share of the level');
    const checked = await surefoot(['check', 'half.yml'], { cwd: folder });
    expect(checked.code).toBe(2);
    expect(checked.stderr).toContain('half.yml:7:29');
  });

  it('a header whose value is not in the environment', async () => {
    await write('header.yml', `${PROFILE}headers: { Authorization: "Bearer {env:LOAD_TOKEN}" }\n`);
    const { code, stderr } = await load(['-p', './header.yml']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('need LOAD_TOKEN in the environment')]);
  });

  it('a protected environment without a maximum, above its maximum, and without --yes', async () => {
    const site = { url: server.url.replace(/\/$/, '') };
    const at = (environment: string) => platformText({ ...site, environment });
    const none = await load(['-p', 'stress', '--yes'], { platform: at(', protected: true') });
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('dev is protected and says no maximum')]);
    const low = await load(['-p', 'stress', '--yes'], { platform: at(', protected: true, load: { maximum: 5 }') });
    expect([low.code, low.stderr]).toEqual([
      2,
      expect.stringContaining('goes up to 40 requests/s, but environments.dev.load.maximum is 5'),
    ]);
    const ask = await load(['-p', 'smoke'], { platform: at(', protected: true, load: { maximum: 50 }') });
    expect([ask.code, ask.stderr]).toEqual([2, expect.stringContaining('add --yes')]);
    expect(server.log).toEqual([]);
  });

  it('a k6 that is not there, or is another', async () => {
    const gone = await load(['-p', 'smoke'], { env: { SUREFOOT_K6: path.join(folder, 'k6-gone') } });
    expect([gone.code, gone.stderr]).toEqual([
      2,
      expect.stringMatching(/k6-gone does not run, or is not k6.*SUREFOOT_K6/),
    ]);
    const other = path.join(folder, await write('old-k6', '#!/bin/sh\necho "k6 v0.49.0 (go1.21, linux/amd64)"\n'));
    await chmod(other, 0o755);
    const old = await load(['-p', 'smoke'], { env: { SUREFOOT_K6: other } });
    expect([old.code, old.stderr]).toEqual([2, expect.stringMatching(/0\.49\.0/)]);
    expect(server.log).toEqual([]);
  });
});

describe('a dry run', () => {
  it('sends nothing and tells rates, virtual users and what can be proven', async () => {
    const { code, stdout } = await load(['-p', 'stress', '--dry-run', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      operation: 'load',
      verdict: 'pass',
      reasons: [{ code: 'planned' }],
      plan: { requests: 66_000, seconds: 2100, peak: 40, virtualUsers: 64 },
    });
    expect(server.log).toEqual([]);
  });
});

describeWithK6("a script of one's own that cannot be run", () => {
  const HTTP = "import http from 'k6/http';";
  const GET = 'http.get(__ENV.SUREFOOT_URL);';

  it.each([
    ['throws at once', "throw new Error('no basket');", /so no request of the load was sent: Error: no basket/],
    [
      'throws in its setup',
      `${HTTP} export function setup() { throw new Error('no login'); } export default function () { ${GET} }`,
      /no login at setup/,
    ],
    ['has no default function', `${HTTP} export function main() { ${GET} }`, /the script has no default function/],
    ['is no JavaScript', 'this is not', /own\.ts: Line 1:5 Expected ";"/],
    [
      'imports what k6 does not have',
      `import all from 'lodash'; export default all;`,
      /"lodash" couldn't be recognised/,
    ],
    [
      'has options that k6 does not take',
      `${HTTP} export const options = { hosts: 7 }; export default function () { ${GET} }`,
      /hosts|json/,
    ],
  ])(
    'because it %s',
    async (_, source, message) => {
      await write('short.yml', PROFILE);
      await write('own.ts', source);
      const before = server.log.length;
      const { code, stderr } = await load(['-p', './short.yml', '--script', 'own.ts', '--report-dir', 'refused']);
      expect(
        stderr
          .trim()
          .split('\n')
          .filter((line) => line.startsWith('surefoot load: ')),
      ).toHaveLength(1);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
      expect(server.log).toHaveLength(before);
    },
    30_000,
  );

  it('because its copies would fill the memory', async () => {
    await write('many.yml', `${PROFILE}virtualUsers: 1000\n`);
    await write('own.ts', `export const data = '${'x'.repeat(300 * 1024)}'; export default function () {}`);
    const { code, stderr } = await load(['-p', './many.yml', '--script', 'own.ts', '--report-dir', 'refused']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/300 KB, and every virtual user holds a copy: 1000/)]);
  });

  it('is inconclusive when it throws in every call, which k6 ends well', async () => {
    await write('short.yml', PROFILE);
    await write('own.ts', `${HTTP} export default function () { ${GET} throw new Error('each time'); }`);
    const { code, stdout } = await load([
      '-p',
      './short.yml',
      '--script',
      'own.ts',
      '--report-dir',
      'throws',
      '--json',
    ]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'inconclusive',
      reasons: [{ code: 'k6-script' }, { code: 'outage' }],
    });
    expect(stdout).toContain('each time');
  }, 30_000);
});

describeWithK6('a load by the command line', () => {
  it('leaves evidence in three forms, and a token of its headers in none of them', async () => {
    const seen: (string | undefined)[] = [];
    const target = await serveHttp((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
      return 200;
    });
    onTestFinished(() => target.close());
    await write('short.yml', `${PROFILE}headers: { Authorization: "Bearer {env:LOAD_TOKEN}" }\njudge: every-request\n`);
    const token = 'tok-5f0c2b';
    const { code, stdout, stderr } = await load(
      ['-p', './short.yml', '--url', `${target.url}buy?key=${token}&page=2`, '--report-dir', 'out'],
      { platform: platformText({ url: target.url.replace(/\/$/, '') }), env: { LOAD_TOKEN: token } },
    );
    expect(stderr).not.toContain(token);
    expect([code, stdout]).toEqual([0, expect.stringContaining('30 requests judged = 30 ok (100 %)')]);
    expect(seen).toEqual(Array.from({ length: 30 }, () => `Bearer ${token}`));
    const files = await readdir(path.join(folder, 'out'));
    expect(files.sort()).toEqual(['load.html', 'load.json', 'load.md', 'work']);
    for (const file of ['load.html', 'load.json', 'load.md']) {
      expect(await readFile(path.join(folder, 'out', file), 'utf8')).not.toContain(token);
    }
    const evidence = evidenceSchema.parse(JSON.parse(await readFile(path.join(folder, 'out', 'load.json'), 'utf8')));
    expect(evidence.verdict).toBe('pass');
    expect(evidence.load?.url).toBe(`${target.url}buy?…`);
    expect(evidence.load?.shape).toEqual({ startRate: 10, stages: [{ seconds: 3, rate: 10 }] });
    expect(evidence.series.map(({ name }) => name)).toEqual(['CPU of k6', "CPU of k6's reader"]);
  }, 60_000);

  it('gives a script the variables that it names and no others, and quotes no token of them', async () => {
    const seen: (string | undefined)[] = [];
    const target = await serveHttp((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
      return 200;
    });
    onTestFinished(() => target.close());
    await write('short.yml', PROFILE);
    await write('names.ts', `export const token = __ENV['SHOP_TOKEN'];`);
    await write(
      'own.ts',
      `import http from 'k6/http';
       import { token } from './names.ts';
       export default function () {
         http.get(__ENV.SUREFOOT_URL, { headers: { Authorization: token + ' ' + __ENV.ITEM + ' ' + ('UNNAMED' in __ENV) } });
         throw new Error('the shop refused ' + token);
       }`,
    );
    const { code, stdout, stderr } = await load(
      ['-p', './short.yml', '--script', 'own.ts', '--url', target.url, '--report-dir', 'named'],
      {
        platform: platformText({ url: target.url.replace(/\/$/, '') }),
        env: { SHOP_TOKEN: 'tok-77aa', ITEM: '7', UNNAMED: 'x' },
      },
    );
    expect(seen).toEqual(Array.from({ length: 30 }, () => 'tok-77aa 7 false'));
    expect([code, stdout]).toEqual([3, expect.stringContaining('the shop refused ***')]);
    const reports = await Promise.all(
      ['load.html', 'load.json', 'load.md'].map((file) => readFile(path.join(folder, 'named', file), 'utf8')),
    );
    expect([stdout, stderr, ...reports].join()).not.toContain('tok-77aa');
  }, 60_000);

  it('fails with exit code 1 where nobody listens', async () => {
    const url = await nobodyListens();
    await write('short.yml', PROFILE);
    const { code, stdout } = await load(['-p', './short.yml', '--report-dir', 'none'], {
      platform: platformText({ url: url.replace(/\/$/, '') }),
    });
    expect([code, stdout]).toEqual([1, expect.stringContaining('30 refused')]);
  }, 60_000);

  it('cancelled, tells what was counted until then', async () => {
    const { start } = await import('./surefoot.ts');
    await write('surefoot.yml', platformText({ url: server.url.replace(/\/$/, '') }));
    const running = start(['load', '-p', 'soak', '--report-dir', 'cancelled'], {
      cwd: folder,
      env: { SUREFOOT_K6: K6 },
    });
    const before = server.log.length;
    await expect.poll(() => server.log.length, { timeout: 30_000 }).toBeGreaterThan(before);
    running.child.kill('SIGINT');
    const { code } = await running.ended;
    expect(code).toBe(130);
    const evidence = evidenceSchema.parse(
      JSON.parse(await readFile(path.join(folder, 'cancelled', 'load.json'), 'utf8')),
    );
    expect(evidence.verdict).toBe('inconclusive');
    expect(evidence.reasons[0]?.code).toBe('cancelled');
    expect(evidence.load?.totals.ok).toBeGreaterThan(0);
  }, 60_000);
});
