/**
 * One task from PROVISIONING to STOPPED, with its containers as real processes.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
import type { TaskStopCode } from '@aws-sdk/client-ecs';
import { linkSignals } from '../../world/linked-signal.ts';
import type { ImageRecipe } from '../../world/tasks/protocol.ts';
import { stoppedReason } from '../plan/event-text.ts';
import type { ResolvedImage, ResolvedTarget } from '../records/revision.ts';
import type { ContainerRecord, TaskRecord, TaskStatus } from '../records/task.ts';
import type { EcsWorld, TaskObserver } from '../world.ts';
import { ContainerProcess } from './container-process.ts';
import { overrideOf } from './new-task.ts';
import { deregisterTask, registerTask, untilDrained } from './registration.ts';
import { assignAddresses, containerEnvironment, type PortPlan } from './task-network.ts';
import { secretsOf } from './task-secrets.ts';

export interface StopRequest {
  /** Wait until the load balancer has drained the targets before SIGTERM (the scheduler does); otherwise SIGTERM goes out at once. */
  readonly drain: boolean;
  readonly code: TaskStopCode;
  readonly reason: string;
}

class LaunchFailure extends Error {
  readonly code: TaskStopCode;

  constructor(code: TaskStopCode, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** Runs one task. Everything that can be seen of it is in its record, which this class alone changes. */
export class TaskRunner {
  readonly task: TaskRecord;
  /** Resolves when the task is STOPPED. */
  readonly done: Promise<void>;
  readonly #world: EcsWorld;
  readonly #observer: TaskObserver;
  readonly #targets: readonly ResolvedTarget[];
  readonly #images: (container: ContainerRecord) => ResolvedImage | undefined;
  readonly #processes: ContainerProcess[] = [];
  /** Aborts at the first reason to stop. */
  readonly #stopping = new AbortController();
  /** Aborts when waiting for the drain is pointless or no longer wanted. */
  readonly #hurry = new AbortController();

  /** Begins at once. `images` resolves a container's image, once for the whole revision. */
  constructor(
    world: EcsWorld,
    task: TaskRecord,
    targets: readonly ResolvedTarget[],
    images: (container: ContainerRecord) => ResolvedImage | undefined,
    observer: TaskObserver,
  ) {
    this.#world = world;
    this.task = task;
    this.#targets = targets;
    this.#images = images;
    this.#observer = observer;
    this.done = this.#run();
  }

  /** Asks the task to end. The first reason counts; a later request without `drain` cuts a drain short. */
  stop(request: StopRequest): void {
    this.#endWith(request.code, request.reason);
    if (!request.drain) {
      this.#hurry.abort();
    }
  }

  async #run(): Promise<void> {
    try {
      await this.#launch();
      await aborted(this.#stopping.signal);
    } catch (error) {
      if (!this.#stopping.signal.aborted) {
        const code = error instanceof LaunchFailure ? error.code : 'TaskFailedToStart';
        this.#endWith(code, error instanceof Error ? error.message : String(error));
      }
    }
    await this.#shutDown();
  }

  async #launch(): Promise<void> {
    const { task } = this;
    const { clock } = this.#world;
    const { signal } = this.#stopping;
    const images = task.containers.map((container) => ({ container, image: this.#images(container) }));
    this.#announce();
    const startDelay = Math.max(0, ...images.map(({ image }) => image?.recipe.startDelayMs ?? 0));
    // Where AWS's time goes between the network interface and the pull is not published; half each.
    const ports = await assignAddresses(this.#world.addresses, task, this.#targets);
    await clock.sleepScaled(startDelay / 2, signal);
    this.#enter('PENDING');
    task.connectivityAt = clock.now();
    task.pullStartedAt = clock.now();
    await clock.sleepScaled(startDelay / 2, signal);
    for (const { container, image } of images) {
      if (image === undefined) {
        container.reason = stoppedReason.cannotPull(container.image);
        throw new LaunchFailure('TaskFailedToStart', container.reason);
      }
      container.digest = image.digest;
    }
    const secrets = await this.#pullSecrets();
    task.pullStoppedAt = clock.now();
    await this.#startContainers(images, ports, secrets);
    signal.throwIfAborted();
    this.#enter('ACTIVATING');
    await this.#register(ports);
    signal.throwIfAborted();
    task.startedAt = clock.now();
    this.#enter('RUNNING');
  }

  /** By container. A task keeps what it gets here for as long as it runs. */
  async #pullSecrets(): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    const { task } = this;
    try {
      const pulled = task.containers.map(
        async (container) => [container.name, await secretsOf(this.#world.call, task, container)] as const,
      );
      return new Map(await Promise.all(pulled));
    } catch (error) {
      const reason = stoppedReason.cannotPullSecrets(error instanceof Error ? error.message : String(error));
      throw new LaunchFailure('TaskFailedToStart', reason);
    }
  }

  async #startContainers(
    images: readonly { readonly container: ContainerRecord; readonly image: ResolvedImage | undefined }[],
    ports: PortPlan,
    secrets: ReadonlyMap<string, Readonly<Record<string, string>>>,
  ): Promise<void> {
    for (const { container, image } of images) {
      if (image === undefined) {
        continue;
      }
      const process = new ContainerProcess(this.#world, this.task, container);
      this.#processes.push(process);
      void process.exited.then(() => this.#containerExited(container));
      try {
        const recipe = this.#recipeOf(container, image);
        const own = secrets.get(container.name) ?? {};
        const environment = containerEnvironment(this.#world, this.task, container, recipe, ports, own);
        await process.start(recipe, (await this.#world.zoneRelays?.lead(this.task, environment)) ?? environment);
      } catch (error) {
        container.reason = stoppedReason.cannotStart(error instanceof Error ? error.message : String(error));
        throw new LaunchFailure('TaskFailedToStart', container.reason);
      }
    }
  }

  /**
   * How the container runs. A command that RunTask gives is the process's whole argument list, program first, in the image's directory:
   * the recipe of an image stands for its ENTRYPOINT and CMD together, so there is no entry point left to put before it.
   */
  #recipeOf(container: ContainerRecord, { recipe }: ResolvedImage): ImageRecipe {
    const [program, ...args] = overrideOf(this.task.overrides, container.name)?.command ?? [];
    return program === undefined ? recipe : { ...recipe, command: [program, ...args] };
  }

  async #register(ports: PortPlan): Promise<void> {
    for (const target of this.#targets) {
      try {
        await registerTask(this.#world.call, this.task, target, ports);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new LaunchFailure('TaskFailedToStart', stoppedReason.cannotRegister(target.targetGroupArn, message));
      }
      this.#observer.registered(this.task, target.targetGroupArn);
    }
  }

  #containerExited(container: ContainerRecord): void {
    if (container.essential) {
      this.#endWith('EssentialContainerExited', stoppedReason.essentialContainer);
    }
    if (container.essential || this.#processes.every((process) => !process.alive)) {
      this.#hurry.abort();
    }
    this.#observer.changed(this.task);
  }

  async #shutDown(): Promise<void> {
    const { task } = this;
    const { clock, ended, zoneRelays } = this.#world;
    task.stoppingAt = clock.now();
    if (task.targets.length > 0 && !ended.aborted) {
      this.#enter('DEACTIVATING');
      await this.#deregister();
    }
    const draining = [...task.targets];
    task.targets = [];
    this.#enter('STOPPING');
    await Promise.all(this.#processes.map((process) => process.end(process.container.stopTimeoutMs, ended)));
    await zoneRelays?.release(task).catch(() => undefined);
    task.executionStoppedAt = clock.now();
    this.#enter('DEPROVISIONING');
    // An address is not given to another task while the balancer still drains it.
    void untilDrained(this.#world, draining, ended).then(() => {
      for (const address of task.addresses) {
        address.release();
      }
    });
    for (const container of task.containers) {
      container.status = 'STOPPED';
    }
    task.stoppedAt = clock.now();
    this.#world.logs.ended(task);
    this.#enter('STOPPED');
  }

  async #deregister(): Promise<void> {
    const { task } = this;
    for (const target of task.targets) {
      await deregisterTask(this.#world.call, target);
      this.#observer.deregistered(task, target.targetGroupArn);
    }
    this.#observer.draining(task);
    if (this.#processes.some((process) => process.alive)) {
      const hurry = linkSignals(this.#hurry.signal, this.#world.ended);
      await untilDrained(this.#world, task.targets, hurry.signal).finally(hurry.release);
    }
  }

  #endWith(code: TaskStopCode, reason: string): void {
    const { task } = this;
    if (task.desiredStatus === 'STOPPED') {
      return;
    }
    task.desiredStatus = 'STOPPED';
    task.stopCode = code;
    task.stoppedReason = reason;
    this.#stopping.abort();
    this.#observer.changed(task);
  }

  #enter(status: TaskStatus): void {
    this.task.lastStatus = status;
    this.task.version += 1;
    this.#announce();
    this.#observer.changed(this.task);
  }

  #announce(): void {
    const { arn: taskArn, group, lastStatus } = this.task;
    this.#world.emit({ type: 'task', taskArn, group, lastStatus });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}
