/** How many cores a process may use: what its affinity and its control group leave of the machine. Linux; elsewhere all of them. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

/** Cores of the process with this id, a fraction where a quota says so. */
export async function coresOf(pid: number | undefined): Promise<number> {
  const [status, quota] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''),
    readFile('/sys/fs/cgroup/cpu.max', 'utf8').catch(() => ''),
  ]);
  return Math.min(allowedIn(status) ?? availableParallelism(), quotaIn(quota) ?? Number.POSITIVE_INFINITY);
}

/** The number of cores in `Cpus_allowed_list: 0-1,4` of /proc/<pid>/status (proc(5)). */
export function allowedIn(status: string): number | undefined {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  return list?.split(',').reduce((sum, range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return sum + to - from + 1;
  }, 0);
}

/** The cores in `200000 100000` of cpu.max: quota ÷ period; undefined for `max` (kernel's cgroup-v2 documentation). */
export function quotaIn(text: string): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)/.exec(text) ?? [];
  return quota === undefined ? undefined : Number(quota) / Number(period);
}
