/** What a process and its descendants use, from `/proc`. */
import { readFile } from 'node:fs/promises';

/** USER_HZ, the unit of the times in /proc/<pid>/stat: 100 on every Linux that Node runs on. Source: proc(5) */
const TICKS_PER_SECOND = 100;

export interface ProcessUsage {
  /** CPU seconds used so far, by this process and its living descendants. */
  readonly cpuSeconds: number;
  /** Resident memory, in MiB. */
  readonly memoryMib: number;
}

/** Reads the usage of `pid` with its descendants; undefined where there is no such process or no `/proc`. */
export async function processUsage(pid: number): Promise<ProcessUsage | undefined> {
  const own = await readOne(pid);
  if (own === undefined) {
    return undefined;
  }
  const below = await Promise.all((await childrenOf(pid)).map(processUsage));
  return below.reduce<ProcessUsage>(
    (sum, usage) => ({
      cpuSeconds: sum.cpuSeconds + (usage?.cpuSeconds ?? 0),
      memoryMib: sum.memoryMib + (usage?.memoryMib ?? 0),
    }),
    own,
  );
}

async function readOne(pid: number): Promise<ProcessUsage | undefined> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    return parseUsage(stat, status);
  } catch {
    return undefined;
  }
}

/** Takes utime and stime (fields 14 and 15) from `stat` and VmRSS from `status`, which needs no page size. Source: proc(5) */
export function parseUsage(stat: string, status: string): ProcessUsage {
  // The second field, the program's name in parentheses, may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return { cpuSeconds: ticks / TICKS_PER_SECOND, memoryMib: kib / 1024 };
}

async function childrenOf(pid: number): Promise<number[]> {
  try {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
