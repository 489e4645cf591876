import { DescribeTasks$, type DescribeTasksRequest, type DescribeTasksResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { findCluster, lookUpTask } from '../lookup.ts';
import { arns, lastPart } from '../names.ts';
import { taskView } from '../task-view.ts';
import { checkCount, findEach } from './by-reference.ts';

const MOST_TASKS = 100;

/** Up to 100 tasks by id or ARN, stopped ones for an hour; unknown ones are failures. */
export function describeTasks({ world }: EcsContext) {
  return operation<DescribeTasksRequest, DescribeTasksResponse>({
    schema: DescribeTasks$,
    supports: ['cluster', 'tasks', 'include'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html',
    handle: ({ cluster: clusterName, tasks: references = [], include = [] }) => {
      checkCount('Tasks', references, MOST_TASKS);
      const cluster = findCluster(world.state, clusterName);
      const { found, failures } = findEach(
        references,
        (reference) => lookUpTask(world.state, cluster, reference),
        (reference) => arns.task(world.account, cluster.name, lastPart(reference)),
      );
      return { tasks: found.map((task) => taskView(task, include.includes('TAGS'))), failures };
    },
  });
}
