/** The processes of a process group by the names of their programs. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The ids of the group's processes that run this program, by `ps`, which Linux and macOS have. */
export async function processesOf(group: number, program: string): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,pgid=,args=']);
  return matchingProcesses(stdout, group, program);
}

/**
 * Reads lines of process id, group id and command line, whose first word without its folder is the program's name. Not `comm`: Node calls its
 * main thread MainThread there.
 */
export function matchingProcesses(lines: string, group: number, program: string): number[] {
  return lines.split('\n').flatMap((line) => {
    const [, pid, pgid, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)/.exec(line) ?? [];
    return Number(pgid) === group && path.basename(command) === program ? [Number(pid)] : [];
  });
}
