/**
 * The task host: a process that starts every container of the rehearsal platform as a process group of its own. It outlives nothing:
 * when the channel to the control plane breaks, for whatever reason, it kills every group and ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { forkHelper } from '../self.ts';
import { processesOf } from './group-processes.ts';
import { IO_STRESS_JOB, type IoStress, type IoStressJob } from './io-stress.ts';
import type { FromTaskHost, StartProcess, ToTaskHost } from './protocol.ts';
import { Throttle } from './throttle.ts';

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
  readonly #throttles = new Map<string, Throttle>();
  /** Beginnings of file names beside the containers' logs. */
  readonly #places = new Map<string, string>();
  readonly #ioStress = new Map<string, ChildProcess>();
  #stopping = false;

  handle(message: ToTaskHost): void {
    switch (message.type) {
      case 'start':
        this.#start(message);
        return;
      case 'signal':
        this.#signal(message.id, message.signal);
        return;
      case 'throttle':
        this.#throttle(message.id, message.share);
        return;
      case 'stress-io':
        this.#stressIo(message.id, message.stress);
        return;
      case 'signal-processes':
        void this.#signalProcesses(message);
        return;
      case 'stop':
        void this.#stop();
    }
  }

  /** A group that stands still gets SIGTERM only when it runs again; its throttle sees to that within milliseconds. */
  #signal(id: string, signal: NodeJS.Signals): void {
    signalGroup(this.#children.get(id)?.pid, signal);
  }

  #throttle(id: string, share: number): void {
    if (!this.#children.has(id)) {
      return;
    }
    const throttle = this.#throttles.get(id) ?? new Throttle((signal) => this.#signal(id, signal));
    this.#throttles.set(id, throttle);
    throttle.set(share);
  }

  #stressIo(id: string, stress: IoStress | null): void {
    this.#ioStress.get(id)?.kill('SIGKILL');
    this.#ioStress.delete(id);
    const prefix = this.#places.get(id);
    if (stress !== null && prefix !== undefined && this.#children.has(id)) {
      const job: IoStressJob = { ...stress, prefix };
      this.#ioStress.set(id, forkHelper('__io-stress', { [IO_STRESS_JOB]: JSON.stringify(job) }));
    }
  }

  async #signalProcesses(message: Extract<ToTaskHost, { type: 'signal-processes' }>): Promise<void> {
    const group = this.#children.get(message.id)?.pid;
    const found = group === undefined ? [] : await processesOf(group, message.program).catch(() => []);
    const reached = found.filter((pid) => signalled(pid, message.signal));
    send({ type: 'processes-signalled', request: message.request, count: reached.length });
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
      this.#places.set(spec.id, spec.logFile);
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
        this.#throttles.get(spec.id)?.end();
        this.#throttles.delete(spec.id);
        this.#stressIo(spec.id, null);
        this.#places.delete(spec.id);
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

/** Does nothing when the group is gone. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid !== undefined) {
    signalled(-pid, signal);
  }
}

/** Whether there was a process, or with a negative number a group, to signal. */
function signalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
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
