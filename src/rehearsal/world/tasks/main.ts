/**
 * The task host: a process that starts every container of the rehearsal platform as a process group of its own. It outlives nothing:
 * when the channel to the control plane breaks, for whatever reason, it kills every group and ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import type { FromTaskHost, StartProcess, ToTaskHost } from './protocol.ts';

/** What a container needs of the machine to find its program; everything else comes from the task. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG'] as const;
/** A container that a group leader left behind is killed; this bounds how long `stop` waits to see it gone. */
const GROUP_GONE_TIMEOUT_MS = 1000;

/** Runs the task host until the control plane says `stop` or the channel breaks. Speaks `tasks/protocol.ts` over the IPC channel. */
export function runTaskHost(): void {
  const host = new TaskHostProcess();
  // A terminal's Ctrl-C reaches the whole foreground group; only the control plane decides when tasks end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {});
  }
  process.on('disconnect', () => {
    host.killAll();
    process.exit(0);
  });
  process.on('message', (message) => host.handle(message as ToTaskHost));
  send({ type: 'ready' });
}

class TaskHostProcess {
  readonly #children = new Map<string, ChildProcess>();
  #stopping = false;

  handle(message: ToTaskHost): void {
    switch (message.type) {
      case 'start':
        this.#start(message);
        return;
      case 'signal':
        signalGroup(this.#children.get(message.id)?.pid, message.signal);
        return;
      case 'stop':
        void this.#stop();
    }
  }

  killAll(): void {
    for (const child of this.#children.values()) {
      signalGroup(child.pid, 'SIGKILL');
    }
  }

  #start(spec: StartProcess): void {
    if (this.#stopping || this.#children.has(spec.id)) {
      send({ type: 'failed', id: spec.id, message: this.#stopping ? 'the task host is stopping' : 'already running' });
      return;
    }
    try {
      const child = spawnInGroup(spec);
      this.#children.set(spec.id, child);
      child.on('error', (error) => {
        this.#children.delete(spec.id);
        send({ type: 'failed', id: spec.id, message: error.message });
      });
      child.on('spawn', () => {
        if (child.pid !== undefined) {
          send({ type: 'started', id: spec.id, pid: child.pid });
        }
      });
      child.on('exit', (exitCode, signal) => {
        // As in a container, what the first process started ends with it.
        signalGroup(child.pid, 'SIGKILL');
        this.#children.delete(spec.id);
        send({ type: 'exited', id: spec.id, exitCode, signal });
      });
    } catch (error) {
      send({ type: 'failed', id: spec.id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  async #stop(): Promise<void> {
    this.#stopping = true;
    const groups = [...this.#children.values()].map((child) => child.pid);
    this.killAll();
    const deadline = Date.now() + GROUP_GONE_TIMEOUT_MS;
    while ((this.#children.size > 0 || groups.some(groupExists)) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    process.send?.({ type: 'stopped' } satisfies FromTaskHost, () => process.exit(0));
  }
}

function spawnInGroup(spec: StartProcess): ChildProcess {
  mkdirSync(path.dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, 'a');
  try {
    const [program, ...args] = spec.command;
    return spawn(program, args, {
      cwd: spec.cwd,
      env: { ...inheritedEnvironment(), ...spec.env },
      detached: true,
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

function inheritedEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) {
      environment[name] = value;
    }
  }
  return environment;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: the group is gone already, which is what was wanted.
  }
}

function groupExists(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(-pid, 0);
  } catch {
    return false;
  }
}

function send(message: FromTaskHost): void {
  if (process.connected) {
    process.send?.(message);
  }
}
