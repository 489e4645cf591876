/** `surefoot load --export`: what it writes runs under real k6 with nobody beside, as the k6 operator starts it, and is judged afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { segmentArguments } from '../../src/measure/segments/segment.ts';
import { evidenceSchema } from '../../src/report/evidence.ts';
import { minimalEnvironment } from '../../src/tools/environment.ts';
import { runProgram } from '../../src/tools/run-program.ts';
import { describeWithK6, K6 } from '../measure/k6.ts';
import { serveHttp, type TestServer } from '../measure/servers.ts';
import { platformText } from '../operations/load/lab.ts';
import { type Ended, surefoot } from './surefoot.ts';

const KEY = 'k-5d41402abc4b2a76b9719d911017c592';
const RATE = 40;
const SECONDS = 3;
const PROFILE = `apiVersion: surefoot/v1
kind: LoadProfile
name: short
description: A few seconds
start: ${RATE}
stages:
  - { duration: ${SECONDS}s, target: ${RATE} }
headers: { X-Key: "{env:LOAD_KEY}" }
`;

let folder: string;
let server: TestServer;
let keys: Set<string>;
let answer: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'load-export-'));
  keys = new Set();
  answer = 200;
  server = await serveHttp((request, response) => {
    keys.add(String(request.headers['x-key']));
    response.writeHead(answer).end('ok');
    return answer;
  });
  await writeFile(path.join(folder, 'surefoot.yml'), platformText({ url: server.url.replace(/\/$/, '') }));
  await writeFile(path.join(folder, 'short.yml'), PROFILE);
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** In the folder of the platform file, without the variable that the profile's headers need. */
function load(...args: string[]): Promise<Ended> {
  return surefoot(['load', '-p', './short.yml', '-e', 'dev', ...args], { cwd: folder, env: { SUREFOOT_K6: K6 } });
}

function environmentWith(variables: Readonly<Record<string, string>>): Record<string, string> {
  return { ...minimalEnvironment(process.env), K6_AUTO_EXTENSION_RESOLUTION: 'false', ...variables };
}

function k6(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  return runProgram(K6, args, { environment: environmentWith(variables), timeoutMs: 60_000 });
}

/** Numbers of the requests that the server saw since `from`, in order. */
function numbersSince(from: number): number[] {
  return server.log
    .slice(from)
    .map(({ id }) => Number(id.split('-').at(-1)))
    .sort((a, b) => a - b);
}

const all = Array.from({ length: RATE * SECONDS }, (_, number) => number);

