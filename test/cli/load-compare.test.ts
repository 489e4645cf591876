/** `surefoot load --baseline` and `--against` by the bundled command line, with real k6 and real servers. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Evidence, evidenceSchema } from '../../src/report/evidence.ts';
import { describeWithK6, K6 } from '../measure/k6.ts';
import { serveHttp, type TestServer } from '../measure/servers.ts';
import { platformText } from '../operations/load/lab.ts';
import { type Ended, start, surefoot } from './surefoot.ts';

let folder: string;
let fast: TestServer;
let slow: TestServer;

/** Answers after so many milliseconds, a few more or less. */
const serveAfter = (ms: number): Promise<TestServer> =>
  serveHttp((_, response, index) => {
    setTimeout(() => response.end('ok'), ms + (index % 7));
    return 200;
  });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'load-compare-'));
  fast = await serveAfter(10);
  slow = await serveAfter(90);
  const text = platformText({
    url: fast.url.replace(/\/$/, ''),
    environment: `, load: { allow: ["${slow.url.replace(/\/$/, '')}"] }`,
  });
  await writeFile(path.join(folder, 'surefoot.yml'), text);
});

afterAll(async () => {
  await Promise.all([fast, slow].map((server) => server.close()));
  await rm(folder, { recursive: true, force: true });
});

async function profile(name: string, seconds: number, rate: number): Promise<string> {
  const text = `apiVersion: surefoot/v1\nkind: LoadProfile\nname: ${name}\ndescription: a few seconds\nstart: ${rate}\nstages:\n  - { duration: ${seconds}s, target: ${rate} }\n`;
  await writeFile(path.join(folder, `${name}.yml`), text);
  return `./${name}.yml`;
}

function load(...args: readonly string[]): Promise<Ended> {
  return surefoot(['load', ...args], { cwd: folder, env: { SUREFOOT_K6: K6 } });
}

async function evidenceOf(file: string): Promise<Evidence> {
  return evidenceSchema.parse(JSON.parse(await readFile(path.join(folder, file), 'utf8')));
}

