import { ListTasks$, type ListTasksRequest, type ListTasksResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { findCluster, findService } from '../lookup.ts';
import { page } from '../paging.ts';

/** ARNs of tasks that are meant to run, or of stopped ones, by service, family and starter. */
export function listTasks({ world }: EcsContext) {
  return operation<ListTasksRequest, ListTasksResponse>({
    schema: ListTasks$,
    supports: [
      'cluster',
      'family',
      'nextToken',
      'maxResults',
      'startedBy',
      'serviceName',
      'desiredStatus',
      'launchType',
    ],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html',
    handle: (input) => {
      const cluster = findCluster(world.state, input.cluster);
      const group =
        input.serviceName === undefined ? undefined : `service:${findService(cluster, input.serviceName).name}`;
      const desired = input.desiredStatus ?? 'RUNNING';
      const found = [...world.state.tasks.values()].filter(
        (task) =>
          task.cluster === cluster &&
          task.desiredStatus === desired &&
          (group === undefined || task.group === group) &&
          (input.family === undefined || task.definition.family === input.family) &&
          (input.startedBy === undefined || task.startedBy === input.startedBy) &&
          (input.launchType === undefined || task.launchType === input.launchType),
      );
      const { items, nextToken } = page(found, input);
      return { taskArns: items.map((task) => task.arn), ...nextToken };
    },
  });
}
