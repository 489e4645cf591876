/** A load made by several processes: as tasks of ECS on the rehearsal platform, and as parts that are put together later. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evidenceSchema, type LoadRecord } from '../../src/report/evidence.ts';
import { describeWithK6, K6 } from '../measure/k6.ts';
import { type Ended, type Running, start, surefoot } from './surefoot.ts';

const CONFIG = ['--config', 'test/cli/platform/surefoot.yml', '--environment', 'plain'];
const PROFILE = `apiVersion: surefoot/v1
kind: LoadProfile
name: parts
description: a short load
start: 30
stages:
  - { duration: 6s, target: 30 }
judge: every-request
headers: { X-Key: "{env:LOAD_KEY}" }
`;
const KEY = 'k-5d41402abc4b2a76b9719d911017c592';

let folder: string;
let profile: string;
let running: Running;
let endpoint: string;

function load(...args: string[]): Promise<Ended> {
  const env = { AWS_ENDPOINT_URL: endpoint, SUREFOOT_K6: K6, LOAD_KEY: KEY };
  return surefoot(['load', ...CONFIG, '-p', profile, ...args], { env });
}

async function recordIn(reports: string): Promise<{ verdict: string; load: LoadRecord | undefined; codes: string[] }> {
  const evidence = evidenceSchema.parse(JSON.parse(await readFile(path.join(reports, 'load.json'), 'utf8')));
  return { verdict: evidence.verdict, load: evidence.load, codes: evidence.reasons.map(({ code }) => code) };
}

async function register(family: string, command: readonly string[], logged = true): Promise<void> {
  const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' };
  const client = new ECSClient({ endpoint, region: 'eu-west-1', credentials });
  const options = { 'awslogs-group': '/ecs/load', 'awslogs-stream-prefix': 'load', 'awslogs-region': 'eu-west-1' };
  const environment = Object.entries({ SUREFOOT_K6: K6, LOAD_KEY: KEY }).map(([name, value]) => ({ name, value }));
  const container = { name: 'generator', image: 'web:1', essential: true, command: [...command], environment };
  const logConfiguration = { logDriver: 'awslogs' as const, options };
  await client.send(
    new RegisterTaskDefinitionCommand({
      family,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [logged ? { ...container, logConfiguration } : container],
    }),
  );
  client.destroy();
}

describeWithK6('a load beyond one machine', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-parts-'));
    profile = path.join(folder, 'parts.yml');
    await writeFile(profile, PROFILE);
    running = start(['up', ...CONFIG, '--speed', '20', '--work-dir', path.join(folder, 'up')]);
    ({ endpoint } = JSON.parse(await running.firstLine) as { endpoint: string });
    const self = process.env['SUREFOOT_SELF'] ?? '';
    await register('load', [process.execPath, self, 'load-part']);
    await register('silent', [process.execPath, self, 'load-part'], false);
    await register('crashing', [process.execPath, '-e', 'process.exit(3)', 'load-part']);
  });

  afterAll(async () => {
    running.child.kill('SIGINT');
    await running.ended;
    await rm(folder, { recursive: true, force: true });
  });

  it('is made by three tasks, begun together, and judged as one', async () => {
    const reports = path.join(folder, 'tasks');
    const ended = await load('--tasks', '3', '--task-definition', 'load', '--start-in', '20s', '--report-dir', reports);
    const { verdict, load: record } = await recordIn(reports);
    expect(record?.totals).toEqual({ planned: 180, ok: 180, failed: 0, dropped: 0, interrupted: 0 });
    expect(record?.bins.map(({ planned }) => planned)).toEqual([30, 30, 30, 30, 30, 30]);
    expect(record?.segments?.map(({ totals }) => totals.planned)).toEqual([60, 60, 60]);
    expect(record?.generator.problems).toEqual([]);
    expect([ended.code, verdict]).toEqual([0, 'pass']);
    // The value is the task's own; neither what was sent to ECS nor what was written has it.
    expect(`${ended.stdout}${ended.stderr}${await readFile(path.join(reports, 'load.json'), 'utf8')}`).not.toContain(
      KEY,
    );
  });

  it('is refused, or known to be broken, where tasks cannot make it or tell of it', async () => {
    const refused = await load('--tasks', '2', '--task-definition', 'silent');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('needs the log driver awslogs')]);
    const other = await load('--tasks', '2', '--task-definition', 'load', '--journal', path.join(folder, 'journal'));
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/--tasks does not go with --journal/)]);
    const alone = await load('--tasks', '2');
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--tasks needs --task-definition')]);
    const secret = await load('--tasks', '2', '--task-definition', 'load', '--url', 'http://a:b@127.0.0.1:9/');
    expect(secret.code).toBe(2);
    expect(secret.stderr).not.toContain('a:b@');
    const late = await load('--tasks', '2', '--task-definition', 'load', '--start-in', '0s');
    expect([late.code, late.stderr]).toEqual([4, expect.stringContaining('give them more time with --start-in')]);
    const crashed = await load('--tasks', '2', '--task-definition', 'crashing', '--start-in', '5s');
    expect([crashed.code, crashed.stderr]).toEqual([
      4,
      expect.stringMatching(/part 1\/2 of the load left no result.*with 3/),
    ]);
  });

  it('is made in parts on machines of their own, and put together from their files', async () => {
    const startAt = new Date(Date.now() + 15_000).toISOString();
    const parts = path.join(folder, 'parts');
    const made = await Promise.all(
      ['1/2', '2/2'].map((segment, index) =>
        load('--segment', segment, '--start-at', startAt, '--report-dir', path.join(parts, String(index))),
      ),
    );
    expect(made.map(({ code }) => code)).toEqual([0, 0]);
    const first = await recordIn(path.join(parts, '0'));
    expect([first.verdict, first.codes, first.load?.totals.planned]).toEqual(['pass', ['part-counted'], 90]);

    const whole = await load('--parts', parts, '--report-dir', path.join(folder, 'whole'));
    const { verdict, load: record } = await recordIn(path.join(folder, 'whole'));
    expect(record?.totals).toEqual({ planned: 180, ok: 180, failed: 0, dropped: 0, interrupted: 0 });
    expect([whole.code, verdict]).toEqual([0, 'pass']);

    const half = await load('--parts', path.join(parts, '1'), '--report-dir', path.join(folder, 'half'));
    expect([half.code, half.stderr]).toEqual([2, expect.stringContaining('1/2 is missing')]);
    const past = await load('--segment', '1/2', '--start-at', '2026-01-01T00:00:00Z');
    expect([past.code, past.stderr]).toEqual([2, expect.stringContaining('the parts would not begin together')]);
    await writeFile(profile, `${PROFILE}probe: { requestsPerSecond: 5, timeout: 1s }\n`);
    const probed = await load('--segment', '1/2', '--start-at', startAt);
    expect([probed.code, probed.stderr]).toEqual([2, expect.stringContaining('watches beside its load')]);
  });
});
