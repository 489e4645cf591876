/** What the kernel says about the platform's processes: memory, open files, threads, children. Linux's /proc only. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export const ROLES = ['control plane', 'balancer', 'task host'] as const;
export type Role = (typeof ROLES)[number];
export type ByRole<T> = Readonly<Record<Role, T>>;

export interface Reading {
  /** Resident memory in MiB. */
  readonly memory: number;
  readonly handles: number;
  readonly threads: number;
  readonly children: number;
  /** CPU time since its start, in seconds. */
  readonly cpu: number;
}

/** `sysconf(_SC_CLK_TCK)`, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** One value for each of the platform's processes. */
export function byRole<T>(make: (role: Role) => T): ByRole<T> {
  return { 'control plane': make('control plane'), balancer: make('balancer'), 'task host': make('task host') };
}

/** The pids of the platform's processes, by parentage, from that of `surefoot up`. @throws Error when one of them is not there */
export function findProcesses(controlPlane: number): ByRole<number> {
  const children = [...parents()].filter(([, parent]) => parent === controlPlane).map(([pid]) => pid);
  const find = (argument: string): number => {
    const pid = children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(argument));
    if (pid === undefined) {
      throw new Error(`the platform with pid ${controlPlane} has no child ${argument}`);
    }
    return pid;
  };
  return { 'control plane': controlPlane, balancer: find('__balancer'), 'task host': find('__task-host') };
}

/** One reading of each process. @throws Error when one has ended */
export function readProcesses(pids: ByRole<number>): ByRole<Reading> {
  const parentsNow = [...parents().values()];
  return byRole((role) => {
    const pid = pids[role];
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
    const stat = statFields(pid);
    return {
      memory: field('VmRSS') / 1024,
      handles: readdirSync(`/proc/${pid}/fd`).length,
      threads: field('Threads'),
      children: parentsNow.filter((parent) => parent === pid).length,
      // utime and stime are the 14th and 15th field of stat(5), of which the first two are cut off.
      cpu: (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND,
    };
  });
}

/** How many handles of each kind a process has: `socket`, `pipe`, `anon_inode`, or a path. */
export function handleKinds(pid: number): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const handle of readdirSync(`/proc/${pid}/fd`)) {
    const target = ifThere(() => readlinkSync(`/proc/${pid}/fd/${handle}`));
    if (target !== undefined) {
      const kind = target.replace(/:?\[.*$/, '').replace(/^anon_inode:$/, 'anon_inode');
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    }
  }
  return kinds;
}

/** The parent of each process on this machine. */
function parents(): Map<number, number> {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return new Map(pids.map((pid) => [Number(pid), Number(ifThere(() => statFields(Number(pid)))?.[1])]));
}

/** The fields of stat(5) after the name, which may hold spaces: state, parent, … */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Processes and handles may end between being listed and being read. */
function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
