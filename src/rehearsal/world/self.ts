/**
 * The platform's helper processes (balancer, task host, databases) run this same program with a hidden first argument, so that one bundle is all
 * that has to be there. Tests and development run from a bundle or through a loader: `SUREFOOT_SELF` and `execArgv` cover both.
 */
import { type ChildProcess, fork } from 'node:child_process';

export type HelperName =
  | '__balancer'
  | '__task-host'
  | '__io-stress'
  | '__database-node'
  | '__database-relay'
  | '__zone-relay'
  | '__dns-relay';

/** Program and first arguments that start this same program as a process of its own. */
export function selfCommand(): readonly [string, ...string[]] {
  const { entry, execArgv } = self();
  return [process.execPath, ...execArgv, entry];
}

function self(): { readonly entry: string; readonly execArgv: readonly string[] } {
  const bundle = process.env['SUREFOOT_SELF'];
  const entry = bundle ?? process.argv[1];
  if (entry === undefined) {
    throw new Error('cannot find my own program file: neither SUREFOOT_SELF nor argv[1] is set');
  }
  return { entry, execArgv: bundle === undefined ? process.execArgv : [] };
}

/** Starts a helper with an IPC channel. It is told to ignore terminal signals by design: its end is the channel's end. */
export function forkHelper(name: HelperName, environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const { entry, execArgv } = self();
  return fork(entry, [name], {
    execArgv: [...execArgv],
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
}
