/** A load made by tasks of ECS, each a part of it: started together, followed by their logs, put together from their results. */
import type { ContainerDefinition, Service, Task } from '@aws-sdk/client-ecs';
import { OutsideError } from '../../../errors.ts';
import { mergeSegments } from '../../../measure/segments/merge.ts';
import { formatSegment } from '../../../measure/segments/segment.ts';
import { planShape } from '../../../measure/shape-plan.ts';
import type { LoadProgress, RunningLoad, ShapedLoad } from '../../../measure/types.ts';
import type { LoadRecord } from '../../../report/evidence.ts';
import { startedByOf } from '../../common/one-off-task.ts';
import { patiently } from '../../common/patience.ts';
import { placementOf } from '../../common/placement.ts';
import { lookEveryMs } from '../../common/polling.ts';
import type { Ports } from '../../ports.ts';
import { formatJob, PART_VARIABLE } from './job.ts';
import { PartLog } from './part-log.ts';

/** Which tasks make the load. */
export interface Generators {
  readonly count: number;
  readonly cluster: string;
  /** Whose network and launch type they get. */
  readonly service: Service;
  /** The task definition, by ARN, and the container in it whose command is `surefoot load-part`. */
  readonly taskDefinition: string;
  readonly container: ContainerDefinition;
  /** From now until the first request: tasks must have come up by then. */
  readonly startInSeconds: number;
  readonly rehearsalSpeed: number | undefined;
}

/** A part ends by itself with its plan; this long after it must have, it is stopped. */
const SLACK_SECONDS = 120;
/** CloudWatch Logs may show the last lines of a task this long after its end; a rehearsal shows them at once. */
const LOG_PATIENCE_SECONDS = { aws: 60, rehearsal: 3 };

type TaskPorts = Pick<Ports, 'aws' | 'awsForUndo' | 'clock' | 'reporter' | 'signal'>;

/**
 * Starts the tasks; when one cannot be started, those that were are stopped.
 * @param headers as the profile has them: what is secret in them never leaves this machine
 * @throws OutsideError of ECS; `done` rejects with `part-lost` when a task ends without a result
 */
export async function startOnTasks(
  load: ShapedLoad,
  headers: Readonly<Record<string, string>>,
  generators: Generators,
  ports: TaskPorts,
  onProgress: (progress: LoadProgress) => void,
): Promise<RunningLoad> {
  const run = new LoadOnTasks(load, generators, ports, onProgress);
  await run.start(headers);
  return run;
}

class LoadOnTasks implements RunningLoad {
  readonly startedAt: Promise<Date>;
  readonly done: Promise<LoadRecord>;
  readonly #load: ShapedLoad;
  readonly #generators: Generators;
  readonly #ports: TaskPorts;
  readonly #onProgress: (progress: LoadProgress) => void;
  readonly #startAt: Date;
  readonly #parts: PartLog[] = [];
  #begin: (result: Promise<LoadRecord>) => void = () => undefined;
  #stopping = false;
  /** What follows the tasks goes on after a cancellation: they are stopped then, and still tell what they counted. */
  readonly #following: TaskPorts;

