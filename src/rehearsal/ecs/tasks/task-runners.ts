/** The tasks of one owner, a service or RunTask, from their start until they are STOPPED. */
import type { TaskStopCode } from '@aws-sdk/client-ecs';
import { stoppedReason } from '../plan/event-text.ts';
import type { ResolvedImage, ResolvedTarget } from '../records/revision.ts';
import type { ContainerRecord, TaskRecord } from '../records/task.ts';
import type { EcsWorld, TaskObserver } from '../world.ts';
import { type StopRequest, TaskRunner } from './task-runner.ts';

/** Starts and stops tasks by their records. A task that is STOPPED is let go before its observer is told. */
export class TaskRunners {
  readonly #world: EcsWorld;
  readonly #observer: TaskObserver;
  readonly #runners = new Map<TaskRecord, TaskRunner>();

  constructor(world: EcsWorld, observer: TaskObserver) {
    this.#world = world;
    this.#observer = { ...observer, changed: (task) => this.#changed(task, observer) };
  }

  /** Starts a task just made, which can be described from now on. `images` resolves a container's image. */
  start(
    task: TaskRecord,
    targets: readonly ResolvedTarget[],
    images: (container: ContainerRecord) => ResolvedImage | undefined,
  ): void {
    this.#world.state.tasks.set(task.arn, task);
    this.#runners.set(task, new TaskRunner(this.#world, task, targets, images, this.#observer));
  }

  /** Asks a task to end; one that has ended, or is another owner's, is left alone. */
  stop(task: TaskRecord, request: StopRequest): void {
    this.#runners.get(task)?.stop(request);
  }

  /** Ends every task with no drain; resolves when all are gone. */
  async endAll(code: TaskStopCode): Promise<void> {
    const runners = [...this.#runners.values()];
    for (const runner of runners) {
      runner.stop({ drain: false, code, reason: stoppedReason.ended });
    }
    await Promise.all(runners.map((runner) => runner.done));
  }

  #changed(task: TaskRecord, observer: TaskObserver): void {
    if (task.lastStatus === 'STOPPED') {
      this.#runners.delete(task);
      this.#world.state.forgetStoppedTasks(this.#world.clock.now());
    }
    observer.changed(task);
  }
}
