/** The last lines that a task's container logged: a help for people, never a need. */
import type { ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import type { Ports } from '../ports.ts';

const LOG_LINES = 5;

/**
 * The last lines of `container` in `task`; empty where it does not log to CloudWatch, or its log cannot be read. Streams of the awslogs
 * driver are named `prefix/container/task-id` (AWS: "Send Amazon ECS logs to CloudWatch").
 */
export async function logTail(
  containers: readonly ContainerDefinition[] | undefined,
  container: string,
  task: Pick<Task, 'taskArn'>,
  ports: Pick<Ports, 'aws'>,
): Promise<readonly string[]> {
  const found = logStreamOf(containers, container, task);
  return found === undefined ? [] : ports.aws.logs.tail(found.group, found.stream, LOG_LINES).catch(() => []);
}

/** Where the container's lines are in CloudWatch Logs; undefined where it logs elsewhere. */
export function logStreamOf(
  containers: readonly ContainerDefinition[] | undefined,
  container: string,
  task: Pick<Task, 'taskArn'>,
): { readonly group: string; readonly stream: string } | undefined {
  const log = containers?.find((candidate) => candidate.name === container)?.logConfiguration;
  const options = log?.logDriver === 'awslogs' ? log.options : undefined;
  const group = options?.['awslogs-group'];
  const prefix = options?.['awslogs-stream-prefix'];
  const id = task.taskArn?.split('/').at(-1);
  return group === undefined || prefix === undefined || id === undefined
    ? undefined
    : { group, stream: `${prefix}/${container}/${id}` };
}
