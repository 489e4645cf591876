/** The control plane's side of the task host: starts it, and hands each container's events to whoever started the container. */
import type { ChildProcess } from 'node:child_process';
import { forkHelper } from '../self.ts';
import type { IoStress } from './io-stress.ts';
import type { FromTaskHost, StartProcess, ToTaskHost } from './protocol.ts';

/** What became of a container's process. `failed` = it could not be started; then no other event follows. */
export type ProcessEvent =
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'exited'; readonly exitCode: number | null; readonly signal: string | null };

export interface TaskHost {
  /** The host's own process id. */
  readonly pid: number;
  /** Starts a process group; `id` must not be in use. `onEvent` is called for each event of this process, never synchronously. */
  start(spec: Omit<StartProcess, 'type'>, onEvent: (event: ProcessEvent) => void): void;
  /** Signals the whole process group; does nothing when it is gone. */
  signal(id: string, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Leaves this share of the time, 0 to 1, to the process group, which stands still in the rest; 1 ends that. Does nothing when it is gone. */
  throttle(id: string, share: number): void;
  /** Has a process of its own write to the disk beside the process group, until null ends it or the group is gone. Does nothing when it is gone. */
  stressIo(id: string, stress: IoStress | null): void;
  /** Signals the group's processes whose program has this name, without its folder; says how many there were. */
  signalProcesses(id: string, program: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<number>;
  /** Kills what still runs; resolves when every process and the host itself are gone. */
  stop(): Promise<void>;
}

/** Starts the task host in a process of its own. Rejects when it ends before it is ready. */
export async function startTaskHost(): Promise<TaskHost> {
  const child = forkHelper('__task-host');
  const client = new TaskHostClient(child);
  await client.ready;
  return client;
}

class TaskHostClient implements TaskHost {
  readonly pid: number;
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #listeners = new Map<string, (event: ProcessEvent) => void>();
  readonly #pids = new Map<string, number>();
  readonly #gone: Promise<void>;
  /** Who waits for how many processes there were. */
  readonly #counts = new Map<number, (count: number) => void>();
  #requests = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.ready = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.once('exit', (code, signal) =>
        reject(new Error(`the task host ended before it was ready (${code ?? signal})`)),
      );
      child.on('message', (message) => {
        const event = message as FromTaskHost;
        if (event.type === 'ready') {
          resolve();
        } else if (event.type === 'processes-signalled') {
          this.#counts.get(event.request)?.(event.count);
          this.#counts.delete(event.request);
        } else if (event.type !== 'stopped') {
          this.#deliver(event);
        }
      });
    });
    this.#gone = new Promise((resolve) => {
      child.once('exit', () => {
        this.#endOrphans();
        for (const answer of this.#counts.values()) {
          answer(0);
        }
        resolve();
      });
    });
  }

  start(spec: Omit<StartProcess, 'type'>, onEvent: (event: ProcessEvent) => void): void {
    if (!this.#child.connected) {
      queueMicrotask(() => onEvent({ type: 'failed', message: 'the task host is not running' }));
      return;
    }
    this.#listeners.set(spec.id, onEvent);
    this.#send({ type: 'start', ...spec });
  }

  signal(id: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#listeners.has(id)) {
      this.#send({ type: 'signal', id, signal });
    }
  }

  throttle(id: string, share: number): void {
    if (this.#listeners.has(id)) {
      this.#send({ type: 'throttle', id, share });
    }
  }

  stressIo(id: string, stress: IoStress | null): void {
    if (this.#listeners.has(id)) {
      this.#send({ type: 'stress-io', id, stress });
    }
  }

  signalProcesses(id: string, program: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<number> {
    if (!this.#child.connected) {
      return Promise.resolve(0);
    }
    const request = ++this.#requests;
    return new Promise((resolve) => {
      this.#counts.set(request, resolve);
      this.#send({ type: 'signal-processes', request, id, program, signal });
    });
  }

  async stop(): Promise<void> {
    this.#send({ type: 'stop' });
    await this.#gone;
  }

  #send(message: ToTaskHost): void {
    if (this.#child.connected) {
      this.#child.send(message);
    }
  }

  #deliver(message: Extract<FromTaskHost, { id: string }>): void {
    const { id, ...event } = message;
    const listener = this.#listeners.get(id);
    if (event.type === 'started') {
      this.#pids.set(id, event.pid);
    } else {
      this.#listeners.delete(id);
      this.#pids.delete(id);
    }
    listener?.(event);
  }

  /** The host was killed itself: nobody else would end its groups. */
  #endOrphans(): void {
    for (const [id, listener] of [...this.#listeners]) {
      const pid = this.#pids.get(id);
      try {
        if (pid !== undefined) {
          process.kill(-pid, 'SIGKILL');
        }
      } catch {
        // Gone already.
      }
      this.#listeners.delete(id);
      this.#pids.delete(id);
      listener({ type: 'exited', exitCode: null, signal: 'SIGKILL' });
    }
  }
}
