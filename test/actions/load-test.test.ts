/** A load as a step, as the runner starts it, with real k6 on a server of this machine. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evidenceSchema } from '../../src/report/evidence.ts';
import { K6 } from '../measure/k6.ts';
import { serveHttp, type TestServer } from '../measure/servers.ts';
import { platformText } from '../operations/load/lab.ts';
import { RUNNER_NODE, type StepEnd, type StepOptions, startStep } from './runner.ts';

const here = process.env['CI'] !== undefined || (RUNNER_NODE !== undefined && K6 !== '');

const PROFILE = `apiVersion: surefoot/v1
kind: LoadProfile
name: short
description: A few seconds
start: 10
stages:
  - { duration: 3s, target: 10 }
judge: every-request
`;

let workspace: string;
let service: TestServer;
/** Stands where AWS would be: it is no rehearsal platform, and what it was asked must be nothing more. */
let aws: { readonly endpoint: string; readonly asked: string[]; close(): void };
let failing = false;
const seen: (string | undefined)[] = [];

async function write(name: string, text: string): Promise<void> {
  await writeFile(path.join(workspace, name), text);
}

function begin(inputs: Readonly<Record<string, string>>, rest: Partial<StepOptions> = {}) {
  return startStep({
    action: 'load-test',
    workspace,
    ...rest,
    with: inputs,
    env: { AWS_ENDPOINT_URL: aws.endpoint, SUREFOOT_K6: K6, ...rest.env },
  });
}

async function run(inputs: Readonly<Record<string, string>>, rest: Partial<StepOptions> = {}): Promise<StepEnd> {
  return (await begin(inputs, rest)).ended;
}

async function serveAws(): Promise<typeof aws> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}

