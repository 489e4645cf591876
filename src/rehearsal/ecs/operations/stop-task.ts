import { StopTask$, type StopTaskRequest, type StopTaskResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { findCluster, lookUpTask } from '../lookup.ts';
import { stoppedReason } from '../plan/event-text.ts';
import { taskView } from '../task-view.ts';

/**
 * Stops one task: SIGTERM at once, beside its deregistration ("the equivalent of docker stop"), so requests in flight may be lost.
 * A service replaces its task.
 */
export function stopTask({ world, controller, singleTasks }: EcsContext) {
  return operation<StopTaskRequest, StopTaskResponse>({
    schema: StopTask$,
    supports: ['cluster', 'task', 'reason'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html',
    handle: ({ cluster: clusterName, task: reference, reason }) => {
      const cluster = findCluster(world.state, clusterName);
      const task = lookUpTask(world.state, cluster, reference ?? '');
      if (task === undefined) {
        throw errors.taskNotFound();
      }
      const request = { drain: false, code: 'UserInitiated', reason: reason ?? stoppedReason.user } as const;
      const service = [...cluster.services.values()].find(({ tasks }) => tasks.has(task));
      if (service === undefined) {
        singleTasks.stop(task, request);
      } else {
        controller(service).stopTask(task, request);
      }
      return { task: taskView(task, true) };
    },
  });
}
