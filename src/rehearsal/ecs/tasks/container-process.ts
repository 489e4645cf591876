/** One container as a process group under the task host. */
import { constants } from 'node:os';
import { linkSignals } from '../../world/linked-signal.ts';
import type { ImageRecipe } from '../../world/tasks/protocol.ts';
import type { ContainerRecord, TaskRecord } from '../records/task.ts';
import type { EcsWorld } from '../world.ts';

/** Exit codes above this are 128 + the number of the signal that ended the process, as shells and Docker report it. */
const SIGNAL_BASE = 128;
/** How long SIGTERM is given when the platform ends while a stop timeout is running. */
const ENDING_GRACE_MS = 1000;

/** A container's process: started once, ended with SIGTERM and, if need be, SIGKILL. Keeps its container's record up to date. */
export class ContainerProcess {
  readonly container: ContainerRecord;
  /** Resolves when the process ended; never if it could not be started. */
  readonly exited: Promise<void>;
  readonly #world: EcsWorld;
  readonly #task: TaskRecord;
  readonly #id: string;
  #alive = false;
  #onExit: () => void = () => {};

  constructor(world: EcsWorld, task: TaskRecord, container: ContainerRecord) {
    this.#world = world;
    this.#task = task;
    this.container = container;
    this.#id = `${task.id}/${container.name}`;
    this.exited = new Promise((resolve) => {
      this.#onExit = resolve;
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when the process runs; rejects when it cannot be started. */
  start(recipe: ImageRecipe, environment: Readonly<Record<string, string>>): Promise<void> {
    const spec = {
      id: this.#id,
      command: recipe.command,
      cwd: recipe.cwd,
      env: environment,
      logFile: this.#world.logs.fileOf(this.#task, this.container),
    };
    return new Promise((resolve, reject) => {
      this.#world.taskHost.start(spec, (event) => {
        switch (event.type) {
          case 'started':
            this.#alive = true;
            this.container.pid = event.pid;
            this.container.status = 'RUNNING';
            resolve();
            return;
          case 'failed':
            reject(new Error(event.message));
            return;
          case 'exited':
            this.#ended(exitCodeOf(event.exitCode, event.signal));
        }
      });
    });
  }

  /** SIGTERM, and SIGKILL when it still runs after `timeoutMs` (real time); resolves when it is gone. */
  async end(timeoutMs: number, platformEnded: AbortSignal): Promise<void> {
    if (!this.#alive) {
      return;
    }
    const { clock, taskHost } = this.#world;
    taskHost.signal(this.#id, 'SIGTERM');
    const timer = new AbortController();
    const { signal } = linkSignals(timer.signal, platformEnded);
    const timeout = clock.sleep(timeoutMs, signal).catch(() => {
      return timer.signal.aborted ? undefined : clock.sleep(ENDING_GRACE_MS, timer.signal).catch(() => {});
    });
    await Promise.race([this.exited, timeout]);
    timer.abort();
    if (this.#alive) {
      taskHost.signal(this.#id, 'SIGKILL');
      await this.exited;
    }
  }

  #ended(exitCode: number): void {
    this.#alive = false;
    this.container.exitCode = exitCode;
    this.container.status = 'STOPPED';
    this.container.pid = undefined;
    this.#onExit();
  }
}

function exitCodeOf(exitCode: number | null, signal: string | null): number {
  if (exitCode !== null) {
    return exitCode;
  }
  const number = signal === null ? undefined : constants.signals[signal as NodeJS.Signals];
  return SIGNAL_BASE + (number ?? 0);
}
