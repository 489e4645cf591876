/** Where containers write what they say, and for how long it stays. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ContainerRecord, TaskRecord } from '../records/task.ts';

/** Names the log files of tasks, and deletes those of tasks that ended long ago. */
export class TaskLogs {
  readonly #directory: string;
  readonly #kept: number;
  /** Files of ended tasks, in the order in which the tasks ended. */
  readonly #ended: (readonly string[])[] = [];

  /** `kept` = ended tasks whose files stay. */
  constructor(directory: string, kept: number) {
    this.#directory = directory;
    this.#kept = kept;
  }

  /** `<task id>-<container>.log` in the log directory. */
  fileOf(task: TaskRecord, container: ContainerRecord): string {
    return path.join(this.#directory, `${task.id}-${container.name}.log`);
  }

  /** The task has ended: its files are the newest to stay. A file that cannot be deleted stays; nobody waits for it. */
  ended(task: TaskRecord): void {
    this.#ended.push(task.containers.map((container) => this.fileOf(task, container)));
    const old = this.#ended.splice(0, Math.max(0, this.#ended.length - this.#kept));
    for (const file of old.flat()) {
      void rm(file, { force: true }).catch(() => {});
    }
  }
}
