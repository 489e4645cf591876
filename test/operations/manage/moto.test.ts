/** The same commands against an emulator that this project did not write: bounds, suspended state, desired count, tags and schedules. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { surefoot } from '../../cli/surefoot.ts';
import { pythonOrReason } from '../../contract/support/python.ts';
import { FILE } from './lab.ts';
import { type Moto, startMoto } from './moto.ts';

// Real processes on a machine that does other things too.
vi.setConfig({ testTimeout: 180_000 });

const found = await pythonOrReason('moto');

describe.skipIf('skipped' in found)(`moto's server${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let moto: Moto;
  let reports: string;

  beforeAll(async () => {
    moto = await startMoto('python' in found ? found.python : '');
    reports = await mkdtemp(path.join(os.tmpdir(), 'surefoot-moto-'));
  });

  afterAll(async () => {
    await moto.stop();
    await rm(reports, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    surefoot([...args, '--config', FILE, '--environment', 'dev', '--report-dir', reports, '--yes', '--json'], {
      env: { AWS_ENDPOINT_URL: moto.endpoint, AWS_ACCESS_KEY_ID: 'moto', AWS_SECRET_ACCESS_KEY: 'moto' },
    });

  const before = {
    desired: 3,
    tags: [],
    bounds: [1, 5],
    suspended: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: true,
      ScheduledScalingSuspended: false,
    },
  };

  it('keeps everything over a pause and a resume, twice in a row', async () => {
    expect(await moto.snapshot()).toEqual(before);
    for (let round = 1; round <= 2; round += 1) {
      expect((await run('pause')).code).toBe(0);
      expect(await moto.snapshot()).toEqual({
        desired: 0,
        tags: ['surefoot:paused'],
        bounds: [0, 0],
        suspended: {
          DynamicScalingInSuspended: true,
          DynamicScalingOutSuspended: true,
          ScheduledScalingSuspended: true,
        },
      });
      // moto starts no tasks, so the service can never be seen healthy: that alone is missing.
      const { code, stdout } = await run('resume', '--timeout', '1s');
      expect([code, JSON.parse(stdout).reasons[0].code]).toEqual([1, 'not-ready']);
      expect(await moto.snapshot()).toEqual(before);
    }
  });

  it('holds the scheduled actions as they are written in surefoot.yml', async () => {
    expect((await run('schedule')).code).toBe(0);
    expect(await moto.scheduledActions()).toEqual([
      ['surefoot-pause', 'cron(0 22 * * ? *)', 'America/Toronto', { MinCapacity: 0, MaxCapacity: 0 }],
      ['surefoot-resume', 'cron(0 8 * * ? *)', 'America/Toronto', { MinCapacity: 1, MaxCapacity: 4 }],
    ]);
    expect(JSON.parse((await run('schedule')).stdout).reasons[0].code).toBe('nothing-to-change');
    expect((await run('schedule', '--remove')).code).toBe(0);
    expect(await moto.scheduledActions()).toEqual([]);
  });

  it('takes other bounds', async () => {
    const { code, stdout } = await run('scale', '--minimum', '2', '--desired', '3', '--timeout', '1s');
    expect([code, JSON.parse(stdout).reasons[0].code]).toEqual([1, 'not-ready']);
    expect(await moto.snapshot()).toEqual({ ...before, bounds: [2, 5] });
  });
});
