/** The processes of a process group by the names of their programs. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The ids of the group's processes that run this program, by `ps`, which Linux and macOS have; the name as `ps -o comm` shows it. */
export async function processesOf(group: number, program: string): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,pgid=,comm=']);
  return matchingProcesses(stdout, group, program);
}

/** Reads lines of process id, group id and command; macOS gives the command with its path, Linux 15 characters of its name. */
export function matchingProcesses(lines: string, group: number, program: string): number[] {
  return lines.split('\n').flatMap((line) => {
    const [, pid, pgid, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.+?)\s*$/.exec(line) ?? [];
    return Number(pgid) === group && path.basename(command) === program.slice(0, 15) ? [Number(pid)] : [];
  });
}
