/** The one-off task before a deployment (a migration): run in the candidate's image, judged by one named container's exit code. */
import type { Container, Task } from '@aws-sdk/client-ecs';
import type { BeforeTask } from '../../platform/model.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import type { DeployPlan } from './plan.ts';
import type { RollbackCause } from './verdict.ts';

const POLL_MS = 1000;

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
  const { service } = plan.live;
  const started = await ports.aws.ecs.runTask({
    cluster: plan.target.cluster,
    taskDefinition,
    count: 1,
    startedBy: 'surefoot-before-deploy',
    ...(service.launchType === undefined ? {} : { launchType: service.launchType }),
    ...(service.networkConfiguration === undefined ? {} : { networkConfiguration: service.networkConfiguration }),
    overrides: { containerOverrides: [{ name: before.container, command: [...before.command] }] },
  });
  const arn = started.taskArn ?? '';
  recorder.event('change', 'task started', arn);
  const task = await untilStopped(plan, before, arn, ports);
  const cause = judgeTask(task, before);
  const observed = describeEnd(task, before);
  recorder.check({
    name: 'task before the deployment',
    verdict: cause === undefined ? 'pass' : 'fail',
    expected: `container "${before.container}" exits with 0`,
    observed,
  });
  ports.reporter.info(`task before the deployment: ${observed}`);
  return { task, cause };
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
      const [task] = await ports.aws.ecs.describeTasks(cluster, [arn]);
      if (task?.lastStatus === 'STOPPED') {
        return task;
      }
      if (ports.clock.now().getTime() > deadline) {
        await ports.aws.ecs.stopTask(cluster, arn, 'surefoot: the time for the task before the deployment is up');
        return undefined;
      }
      ports.reporter.progress(`task before the deployment: ${task?.lastStatus ?? 'starting'}`);
      await ports.clock.sleep(POLL_MS, ports.signal);
    }
  } catch (error) {
    await ports.awsForUndo.ecs.stopTask(cluster, arn, 'surefoot: the deployment was cut short').catch(() => undefined);
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
