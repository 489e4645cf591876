import { StopTask$, type StopTaskRequest, type StopTaskResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { findCluster, lookUpTask } from '../lookup.ts';
import { lastPart } from '../names.ts';
import { stoppedReason } from '../plan/event-text.ts';
import { taskView } from '../task-view.ts';

/**
 * Stops one task: SIGTERM at once, beside its deregistration ("the equivalent of docker stop"), so requests in flight may be lost.
 * A service replaces the task.
 */
export function stopTask({ world, controller }: EcsContext) {
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
      const service = cluster.services.get(lastPart(task.group.replace(/^service:/, '')));
      if (service !== undefined) {
        controller(service).stopTask(task, {
          drain: false,
          code: 'UserInitiated',
          reason: reason ?? stoppedReason.user,
        });
      }
      return { task: taskView(task, true) };
    },
  });
}