describeWithK6('a load against its baseline', () => {
  it('fails when the median is worse beyond the tolerance, and tells what two single runs cannot say', async () => {
    const even = await profile('even', 32, 20);
    expect((await load('-p', even, '--report-dir', 'first')).code).toBe(0);
    const sent = fast.log.length;
    const { code, stdout, stderr } = await load(
      ...['-p', even, '--url', slow.url, '--report-dir', 'second', '--baseline', 'first/load.json'],
    );
    expect(stderr).toContain('another condition than the baseline');
    expect([code, stdout]).toEqual([1, expect.stringContaining('compared: latency p50')]);
    expect(fast.log.length).toBe(sent);
    const { comparison, verdict } = await evidenceOf('second/load.json');
    expect(verdict).toBe('fail');
    expect(comparison).toMatchObject({
      kind: 'two-runs',
      seconds: 32,
      sources: [{ file: 'load.json' }],
      conditions: [{ name: 'address' }],
      bootstrap: { seed: 1 },
    });
    const median = comparison?.indicators.find(({ indicator }) => indicator === 'latency p50');
    expect(median).toMatchObject({ state: 'worse', beyondTolerance: true });
    const page = await readFile(path.join(folder, 'second', 'load.html'), 'utf8');
    expect(page).toContain('Against the baseline');
    expect(page).toContain('class="forest"');
    const summary = await readFile(path.join(folder, 'second', 'load.md'), 'utf8');
    expect(summary).toMatch(/\| latency p50 \|.*▼ worse/);
    expect(summary).toContain('cannot be told from a change of the service');
  }, 240_000);

  it('refuses evidence of another load, and what is no evidence, before a request is sent', async () => {
    const other = await profile('other', 3, 10);
    await load('-p', other, '--report-dir', 'others');
    const sent = fast.log.length;
    const refusals = [
      await load('-p', await profile('shorter', 2, 10), '--baseline', 'others/load.json'),
      await load('-p', other, '--baseline', 'gone.json'),
      await load('-p', other, '--baseline', 'surefoot.yml'),
      await load('-p', await profile('none', 2, 10), '--baseline', 'others'),
      await load('-p', other, '--tolerance', 'latency=10'),
      await load('-p', other, '--baseline', 'others', '--tolerance', 'latency=10'),
      await load('-p', other, '--pairs', '3'),
      await load('-p', other, '--against', slow.url, '--pairs', '1'),
      await load('-p', other, '--against', 'http://192.0.2.9/'),
    ];
    expect(refusals.map(({ code }) => code)).toEqual(refusals.map(() => 2));
    expect(refusals.map(({ stderr }) => stderr)).toEqual([
      expect.stringMatching(
        /it is another load: profile is shorter, was other; shape is 10 → 10 in 2 s, was 10 → 10 in 3 s/,
      ),
      expect.stringMatching(/--baseline cannot be read .*name the load\.json of an earlier run/),
      expect.stringMatching(/is not JSON/),
      expect.stringMatching(/others holds no evidence of such a load/),
      expect.stringMatching(/add --baseline <evidence> or --against <url>/),
      expect.stringMatching(/--tolerance "latency=10" is not understood: write errors=0\.1%/),
      expect.stringMatching(/add --against <url>/),
      expect.stringMatching(/--pairs is 1: write a whole number of at least 2/),
      expect.stringMatching(/192\.0\.2\.9 is not allowed/),
    ]);
    expect(fast.log.length).toBe(sent);
    expect(slow.log.length % 640).toBe(0);
  }, 240_000);

  it('in turn with another address: every run is counted, each pair is one observation', async () => {
    const before = [fast.log.length, slow.log.length] as const;
    const brief = await profile('brief', 4, 20);
    const plan = await load('-p', brief, '--against', slow.url, '--pairs', '3', '--dry-run');
    expect(plan.stdout).toContain('3 pairs, each of this load and of the same on');
    const { code } = await load(
      ...['-p', brief, '--against', slow.url, '--pairs', '3', '--report-dir', 'pairs'],
      ...['--tolerance', 'errors=5%', 'latency=300%'],
    );
    const evidence = await evidenceOf('pairs/load.json');
    expect([fast.log.length - before[0], slow.log.length - before[1]]).toEqual([240, 240]);
    expect(evidence.parts.map(({ title }) => title.replace(/: .*/, ''))).toEqual(
      [1, 2, 3].flatMap((pair) => [`Pair ${pair}, baseline`, `Pair ${pair}, candidate`]),
    );
    // Who goes first changes from pair to pair.
    const starts = evidence.parts.map(({ load: record }) => Date.parse(record?.startedAt ?? ''));
    const firsts = [0, 2, 4].map((at) => ((starts[at] ?? 0) < (starts[at + 1] ?? 0) ? 'baseline' : 'candidate'));
    expect(firsts).toEqual(['baseline', 'candidate', 'baseline']);
    expect(evidence.comparison).toMatchObject({ kind: 'pairs', caveats: [], seconds: 4 });
    const median = evidence.comparison?.indicators.find(({ indicator }) => indicator === 'latency p50');
    expect(median).toMatchObject({ state: 'better', runs: { baseline: { length: 3 }, candidate: { length: 3 } } });
    // 80 answers are too few for p99.
    expect([code, evidence.verdict]).toEqual([3, 'inconclusive']);
    expect(evidence.reasons.map(({ code: reason }) => reason)).toContain('not-told-from-baseline');
  }, 240_000);

  it('with the evidence of several earlier runs, each of which is one observation', async () => {
    const daily = await profile('daily', 3, 20);
    const before = fast.log.length;
    for (const _ of [1, 2, 3]) {
      expect((await load('-p', daily, '--report-dir', 'history')).code).toBe(0);
    }
    const { stderr } = await load(
      '-p',
      daily,
      '--baseline',
      'history',
      '--report-dir',
      'history',
      '--on-worse',
      'report',
    );
    expect(stderr).not.toContain('another condition');
    expect(fast.log.length - before).toBe(4 * 60);
    const { comparison, verdict } = await evidenceOf('history/load-4.json');
    expect(comparison).toMatchObject({ kind: 'earlier-runs', seconds: 3, conditions: [] });
    expect(comparison?.sources.map(({ file }) => file)).toEqual(['load.json', 'load-2.json', 'load-3.json']);
    const median = comparison?.indicators.find(({ indicator }) => indicator === 'latency p50');
    expect(median?.runs?.baseline).toHaveLength(3);
    expect(median?.change).not.toBeNull();
    // What is only reported leaves the verdict to the SLO.
    expect(verdict).toBe('pass');
  }, 240_000);

  it('cancelled between the pairs, compares nothing', async () => {
    const long = await profile('long', 30, 10);
    const args = ['load', '-p', long, '--against', slow.url, '--pairs', '2', '--report-dir', 'cut'];
    const sent = slow.log.length;
    const running = start(args, { cwd: folder, env: { SUREFOOT_K6: K6 } });
    await expect.poll(() => slow.log.length, { timeout: 60_000 }).toBeGreaterThan(sent);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    const evidence = await evidenceOf('cut/load.json');
    expect(evidence.comparison).toBeUndefined();
    expect(evidence).toMatchObject({ verdict: 'inconclusive', reasons: [{ code: 'cancelled' }] });
  }, 120_000);
});
