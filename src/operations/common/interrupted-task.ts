/** A one-off task whose run was cut off: stopped by whoever comes after. */
import type { Task } from '@aws-sdk/client-ecs';
import type { BegunTask, Ports } from '../ports.ts';

/** The clock of the run and that of AWS may differ by this much. */
const CLOCKS_DIFFER_MS = 60_000;

/**
 * Stops the task unless it has ended. Where its ARN never came back, what was started in its name since then is stopped: before it, none
 * ran. May be repeated. Resolves with what was done, for people. @throws OutsideError when AWS cannot be asked, or does not stop it
 */
export async function stopInterruptedTask(begun: BegunTask, ports: Pick<Ports, 'aws'>): Promise<string> {
  const { ecs } = ports.aws;
  const { name, cluster, startedBy, arn } = begun;
  const tasks =
    arn === undefined
      ? (await ecs.tasks(cluster, { startedBy })).filter((task) => startedSince(begun.since, task))
      : await ecs.describeTasks(cluster, [arn]);
  const running = tasks.flatMap(({ lastStatus, taskArn }) =>
    lastStatus === 'STOPPED' || taskArn === undefined ? [] : [taskArn],
  );
  for (const task of running) {
    await ecs.stopTask(cluster, task, `surefoot: the run of the ${name} was cut off`);
  }
  if (running.length > 0) {
    return `the ${name} ran on after its step was cut off, and was stopped: ${running.join(', ')}`;
  }
  return arn === undefined ? `the ${name} was not started` : `the ${name} had ended before it could be stopped: ${arn}`;
}

function startedSince(since: string, { createdAt }: Task): boolean {
  return createdAt === undefined || createdAt.getTime() >= Date.parse(since) - CLOCKS_DIFFER_MS;
}
