/** A one-off task in a service's network, judged by one named container's exit code: a migration before a deployment, a job by hand. */
import type { Container, ContainerDefinition, Service, Task } from '@aws-sdk/client-ecs';
import { mayHaveActed } from '../../aws/errors.ts';
import { OutsideError } from '../../errors.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { logTail } from './log-tail.ts';
import { patiently } from './patience.ts';
import { placementOf } from './placement.ts';
import { lookEveryMs } from './polling.ts';

export interface OneOffTask {
  /** What it is called in messages, e.g. `task before the deployment`. */
  readonly name: string;
  readonly cluster: string;
  /** Whose network, launch type and capacity it gets. */
  readonly service: Pick<
    Service,
    'launchType' | 'capacityProviderStrategy' | 'platformVersion' | 'networkConfiguration'
  >;
  /** By ARN, and the containers in it. */
  readonly taskDefinition: string;
  readonly containers: readonly ContainerDefinition[] | undefined;
  /** Whose command is replaced and whose exit code decides. */
  readonly container: string;
  readonly command: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Of the whole task, in Fargate units and MiB; undefined: as the task definition has it. */
  readonly cpu?: number | undefined;
  readonly memory?: number | undefined;
  readonly timeoutSeconds: number;
  /** By this its tasks are known, whoever started them; two of the same do not run at once. */
  readonly startedBy: string;
  readonly rehearsalSpeed: number | undefined;
}

export interface OneOffEnd {
  readonly arn: string;
  /** Undefined when it had to be stopped because its time was up. */
  readonly task: Task | undefined;
  readonly succeeded: boolean;
  /** How it ended, for people. */
  readonly observed: string;
  /** From the call to its end. */
  readonly seconds: number;
}

/** What a caller knows a task by: at most 128 letters, numbers, hyphens, slashes and underscores (AWS: RunTask, startedBy). */
export function startedByOf(...parts: readonly string[]): string {
  return parts.join('/').slice(0, 128);
}

/**
 * Waits for an earlier task of the same name, runs this one and waits for its end. When that is cut short, the task is stopped before the
 * error goes on.
 */
export async function runOneOff(oneOff: OneOffTask, recorder: Recorder, ports: Ports): Promise<OneOffEnd> {
  await untilNoneRuns(oneOff, ports);
  const begun = ports.clock.now();
  const noted = { name: oneOff.name, cluster: oneOff.cluster, startedBy: oneOff.startedBy, since: begun.toISOString() };
  ports.journal?.running(noted);
  const arn = await startTask(oneOff, ports);
  ports.journal?.running({ ...noted, arn });
  recorder.event('change', 'task started', arn);
  const task = await untilStopped(oneOff, arn, ports);
  ports.journal?.ran();
  const seconds = Math.round((ports.clock.now().getTime() - begun.getTime()) / 100) / 10;
  const succeeded = containerOf(task, oneOff)?.exitCode === 0;
  const observed = describeEnd(task, oneOff);
  recorder.check({
    name: oneOff.name,
    verdict: succeeded ? 'pass' : 'fail',
    expected: `container "${oneOff.container}" exits with 0`,
    observed,
    seconds,
  });
  ports.reporter.info(`${oneOff.name}: ${observed}`);
  if (!succeeded) {
    tellTail(await logTail(oneOff.containers, oneOff.container, { taskArn: arn }, ports), oneOff, recorder, ports);
  }
  return { arn, task, succeeded, observed, seconds };
}

/** What the task said last, for people and for the record. */
function tellTail(tail: readonly string[], { name }: OneOffTask, recorder: Recorder, ports: Ports): void {
  for (const line of tail) {
    ports.reporter.info(`  | ${line}`);
  }
  if (tail.length > 0) {
    recorder.event('problem', `last lines of the ${name}`, tail.join('\n'));
  }
}

