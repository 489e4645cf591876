/** A scaling test by the bundled command line on a rehearsed service: real tasks, real requests, metrics over the wire. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { evidenceSchema } from '../../src/report/evidence.ts';
import { describeWithK6, K6 } from '../measure/k6.ts';
import { type Running, start, surefoot } from './surefoot.ts';

const CONFIG = ['--config', 'test/cli/platform/surefoot.yml', '--environment', 'plain'];

let folder: string;
let running: Running | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-scaling-'));
});

afterEach(async () => {
  running?.child.kill('SIGINT');
  await running?.ended;
  running = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, rates: readonly number[]): Promise<string> {
  const [first] = rates;
  const stages = rates.map((rate) => `  - { duration: 0s, target: ${rate} }\n  - { duration: 8s, target: ${rate} }\n`);
  const file = path.join(folder, name);
  await writeFile(
    file,
    `apiVersion: surefoot/v1\nkind: LoadProfile\nname: levels\ndescription: a few levels\nstart: ${first}\nstages:\n${stages.join('')}scaling: { settle: 2s, cpu: 80 }\n`,
  );
  return file;
}

describeWithK6('a scaling test', () => {
  it('knows tasks, use and cost of each level; two levels are too few, and no service is refused', async () => {
    running = start(['up', ...CONFIG, '--speed', '20', '--work-dir', path.join(folder, 'up')]);
    const { endpoint } = JSON.parse(await running.firstLine) as { endpoint: string };
    const load = (...args: string[]) =>
      surefoot(['load', ...CONFIG, ...args], { env: { AWS_ENDPOINT_URL: endpoint, SUREFOOT_K6: K6 } });

    const reports = path.join(folder, 'three');
    const three = await load(
      ...['-p', await write('three.yml', [10, 20, 40]), '--report-dir', reports, '--price', '0.04,0.004'],
    );
    const evidence = evidenceSchema.parse(JSON.parse(await readFile(path.join(reports, 'load.json'), 'utf8')));
    const { scaling } = evidence;
    expect(scaling?.levels.map(({ from, to, planned, tasks }) => [from, to, planned, tasks])).toEqual([
      [2, 8, 10, 1],
      [10, 16, 20, 1],
      [18, 24, 40, 1],
    ]);
    expect(scaling?.levels.map(({ answered }) => answered)).toEqual([10, 20, 40]);
    // The one task's cost stays, whatever it does.
    expect(scaling?.elasticity).toEqual({ value: 0, lower: 0, upper: 0, degreesOfFreedom: 1 });
    for (const { cpu, memory, requestsPerTarget, planned } of scaling?.levels ?? []) {
      expect(cpu?.n).toBeGreaterThanOrEqual(3);
      expect(cpu?.value).toBeGreaterThan(0);
      expect(memory?.value).toBeGreaterThan(0);
      expect(requestsPerTarget?.value).toBeGreaterThan(planned * 0.6);
      expect(requestsPerTarget?.value).toBeLessThan(planned * 1.4);
    }
    expect(evidence.series.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tasks', 'CPU used', 'memory used', 'requests of each target']),
    );
    const checks = new Map(evidence.checks.map((check) => [check.name, check]));
    expect(checks.get('cost against load')?.verdict).toBe('pass');
    expect(checks.get('use of the reserved CPU')).toMatchObject({
      verdict: 'inconclusive',
      observed: expect.stringContaining('smallest number of tasks'),
    });
    expect([three.code, evidence.verdict]).toEqual([3, 'inconclusive']);
    expect(await readFile(path.join(reports, 'load.html'), 'utf8')).toContain('Cost against load');
    expect(await readFile(path.join(reports, 'load.md'), 'utf8')).toContain('Price per million');

    const plan = await load('-p', path.join(folder, 'three.yml'), '--dry-run');
    expect(plan.stdout).toContain('watches tasks, CPU and memory of web-plain at 3 levels: 10, 20, 40 requests/s');

    const two = await load('-p', await write('two.yml', [10, 20]), '--report-dir', path.join(folder, 'two'));
    expect(two.stdout).toMatch(/2 levels with good answers/);
    expect(two.code).toBe(3);

    const refused = await load('-p', 'smoke', '--price', '0.04,0.004');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('for a profile that watches scaling')]);
    const free = await load('-p', path.join(folder, 'two.yml'), '--price', 'free');
    expect([free.code, free.stderr]).toEqual([2, expect.stringContaining('like 0.04048,0.004445')]);
  }, 300_000);
});