describe.runIf(here)('the load-test action', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    workspace = await mkdtemp(path.join(os.tmpdir(), 'surefoot-load-step-'));
    service = await serveHttp((request, response, index) => {
      seen.push(request.headers.authorization);
      const status = failing && index % 2 === 0 ? 500 : 200;
      response.writeHead(status).end();
      return status;
    });
    aws = await serveAws();
    await write('short.yml', PROFILE);
  });
  beforeEach(async () => {
    failing = false;
    service.log.length = 0;
    seen.length = 0;
    await write('surefoot.yml', platformText({ url: service.url.replace(/\/$/, '') }));
  });
  afterAll(async () => {
    aws?.close();
    await service?.close();
    await rm(workspace, { recursive: true, force: true });
  });

  it('passes: the verdict first in the summary, the counts in the outputs, no secret anywhere', async () => {
    const token = 'tok-93b1f07c';
    await write('token.yml', `${PROFILE}headers: { Authorization: "Bearer {env:SHOP_LOGIN}" }\n`);
    const end = await run({ profile: './token.yml' }, { env: { SHOP_LOGIN: token } });
    expect(end.code, end.log).toBe(0);
    expect(end.outputs).toMatchObject({ verdict: 'pass', 'reason-code': 'targets-met' });
    expect(JSON.parse(end.outputs['requests'] ?? '')).toEqual({
      planned: 30,
      ok: 30,
      failed: 0,
      dropped: 0,
      interrupted: 0,
    });
    expect(JSON.parse(end.outputs['latency'] ?? '')).toEqual({
      p50: expect.any(Number),
      p95: expect.any(Number),
      p99: expect.any(Number),
    });
    expect(end.summary).toMatch(/^## ✓ Pass: Load short on web/);
    expect(seen).toEqual(Array.from({ length: 30 }, () => `Bearer ${token}`));
    const reports = path.join(workspace, '.surefoot/reports');
    const files = (await readdir(reports)).filter((name) => name.startsWith('load.'));
    expect(files.sort()).toEqual(['load.html', 'load.json', 'load.md']);
    const texts = await Promise.all(files.map((name) => readFile(path.join(reports, name), 'utf8')));
    expect(
      [...texts, end.log, end.summary, JSON.stringify(end.outputs)].filter((text) => text.includes(token)),
    ).toEqual([]);
    expect(aws.asked.filter((url) => url !== '/_surefoot')).toEqual([]);
  });

  it('fails with an error beside the run, by the root action too', async () => {
    failing = true;
    const end = await run({ operation: 'load-test', profile: './short.yml' }, { action: 'root' });
    expect(end.code, end.log).toBe(1);
    expect(end.outputs).toMatchObject({ verdict: 'fail', 'reason-code': 'target-missed' });
    expect(end.summary).toMatch(/^## ✗ Fail: Load short on web/);
    const [error] = end.commands.filter(({ name }) => name === 'error');
    expect(error?.properties['title']).toBe('load-test: fail (target-missed)');
    expect(error?.data).toContain('15 of 30 failed (http-500)');
  });

  it('is inconclusive where the generator was the bottleneck', async () => {
    const slow = await serveHttp((_, response) => {
      setTimeout(() => response.end(), 800);
      return 200;
    });
    await write('surefoot.yml', platformText({ url: slow.url.replace(/\/$/, '') }));
    await write('few.yml', `${PROFILE}virtualUsers: 2\n`);
    const end = await run({ profile: './few.yml' });
    await slow.close();
    expect(end.code, end.log).toBe(3);
    expect(end.outputs).toMatchObject({ verdict: 'inconclusive', 'reason-code': 'generator-dropped' });
    expect(JSON.parse(end.outputs['requests'] ?? '').planned).toBe(30);
  });

  it('shows what a profile would do, and sends nothing', async () => {
    const end = await run({ profile: 'stress', 'dry-run': 'true', compress: '10' });
    expect(end.code, end.log).toBe(0);
    expect(JSON.parse(end.outputs['plan'] ?? '')).toMatchObject({ requests: 6600, seconds: 210, peak: 40 });
    expect(end.summary).toContain('can prove');
    expect(service.log).toEqual([]);
  });

  it('asks for a word of its own before it loads a protected environment, and keeps to its maximum', async () => {
    const site = { url: service.url.replace(/\/$/, '') };
    const guarded = (load: string) => platformText({ ...site, environment: `, protected: true${load}` });
    await write('surefoot.yml', guarded(', load: { maximum: 20 }'));
    const unasked = await run({ profile: './short.yml' });
    expect([unasked.code, unasked.outputs['reason-code']], unasked.log).toEqual([2, 'not-confirmed']);
    expect(unasked.outputs['reason']).toContain('confirm-protected');
    await write('surefoot.yml', guarded(''));
    const unlimited = await run({ profile: './short.yml', 'confirm-protected': 'true' });
    expect([unlimited.code, unlimited.outputs['reason-code']]).toEqual([2, 'no-maximum']);
    expect(service.log).toEqual([]);
    await write('surefoot.yml', guarded(', load: { maximum: 20 }'));
    const confirmed = await run({ profile: './short.yml', 'confirm-protected': 'true' });
    expect([confirmed.code, confirmed.outputs['verdict']], confirmed.log).toEqual([0, 'pass']);
    expect(service.log).toHaveLength(30);
  });

  it('names what is wrong with its inputs, in their own words', async () => {
    const inputs = await run({ compress: '0.5', 'confirm-protected': 'yes', path: '.' });
    expect([inputs.code, inputs.outputs['reason-code']]).toEqual([2, 'bad-inputs']);
    const [error] = inputs.commands.filter(({ name }) => name === 'error');
    expect(error?.data).toContain('profile is missing');
    expect(error?.data).toContain('compress is "0.5"; it must be a whole number of at least 1');
    expect(error?.data).toContain('confirm-protected is "yes"; it must be true or false');
    const elsewhere = await run({ profile: 'smoke', url: 'http://192.0.2.7/' });
    expect([elsewhere.code, elsewhere.outputs['reason-code']]).toEqual([2, 'address-not-allowed']);
    const none = await run({ profile: 'smoke', url: 'shop.example.com' });
    expect(none.outputs['reason']).toMatch(/^`url:` is "shop\.example\.com", which is no address/);
    expect(service.log).toEqual([]);
  });

  it('compares with the evidence of an earlier run', async () => {
    const first = await run({ profile: './short.yml', 'report-dir': 'first' });
    expect(first.code, first.log).toBe(0);
    const inputs = {
      profile: './short.yml',
      baseline: 'first/load.json',
      'on-worse': 'report',
      tolerance: 'latency=50%',
    };
    const second = await run(inputs);
    expect(second.code, second.log).toBe(0);
    expect(second.summary).toMatch(/baseline|compared/i);
    const wrong = await run({ profile: './short.yml', baseline: 'none/load.json' });
    expect(wrong.code, wrong.log).toBe(2);
    const twice = await run({ profile: './short.yml', baseline: 'first/load.json', against: service.url });
    expect([twice.code, twice.outputs['reason']]).toEqual([2, expect.stringContaining('`against:`')]);
  });

  it('is cancelled: k6 is stopped at once, and what was counted until then is left', async () => {
    const step = await begin({ profile: 'soak', 'report-dir': 'cancelled' });
    while (service.log.length < 5) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const end = await step.cancel();
    expect([end.code, end.signal], end.log).toEqual([130, null]);
    const file = path.join(workspace, 'cancelled/load.json');
    expect(existsSync(file)).toBe(true);
    const evidence = evidenceSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    expect(evidence.reasons[0]?.code).toBe('cancelled');
    expect(evidence.load?.totals.ok).toBeGreaterThan(0);
    expect((await step.post()).code).toBe(0);
    const after = service.log.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(service.log).toHaveLength(after);
  });
});
