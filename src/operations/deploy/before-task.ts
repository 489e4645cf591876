/** The one-off task before a deployment (a migration): run in the candidate's image, judged by one named container's exit code. */
import type { Container, Task } from '@aws-sdk/client-ecs';
import { mayHaveActed } from '../../aws/errors.ts';
import { OutsideError } from '../../errors.ts';
import type { BeforeTask } from '../../platform/model.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { containersOf } from './candidate.ts';
import { logTail } from './log-tail.ts';
import { patiently } from './patience.ts';
import type { DeployPlan } from './plan.ts';
import { lookEveryMs } from './polling.ts';
import type { RollbackCause } from './verdict.ts';

export interface BeforeResult {
  readonly task: Task | undefined;
  /** Why the deployment must not start; undefined when it may. */
  readonly cause: RollbackCause | undefined;
}

/** Runs the task in the service's network and waits for its end. */
export async function runBeforeTask(
  plan: DeployPlan,
  before: BeforeTask,
  taskDefinition: string,
  recorder: Recorder,
  ports: Ports,
): Promise<BeforeResult> {
  ports.reporter.stage(`task before the deployment: ${before.command.join(' ')}`);
  await untilNoneRuns(plan, before, ports);
  const arn = await startTask(plan, before, taskDefinition, ports);
  recorder.event('change', 'task started', arn);
  const task = await untilStopped(plan, before, arn, ports);
  const cause = judgeTask(task, before);
  const observed = describeEnd(task, before);
  const tail =
    cause === undefined ? [] : await logTail(containersOf(plan.candidate), before.container, { taskArn: arn }, ports);
  recorder.check({
    name: 'task before the deployment',
    verdict: cause === undefined ? 'pass' : 'fail',
    expected: `container "${before.container}" exits with 0`,
    observed,
  });
  ports.reporter.info(`task before the deployment: ${observed}`);
  tellTail(tail, recorder, ports);
  return { task, cause };
}

/** What the task said last, for people and for the record. */
function tellTail(tail: readonly string[], recorder: Recorder, ports: Ports): void {
  for (const line of tail) {
    ports.reporter.info(`  | ${line}`);
  }
  if (tail.length > 0) {
    recorder.event('problem', 'last lines of the task before the deployment', tail.join('\n'));
  }
}

/** By this its tasks are known, whoever started them (at most 128 letters, numbers, hyphens, slashes and underscores). */
function startedBy({ target }: DeployPlan): string {
  return `surefoot-before/${target.ecsService}`.slice(0, 128);
}

/** The task of a run that died goes on without it, and two migrations must not run at once. */
async function untilNoneRuns(plan: DeployPlan, before: BeforeTask, ports: Ports): Promise<void> {
  const deadline = ports.clock.now().getTime() + before.timeoutSeconds * 1000;
  for (let look = 1; ; look += 1) {
    const [earlier] = await ports.aws.ecs.tasks(plan.target.cluster, { startedBy: startedBy(plan) });
    if (earlier === undefined) {
      return;
    }
    const what = `the task before an earlier deployment still runs: ${earlier.taskArn}`;
    if (ports.clock.now().getTime() > deadline) {
      const message = `${what}; wait for its end, or stop it with \`aws ecs stop-task\``;
      throw new OutsideError('before-task-running', message, 'ecs:ListTasks');
    }
    if (look === 1) {
      ports.reporter.warn(`${what}; waiting for its end`);
    }
    await ports.clock.sleep(lookEveryMs(plan.rehearsalSpeed), ports.signal);
  }
}

/** The SDK gives the call a clientToken, so that its own retries start no second task. A task whose start got no answer is stopped. */
async function startTask(plan: DeployPlan, before: BeforeTask, taskDefinition: string, ports: Ports): Promise<string> {
  const { cluster } = plan.target;
  const { launchType, networkConfiguration } = plan.live.service;
  try {
    const task = await ports.aws.ecs.runTask({
      cluster,
      taskDefinition,
      count: 1,
      startedBy: startedBy(plan),
      ...(launchType === undefined ? {} : { launchType }),
      ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
      overrides: { containerOverrides: [{ name: before.container, command: [...before.command] }] },
    });
    return task.taskArn ?? '';
  } catch (error) {
    if (mayHaveActed(error)) {
      await stopStarted(plan, ports);
    }
    throw error;
  }
}

/** Stops the task, or where its ARN never came back, what runs in its name. */
async function stopStarted(plan: DeployPlan, ports: Ports, arn?: string): Promise<void> {
  const { ecs } = ports.awsForUndo;
  const { cluster } = plan.target;
  try {
    const tasks = arn === undefined ? await ecs.tasks(cluster, { startedBy: startedBy(plan) }) : [{ taskArn: arn }];
    for (const { taskArn } of tasks) {
      await ecs.stopTask(cluster, taskArn ?? '', 'surefoot: the deployment was cut short');
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    ports.reporter.warn(`the task before the deployment may run: could not stop it: ${said}`);
  }
}

/** Undefined when the task had to be stopped because its time was up. */
async function untilStopped(
  plan: DeployPlan,
  before: BeforeTask,
  arn: string,
  ports: Ports,
): Promise<Task | undefined> {
  const { cluster } = plan.target;
  const deadline = ports.clock.now().getTime() + before.timeoutSeconds * 1000;
  try {
    for (;;) {
      const [task] = await patiently(() => ports.aws.ecs.describeTasks(cluster, [arn]), ports);
      if (task?.lastStatus === 'STOPPED') {
        return task;
      }
      if (ports.clock.now().getTime() > deadline) {
        await ports.aws.ecs.stopTask(cluster, arn, 'surefoot: the time for the task before the deployment is up');
        return undefined;
      }
      ports.reporter.progress(`task before the deployment: ${task?.lastStatus ?? 'starting'}`);
      await ports.clock.sleep(lookEveryMs(plan.rehearsalSpeed), ports.signal);
    }
  } catch (error) {
    await stopStarted(plan, ports, arn);
    throw error;
  }
}

/** Only the named container counts: side cars (GuardDuty's, a log router) end as they like. No exit code is no success. */
export function judgeTask(task: Task | undefined, before: Pick<BeforeTask, 'container'>): RollbackCause | undefined {
  const container = containerOf(task, before);
  if (container?.exitCode === 0) {
    return undefined;
  }
  return {
    verdict: 'fail',
    reason: {
      code: 'before-task-failed',
      message: `the task before the deployment failed, nothing was deployed: ${describeEnd(task, before)}`,
    },
  };
}

function describeEnd(task: Task | undefined, before: Pick<BeforeTask, 'container'>): string {
  if (task === undefined) {
    return 'its time was up and it was stopped';
  }
  const container = containerOf(task, before);
  if (container === undefined) {
    return `it has no container "${before.container}"`;
  }
  const why = container.reason ?? task.stoppedReason ?? 'no reason given';
  return container.exitCode === undefined
    ? `"${before.container}" has no exit code: ${why}`
    : `"${before.container}" exited with ${container.exitCode}${container.exitCode === 0 ? '' : ` (${why})`}`;
}

function containerOf(task: Task | undefined, before: Pick<BeforeTask, 'container'>): Container | undefined {
  return task?.containers?.find((container) => container.name === before.container);
}
