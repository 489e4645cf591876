import { DescribeTasks$, type DescribeTasksRequest, type DescribeTasksResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { findCluster, lookUpTask } from '../lookup.ts';
import { arns, lastPart } from '../names.ts';
import { taskView } from '../task-view.ts';

const MOST_TASKS = 100;

/** Up to 100 tasks by id or ARN, stopped ones for an hour; unknown ones are failures. */
export function describeTasks({ world }: EcsContext) {
  return operation<DescribeTasksRequest, DescribeTasksResponse>({
    schema: DescribeTasks$,
    supports: ['cluster', 'tasks', 'include'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html',
    handle: ({ cluster: clusterName, tasks: references = [], include = [] }) => {
      if (references.length === 0) {
        throw errors.invalid('Tasks cannot be empty.');
      }
      if (references.length > MOST_TASKS) {
        throw errors.invalid(`Tasks cannot have more than ${MOST_TASKS} elements.`);
      }
      const cluster = findCluster(world.state, clusterName);
      const found = references.map((reference) => ({
        reference,
        task: lookUpTask(world.state, cluster, reference),
      }));
      return {
        tasks: found.flatMap(({ task }) => (task === undefined ? [] : [taskView(task, include.includes('TAGS'))])),
        failures: found.flatMap(({ reference, task }) =>
          task === undefined
            ? [{ arn: arns.task(world.account, cluster.name, lastPart(reference)), reason: 'MISSING' }]
            : [],
        ),
      };
    },
  });
}
