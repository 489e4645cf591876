/** Why tasks do not become ready: what ECS says of the last ones that stopped, and what they logged last. */
import type { Task } from '@aws-sdk/client-ecs';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import { logTail } from '../common/log-tail.ts';
import type { Ports } from '../ports.ts';

/** A sentence; a help, so that errors on the way to it hide nothing. */
export async function whyNotReady(target: ServiceInEnvironment, ports: Ports): Promise<string> {
  try {
    const stopped = await ports.aws.ecs.tasks(target.cluster, {
      serviceName: target.ecsService,
      desiredStatus: 'STOPPED',
    });
    const last = latest(stopped);
    return last === undefined ? await lastEvent(target, ports) : await endOf(last, target, ports);
  } catch (error) {
    ports.signal.throwIfAborted();
    return `why is not known (${error instanceof Error ? error.message : String(error)})`;
  }
}

function latest(tasks: readonly Task[]): Task | undefined {
  return [...tasks].sort((one, other) => (other.stoppedAt?.getTime() ?? 0) - (one.stoppedAt?.getTime() ?? 0))[0];
}

async function endOf(task: Task, target: ServiceInEnvironment, ports: Ports): Promise<string> {
  const container = task.containers?.find((each) => each.name === target.container);
  const { taskDefinition } = await ports.aws.ecs.taskDefinition(task.taskDefinitionArn ?? '');
  const lines = await logTail(taskDefinition.containerDefinitions, target.container, task, ports);
  const code = container?.exitCode === undefined ? '' : `, exit code ${container.exitCode}`;
  const reason = container?.reason === undefined ? '' : `, ${container.reason}`;
  const said = lines.length === 0 ? '' : `; it logged last: ${lines.join(' | ')}`;
  return `the last task that stopped: ${task.stoppedReason ?? 'no reason given'}${code}${reason}${said}`;
}

async function lastEvent(target: ServiceInEnvironment, ports: Ports): Promise<string> {
  const service = await ports.aws.ecs.service(target.cluster, target.ecsService);
  return service?.events?.[0]?.message ?? 'ECS says nothing about it';
}