/** The task of a run that died goes on without it. */
async function untilNoneRuns(oneOff: OneOffTask, ports: Ports): Promise<void> {
  const { name, cluster, startedBy, timeoutSeconds, rehearsalSpeed } = oneOff;
  const deadline = ports.clock.now().getTime() + timeoutSeconds * 1000;
  for (let look = 1; ; look += 1) {
    const [earlier] = await ports.aws.ecs.tasks(cluster, { startedBy });
    if (earlier === undefined) {
      return;
    }
    const what = `an earlier ${name} still runs: ${earlier.taskArn}`;
    if (ports.clock.now().getTime() > deadline) {
      const message = `${what}; wait for its end, or stop it with \`aws ecs stop-task\``;
      throw new OutsideError('earlier-task-running', message, 'ecs:ListTasks');
    }
    if (look === 1) {
      ports.reporter.warn(`${what}; waiting for its end`);
    }
    await ports.clock.sleep(lookEveryMs(rehearsalSpeed), ports.signal);
  }
}

/** The SDK gives the call a clientToken, so that its own retries start no second task. A task whose start got no answer is stopped. */
async function startTask(oneOff: OneOffTask, ports: Ports): Promise<string> {
  const { cluster, taskDefinition, startedBy } = oneOff;
  try {
    const task = await ports.aws.ecs.runTask({
      cluster,
      taskDefinition,
      count: 1,
      startedBy,
      ...placementOf(oneOff.service),
      overrides: overridesOf(oneOff),
    });
    return task.taskArn ?? '';
  } catch (error) {
    if (mayHaveActed(error)) {
      await stopStarted(oneOff, ports);
    } else {
      ports.journal?.ran();
    }
    throw error;
  }
}

function overridesOf({ container, command, variables = {}, cpu, memory }: OneOffTask) {
  const environment = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return {
    containerOverrides: [
      { name: container, command: [...command], ...(environment.length === 0 ? {} : { environment }) },
    ],
    ...(cpu === undefined ? {} : { cpu: String(cpu) }),
    ...(memory === undefined ? {} : { memory: String(memory) }),
  };
}

/** Stops the task, or where its ARN never came back, what runs in its name. */
async function stopStarted({ name, cluster, startedBy }: OneOffTask, ports: Ports, arn?: string): Promise<void> {
  const { ecs } = ports.awsForUndo;
  try {
    const tasks = arn === undefined ? await ecs.tasks(cluster, { startedBy }) : [{ taskArn: arn }];
    for (const { taskArn } of tasks) {
      await ecs.stopTask(cluster, taskArn ?? '', `surefoot: the ${name} was cut short`);
    }
    ports.journal?.ran();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    ports.reporter.warn(`the ${name} may run: could not stop it: ${said}`);
  }
}

async function untilStopped(oneOff: OneOffTask, arn: string, ports: Ports): Promise<Task | undefined> {
  const { name, cluster, timeoutSeconds, rehearsalSpeed } = oneOff;
  const deadline = ports.clock.now().getTime() + timeoutSeconds * 1000;
  try {
    for (;;) {
      const [task] = await patiently(() => ports.aws.ecs.describeTasks(cluster, [arn]), ports);
      if (task?.lastStatus === 'STOPPED') {
        return task;
      }
      if (ports.clock.now().getTime() > deadline) {
        await ports.aws.ecs.stopTask(cluster, arn, `surefoot: the time for the ${name} is up`);
        return undefined;
      }
      ports.reporter.progress(`${name}: ${task?.lastStatus ?? 'starting'}`);
      await ports.clock.sleep(lookEveryMs(rehearsalSpeed), ports.signal);
    }
  } catch (error) {
    await stopStarted(oneOff, ports, arn);
    throw error;
  }
}

/** Only the named container counts: side cars (GuardDuty's, a log router) end as they like. No exit code is no success. */
function describeEnd(task: Task | undefined, oneOff: Pick<OneOffTask, 'container'>): string {
  if (task === undefined) {
    return 'its time was up and it was stopped';
  }
  const container = containerOf(task, oneOff);
  if (container === undefined) {
    return `it has no container "${oneOff.container}"`;
  }
  const why = container.reason ?? task.stoppedReason ?? 'no reason given';
  return container.exitCode === undefined
    ? `"${oneOff.container}" has no exit code: ${why}`
    : `"${oneOff.container}" exited with ${container.exitCode}${container.exitCode === 0 ? '' : ` (${why})`}`;
}

function containerOf(
  task: Task | undefined,
  { container: name }: Pick<OneOffTask, 'container'>,
): Container | undefined {
  return task?.containers?.find((container) => container.name === name);
}
