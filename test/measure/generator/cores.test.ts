import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { allowedIn, coresOf, quotaIn } from '../../../src/measure/generator/cores.ts';
import { CpuMeter } from '../../../src/measure/generator/cpu-meter.ts';

describe('the cores that a process may use', () => {
  it('are those of its affinity', () => {
    expect(allowedIn('Name:\tk6\nCpus_allowed_list:\t0\nMems_allowed_list:\t0\n')).toBe(1);
    expect(allowedIn('Cpus_allowed_list:\t0-3,8,10-11\n')).toBe(7);
    expect(allowedIn('Name:\tk6\n')).toBeUndefined();
  });

  it('are less where its control group has a quota', () => {
    expect(quotaIn('150000 100000\n')).toBe(1.5);
    expect(quotaIn('max 100000\n')).toBeUndefined();
    expect(quotaIn('')).toBeUndefined();
  });

  it('are at least a part of one, and never more than there are', async () => {
    for (const pid of [process.pid, undefined]) {
      const cores = await coresOf(pid);
      expect(cores).toBeGreaterThan(0);
      expect(cores).toBeLessThanOrEqual(availableParallelism());
    }
  });
});

describe('the CPU meter', () => {
  it('gives shares of the cores since the last sample, and over all of them', () => {
    const meter = new CpuMeter(2);
    const now = Date.now() / 1000 + 10;
    meter.sample(now, 1);
    expect(meter.sample(now + 1, 3).k6).toBeCloseTo(1);
    expect(meter.sample(now + 3, 4).k6).toBeCloseTo(0.25);
    expect(meter.mean().k6).toBeCloseTo(0.5);
    expect(meter.mean().reader).toBeGreaterThanOrEqual(0);
  });

  it('keeps what was known when k6 has gone', () => {
    const meter = new CpuMeter(1);
    const now = Date.now() / 1000 + 10;
    meter.sample(now, 1);
    meter.sample(now + 1, 1.5);
    expect(meter.sample(now + 2, undefined).k6).toBeNull();
    expect(meter.mean().k6).toBeCloseTo(0.5);
  });
});
