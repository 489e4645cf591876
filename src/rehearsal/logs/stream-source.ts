/**
 * Which log streams there are: worked out from what ECS says of its tasks, so that nothing has to be told to CloudWatch Logs.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html (stream = prefix/container/task id)
 */
import type {
  ContainerDefinition,
  DescribeTaskDefinitionResponse,
  DescribeTasksResponse,
  ListClustersResponse,
  ListTaskDefinitionsResponse,
  ListTasksResponse,
  Task,
} from '@aws-sdk/client-ecs';
import { keepLast } from '../keep-last.ts';
import type { InternalCall } from '../wire/operation.ts';

export interface LogStreamRecord {
  readonly group: string;
  readonly name: string;
  readonly taskId: string;
  readonly container: string;
  /** The container runs no more: what it wrote without a line's end is complete. */
  ended: boolean;
}

/**
 * Streams that are remembered, each of one container, and task definitions whose log configuration is. More than ECS keeps of either
 * (`ecs/retention.ts`); beyond that the oldest are looked up again, and a stream of a task that ECS has forgotten is gone.
 */
const KEPT = { streams: 10_000, destinations: 20_000 } as const;

export interface StreamSource {
  /** The stream, also of a task that ECS has forgotten, if it was asked for before. */
  find(group: string, name: string): Promise<LogStreamRecord | undefined>;
  /** All streams of a group, in no order. */
  list(group: string): Promise<readonly LogStreamRecord[]>;
  /** A group is there as soon as a task definition names it. */
  hasGroup(group: string): Promise<boolean>;
}

interface Destination {
  readonly container: string;
  readonly group: string;
  readonly prefix: string;
}

type Paged = { readonly nextToken?: string | undefined };

/** Streams of the containers that log by `awslogs` to this region. Reads ECS through `call`. */
export function createStreamSource(call: InternalCall, region: string): StreamSource {
  const destinations = new Map<string, readonly Destination[]>();
  const streams = new Map<string, LogStreamRecord>();

  /** What a task definition says does not change, so each is asked for once. */
  async function destinationsOf(taskDefinition: string): Promise<readonly Destination[]> {
    const known = destinations.get(taskDefinition);
    if (known !== undefined) {
      return known;
    }
    const answer = await call<DescribeTaskDefinitionResponse>('ecs', 'DescribeTaskDefinition', { taskDefinition });
    const found = (answer.taskDefinition?.containerDefinitions ?? []).flatMap((each) => destination(each, region));
    destinations.set(taskDefinition, found);
    keepLast(destinations, KEPT.destinations, () => true);
    return found;
  }

  async function remember(task: Task): Promise<void> {
    const taskId = task.taskArn?.split('/').at(-1) ?? '';
    for (const { container, group, prefix } of await destinationsOf(task.taskDefinitionArn ?? '')) {
      const state = task.containers?.find(({ name }) => name === container);
      // A container that never ran has written nothing, and has no stream.
      if (state?.runtimeId !== undefined) {
        const name = `${prefix}/${container}/${taskId}`;
        const stream = streams.get(key(group, name)) ?? { group, name, taskId, container, ended: false };
        stream.ended = state.lastStatus === 'STOPPED';
        streams.set(key(group, name), stream);
      }
    }
  }

  async function rememberTasks(cluster: string, tasks: readonly string[]): Promise<void> {
    for (let start = 0; start < tasks.length; start += MOST_TASKS) {
      const input = { cluster, tasks: tasks.slice(start, start + MOST_TASKS) };
      const answer = await call<DescribeTasksResponse>('ecs', 'DescribeTasks', input);
      for (const task of answer.tasks ?? []) {
        await remember(task);
      }
    }
    keepLast(streams, KEPT.streams, ({ ended }) => ended);
  }

  const clusters = () =>
    pages<ListClustersResponse>(
      (page) => call('ecs', 'ListClusters', page),
      (answer) => answer.clusterArns,
    );

  return {
    async find(group, name) {
      const known = streams.get(key(group, name));
      if (known?.ended) {
        return known;
      }
      const taskId = name.split('/').at(-1) ?? '';
      for (const cluster of await clusters()) {
        await rememberTasks(cluster, [taskId]);
      }
      return streams.get(key(group, name));
    },
    async list(group) {
      for (const cluster of await clusters()) {
        for (const desiredStatus of ['RUNNING', 'STOPPED']) {
          const arns = await pages<ListTasksResponse>(
            (page) => call('ecs', 'ListTasks', { cluster, desiredStatus, ...page }),
            (answer) => answer.taskArns,
          );
          await rememberTasks(cluster, arns);
        }
      }
      return [...streams.values()].filter((stream) => stream.group === group);
    },
    async hasGroup(group) {
      const arns = await pages<ListTaskDefinitionsResponse>(
        (page) => call('ecs', 'ListTaskDefinitions', page),
        (answer) => answer.taskDefinitionArns,
      );
      const all = [...destinations.values(), ...(await Promise.all(arns.map(destinationsOf)))];
      return all.flat().some((each) => each.group === group);
    },
  };
}

/** DescribeTasks takes that many. */
const MOST_TASKS = 100;

/** Neither name may hold a line's end. */
function key(group: string, name: string): string {
  return `${group}\n${name}`;
}

/** Where a container's output goes; nowhere that this platform can show without a prefix, which Fargate requires. */
function destination(definition: ContainerDefinition, region: string): Destination[] {
  const { name: container, logConfiguration } = definition;
  const options = logConfiguration?.logDriver === 'awslogs' ? logConfiguration.options : undefined;
  const group = options?.['awslogs-group'];
  const prefix = options?.['awslogs-stream-prefix'];
  const elsewhere = (options?.['awslogs-region'] ?? region) !== region;
  const complete = container !== undefined && group !== undefined && prefix !== undefined;
  return complete && !elsewhere ? [{ container, group, prefix }] : [];
}

async function pages<Answer extends Paged>(
  ask: (page: { nextToken?: string }) => Promise<Answer>,
  itemsOf: (answer: Answer) => readonly string[] | undefined,
): Promise<string[]> {
  const items: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await ask(nextToken === undefined ? {} : { nextToken });
    items.push(...(itemsOf(answer) ?? []));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  return items;
}
