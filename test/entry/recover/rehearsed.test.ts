/** `surefoot recover restart-service` on a rehearsal platform with real tasks. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { start, surefoot } from '../../cli/surefoot.ts';
import { describeService, FILE, type Lab, startLab } from '../../operations/manage/lab.ts';

// Real processes on a machine that does other things too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(async () => {
  await lab.stop();
  expect(lab.bugs).toEqual([]);
});

it('leaves a healthy service alone, and brings a dead one back', async () => {
  const reports = path.join(lab.workDirectory, 'reports');
  const recover = async (...more: readonly string[]) => {
    const args = ['recover', 'restart-service', '-c', FILE, '-e', 'dev', '--report-dir', reports, '--timeout', '20s'];
    const { code, stdout } = await surefoot([...args, ...more, '--yes', '--json'], {
      env: { AWS_ENDPOINT_URL: lab.rehearsal.endpoint },
    });
    const { reasons, notes } = JSON.parse(stdout);
    return { ended: [code, reasons[0]?.code], notes };
  };
  expect((await recover()).ended).toEqual([0, 'nothing-to-do']);

  const lives = path.join(lab.workDirectory, 'lives');
  await mkdir(lives, { recursive: true });
  await writeFile(path.join(lives, 'sick'), '');
  const url = lab.rehearsal.services[lab.target.ecsService]?.url ?? '';
  const answer = async () => (await fetch(url)).status;
  const plan = async () => (await recover('--dry-run')).notes[0];
  await vi.waitFor(async () => expect(await plan()).toMatch(/ 0 healthy/), { timeout: 60_000, interval: 250 });
  expect((await recover()).ended).toEqual([0, 'recovered']);
  expect(await answer()).toBe(200);
  expect((await describeService(lab)).tags ?? []).toEqual([]);
});

it('is killed when AWS has the restart, and the same command goes on', async () => {
  const reports = path.join(lab.workDirectory, 'killed');
  const lives = path.join(lab.workDirectory, 'lives');
  await mkdir(lives, { recursive: true });
  await writeFile(path.join(lives, 'sick'), '');
  const healthy = async () => {
    const ended = await begin('--dry-run').ended;
    return JSON.parse(ended.stdout).notes[0] as string;
  };
  const begin = (...more: readonly string[]) => {
    const args = ['recover', 'restart-service', '-c', FILE, '-e', 'dev', '--report-dir', reports, '--timeout', '20s'];
    return start([...args, ...more, '--yes', '--json'], { env: { AWS_ENDPOINT_URL: lab.proxy.endpoint } });
  };
  await vi.waitFor(async () => expect(await healthy()).toMatch(/ 0 healthy/), { timeout: 60_000, interval: 250 });
  const first = begin();
  const kill = () => {
    first.child.kill('SIGKILL');
  };
  lab.proxy.setRule(({ operation, number }) =>
    operation === 'UpdateService' && number === 1 ? { after: kill } : 'pass',
  );
  expect((await first.ended).code).toBe(null);
  lab.proxy.setRule(() => 'pass');
  const { code, stdout, stderr } = await begin().ended;
  expect([code, JSON.parse(stdout).reasons?.[0]?.code], stdout + stderr).toEqual([0, 'recovered']);
  const journal = await readFile(JSON.parse(stdout).journal, 'utf8');
  expect(journal.match(/"what":"begin"/g)).toHaveLength(1);
  expect((await describeService(lab)).tags ?? []).toEqual([]);
});