  constructor(
    load: ShapedLoad,
    generators: Generators,
    ports: TaskPorts,
    onProgress: (progress: LoadProgress) => void,
  ) {
    this.#load = load;
    this.#generators = generators;
    this.#ports = ports;
    this.#following = { ...ports, signal: new AbortController().signal };
    this.#onProgress = onProgress;
    this.#startAt = new Date(ports.clock.now().getTime() + generators.startInSeconds * 1000);
    this.startedAt = Promise.resolve(this.#startAt);
    this.done = new Promise((resolve) => {
      this.#begin = resolve;
    });
    // A caller that has its reason to give up may leave it unawaited.
    this.done.catch(() => undefined);
  }

  async start(headers: Readonly<Record<string, string>>): Promise<void> {
    const { count, cluster, service, taskDefinition, container } = this.#generators;
    try {
      for (let index = 0; index < count; index += 1) {
        const segment = { index, of: count };
        const { name, url, timeoutSeconds, shape, virtualUsers } = this.#load;
        const stages = shape.stages.map((stage) => ({ ...stage }));
        const job = formatJob({
          segment,
          startAt: this.#startAt.toISOString(),
          load: { name, url, headers: { ...headers }, timeoutSeconds, shape: { ...shape, stages }, virtualUsers },
        });
        const task = await this.#ports.aws.ecs.runTask({
          cluster,
          taskDefinition,
          count: 1,
          startedBy: startedByOf('surefoot-load', name),
          ...placementOf(service),
          overrides: {
            containerOverrides: [
              // Its own command again: on AWS that changes nothing, and a rehearsal runs commands of overrides only.
              { name: container.name, command: container.command, environment: [{ name: PART_VARIABLE, value: job }] },
            ],
          },
        });
        this.#parts.push(new PartLog(segment, task.taskArn ?? '', container, this.#ports));
        this.#ports.reporter.info(`part ${formatSegment(segment)}: ${task.taskArn}`);
      }
    } catch (error) {
      await this.#stop('not all parts could be started');
      throw error;
    }
    this.#begin(this.#follow());
  }

  async finish(): Promise<LoadRecord> {
    await this.#stop('the load was ended');
    return this.done;
  }

  abort(): void {
    void this.#stop('the load was ended');
  }

  async #follow(): Promise<LoadRecord> {
    try {
      const ended = await this.#untilStopped();
      await this.#untilTold();
      const records = this.#parts.map((part) => part.record ?? this.#lost(part, ended));
      return mergeSegments(records);
    } catch (error) {
      await this.#stop('the load was given up');
      throw error;
    }
  }

  async #untilStopped(): Promise<readonly Task[]> {
    const { cluster, rehearsalSpeed, startInSeconds } = this.#generators;
    const { seconds } = planShape(this.#load);
    const longest = startInSeconds + seconds + this.#load.timeoutSeconds + SLACK_SECONDS;
    const deadline = this.#ports.clock.now().getTime() + longest * 1000;
    for (;;) {
      const arns = this.#parts.map(({ task }) => task);
      const tasks = await patiently(() => this.#ports.awsForUndo.ecs.describeTasks(cluster, arns), this.#following);
      await this.#read();
      if (tasks.every(({ lastStatus }) => lastStatus === 'STOPPED')) {
        return tasks;
      }
      if (this.#ports.signal.aborted || this.#ports.clock.now().getTime() > deadline) {
        await this.#stop('its time is up');
      }
      await this.#ports.clock.sleep(lookEveryMs(rehearsalSpeed));
    }
  }

  /** What the tasks have told; and their sum, for whoever watches the load. */
  async #read(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.read()));
    const told = this.#parts.flatMap(({ progress }) => progress ?? []);
    if (told.length < this.#parts.length) {
      return;
    }
    const sum = (of: (one: (typeof told)[number]) => number) => told.reduce((total, one) => total + of(one), 0);
    const shares = told.map(({ cpu }) => cpu.k6);
    this.#onProgress({
      second: Math.min(...told.map(({ second }) => second)),
      planned: sum(({ planned }) => planned),
      ok: sum(({ ok }) => ok),
      failed: sum(({ failed }) => failed),
      dropped: sum(({ dropped }) => dropped),
      inFlight: sum(({ inFlight }) => inFlight),
      p50: undefined,
      p99: undefined,
      cpu: {
        k6: shares.some((share) => share === null) ? null : Math.max(...shares.map((share) => share ?? 0)),
        reader: Math.max(...told.map(({ cpu }) => cpu.reader)),
      },
    });
  }

  async #untilTold(): Promise<void> {
    const patience = LOG_PATIENCE_SECONDS[this.#generators.rehearsalSpeed === undefined ? 'aws' : 'rehearsal'];
    const deadline = this.#ports.clock.now().getTime() + patience * 1000;
    while (this.#parts.some(({ record }) => record === undefined) && this.#ports.clock.now().getTime() < deadline) {
      await this.#read();
      if (this.#parts.every((part) => part.isOver)) {
        return;
      }
      await this.#ports.clock.sleep(lookEveryMs(this.#generators.rehearsalSpeed));
    }
  }

  #lost(part: PartLog, tasks: readonly Task[]): never {
    const task = tasks.find(({ taskArn }) => taskArn === part.task);
    const container = task?.containers?.find(({ name }) => name === this.#generators.container.name);
    const exit = container?.exitCode === undefined ? 'without an exit code' : `with ${container.exitCode}`;
    const why = [task?.stoppedReason, container?.reason, ...part.tail].filter((text) => text !== undefined);
    throw new OutsideError(
      'part-lost',
      `part ${formatSegment(part.segment)} of the load left no result, so nothing is known of the whole: its task ended ${exit}; ${why.join('; ')}`,
      part.task,
    );
  }

  /** Each task then tells what it had counted; ECS gives it `stopTimeout` for it. */
  async #stop(reason: string): Promise<void> {
    if (this.#stopping) {
      return;
    }
    this.#stopping = true;
    const { cluster } = this.#generators;
    for (const { task } of this.#parts) {
      await this.#ports.awsForUndo.ecs.stopTask(cluster, task, `surefoot: ${reason}`).catch((error: unknown) => {
        const said = error instanceof Error ? error.message : String(error);
        this.#ports.reporter.warn(`${task} may run on until its part is over: ${said}`);
      });
    }
  }
}
