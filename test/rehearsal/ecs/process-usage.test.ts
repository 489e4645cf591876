import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseUsage, processUsage } from '../../../src/rehearsal/ecs/metrics/process-usage.ts';

describe('process usage', () => {
  test('reads utime and stime past a name with spaces and parentheses, and resident memory', () => {
    const stat = '42 (a (b) c) S 1 42 42 0 -1 4194304 1 0 0 0 250 50 7 7 20 0 1 0 100 1000 200 0';
    expect(parseUsage(stat, 'Name:\tx\nVmRSS:\t  20480 kB\nThreads:\t1\n')).toEqual({ cpuSeconds: 3, memoryMib: 20 });
  });

  test.runIf(existsSync('/proc/self/stat'))(
    'counts what a process burns, with its descendants; nothing for a dead one',
    async () => {
      const burn = 'while (process.cpuUsage().user < 400_000);';
      const child = spawn(
        process.execPath,
        [
          '-e',
          `require('node:child_process').spawn(process.execPath, ['-e', "${burn} console.log('burnt'); setInterval(() => {}, 1000)"], { stdio: 'inherit' }); setInterval(() => {}, 1000)`,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
      );
      const pid = child.pid ?? 0;
      await once(child.stdout, 'data');
      const usage = await processUsage(pid);
      // Two Node processes, one of which used 0.4 s; the kernel counts in hundredths.
      expect(usage?.cpuSeconds).toBeGreaterThan(0.35);
      expect(usage?.memoryMib).toBeGreaterThan(40);
      process.kill(-pid, 'SIGKILL');
      await once(child, 'exit');
      expect(await processUsage(pid)).toBeUndefined();
    },
  );
});