describe('what does not go with --export', () => {
  it.each([
    [['--to', 'out'], '--to is about an exported load: add --export k6-operator or k6-cloud'],
    [['--export', 'k6-cloud'], '--export needs --to'],
    [['--export', 'k6-operator', '--to', 'out'], '--export k6-operator needs --parallelism'],
    [['--export', 'k6-cloud', '--to', 'out', '--parallelism', '3'], '--parallelism and --evidence-claim are for'],
    [['--export', 'k6-cloud', '--to', 'out', '--tasks', '3', '--dry-run'], 'it does not go with --tasks and --dry-run'],
    [['--export', 'k6-cloud', '--to', 'short.yml/out'], '--to short.yml/out cannot be written to'],
    [['--export', 'helm', '--to', 'out'], 'Allowed choices are k6-operator, k6-cloud'],
    [['--export', 'k6-cloud', '--to', 'out', '--url', 'http://192.0.2.7/'], 'http://192.0.2.7 is not allowed'],
    [['--export', 'k6-cloud', '--to', 'out', '--script', 'short.yml'], 'it runs a script of your own'],
  ])('%j', async (args, message) => {
    const { code, stderr } = await load(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('is a protected environment to which nobody has agreed', async () => {
    const text = platformText({ url: 'http://127.0.0.1:9', environment: ', protected: true, load: { maximum: 50 }' });
    await writeFile(path.join(folder, 'protected.yml'), text);
    const args = ['--export', 'k6-cloud', '--to', 'protected', '--config', 'protected.yml'];
    const refused = await load(...args);
    expect(refused.code).toBe(2);
    await expect(readFile(path.join(folder, 'protected/script.js'))).rejects.toThrow('ENOENT');
    expect((await load(...args, '--yes')).code).toBe(0);
  });
});

describeWithK6('a load written for the k6 operator', () => {
  let script: string;
  let parts: string;

  beforeAll(async () => {
    const args = ['--export', 'k6-operator', '--parallelism', '3', '--evidence-claim', 'load-evidence', '--to', 'out'];
    const { code, stdout, stderr } = await load(...args);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('LOAD_KEY')]);
    expect(stdout).toContain('kubectl apply -f testrun.yaml');
    script = path.join(folder, 'out/script.js');
    parts = path.join(folder, 'parts');
    await mkdir(parts);
  });

  it('makes every request of the profile when k6 runs it alone', async () => {
    const from = server.log.length;
    const { code, stdout } = await k6(['run', '--no-usage-report', '--address', '', script], { LOAD_KEY: KEY });
    expect(code, stdout).toBe(0);
    expect(numbersSince(from)).toEqual(all);
    expect([...keys]).toEqual([KEY]);
    expect(stdout).toContain("✓ 'rate>=0.9' rate=100.00%");
  });

  it('is made by three runners, each a part, and put together as the load that it was', async () => {
    const from = server.log.length;
    const runners = await Promise.all([0, 1, 2].map((index) => startRunner(script, parts, index)));
    await Promise.all(runners.map(({ port }) => resume(port)));
    expect(await Promise.all(runners.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(numbersSince(from)).toEqual(all);

    const judged = await load('--parts', 'parts', '--report-dir', 'whole');
    const evidence = evidenceSchema.parse(JSON.parse(await readFile(path.join(folder, 'whole/load.json'), 'utf8')));
    const whole = all.length;
    expect(evidence.load?.totals).toEqual({ planned: whole, ok: whole, failed: 0, dropped: 0, interrupted: 0 });
    expect(evidence.load?.segments?.map(({ totals }) => totals.planned)).toEqual([whole / 3, whole / 3, whole / 3]);
    expect(evidence.load?.bins.map(({ planned }) => planned)).toEqual([RATE, RATE, RATE]);
    expect([judged.code, evidence.verdict], judged.stdout).toEqual([0, 'pass']);
  });

  it('is refused or doubted when what its runners wrote is not all of it', async () => {
    const other = await load('--parts', 'parts', '--compress', '3');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('is not one of 3 parts of this load')]);
    const kept = path.join(folder, 'kept');
    await mkdir(kept);
    await copyFile(path.join(parts, 'surefoot-short-1.json.gz'), path.join(kept, '1.json.gz'));
    const third = await load('--parts', 'kept');
    expect([third.code, third.stderr]).toEqual([2, expect.stringContaining('is not one of 1 parts of this load')]);
    await copyFile(path.join(parts, 'surefoot-short-2.json.gz'), path.join(kept, '2.json.gz'));
    const bytes = await readFile(path.join(parts, 'surefoot-short-3.json.gz'));
    await writeFile(path.join(kept, '3.json.gz'), bytes.subarray(0, Math.floor(bytes.length / 2)));
    const cut = await load('--parts', 'kept', '--report-dir', 'cut');
    expect([cut.code, cut.stdout]).toEqual([3, expect.stringContaining('part 3/3: its output ends after')]);
  });

  it('sends nothing without its secret', async () => {
    const from = server.log.length;
    const { code, stderr } = await k6(['run', '--no-usage-report', '--address', '', script]);
    expect([code, stderr]).toEqual([107, expect.stringContaining('the headers need LOAD_KEY in the environment')]);
    expect(server.log.length).toBe(from);
  });

  it('fails by its thresholds where the objective is missed', async () => {
    answer = 503;
    try {
      const { code } = await k6(['run', '--quiet', '--no-usage-report', '--address', '', script], { LOAD_KEY: KEY });
      expect(code).toBe(99);
    } finally {
      answer = 200;
    }
  });
});

describeWithK6('a load written for Grafana Cloud', () => {
  it('is taken by k6, with the options of the cloud and nobody’s secret', async () => {
    const { code, stdout } = await load('--export', 'k6-cloud', '--to', 'cloud');
    expect(code).toBe(0);
    expect(stdout).toContain('k6 cloud run script.js');
    const script = path.join(folder, 'cloud/script.js');
    const inspected = await k6(['inspect', '--execution-requirements', script], { LOAD_KEY: KEY });
    const options = JSON.parse(inspected.stdout) as Record<string, unknown>;
    expect(options).toMatchObject({
      cloud: { name: 'short on web in dev' },
      // Half of the quarter of a second that the last arrival needs, and the moment for its virtual users.
      totalDuration: '9.282s',
      maxVUs: 64,
      scenarios: { load: { executor: 'ramping-arrival-rate', startRate: RATE } },
    });
    expect(Object.keys(options['thresholds'] as object)).toContain('objective_1_availability');
    const archive = path.join(folder, 'cloud/archive.tar');
    expect((await k6(['archive', '--archive-out', archive, script], { LOAD_KEY: KEY })).code).toBe(0);
    expect(await readFile(archive, 'latin1')).not.toContain(KEY);
  });
});

/**
 * One runner's k6, with the arguments that the operator 1.3.2 gives it (`pkg/resources/jobs/runner.go`) and the variables of the manifest, waiting for
 * the operator's starter.
 */
async function startRunner(script: string, evidence: string, index: number) {
  const port = await freePort();
  const pod = `surefoot-short-${index + 1}`;
  const args = [
    ...['run', '--quiet', ...segmentArguments({ index, of: 3 }), '--no-usage-report', script],
    ...[`--address=127.0.0.1:${port}`, '--paused'],
    ...['--tag', `instance_id=${index + 1}`, '--tag', `job_name=${pod}`],
  ];
  const variables = { LOAD_KEY: KEY, POD_NAME: pod, K6_OUT: `json=${path.join(evidence, pod)}.json.gz` };
  const child = spawn(K6, args, { env: environmentWith(variables), stdio: 'ignore' });
  return { port, ended: exitOf(child) };
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

/** As the starter does, once the runner has its virtual users. */
async function resume(port: number): Promise<void> {
  const status = `http://127.0.0.1:${port}/v1/status`;
  await expect.poll(async () => (await fetch(status).catch(() => undefined))?.ok, { timeout: 20_000 }).toBe(true);
  const body = JSON.stringify({
    data: { type: 'status', id: 'default', attributes: { paused: false, stopped: false } },
  });
  const answered = await fetch(status, { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body });
  expect(answered.status).toBe(200);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
