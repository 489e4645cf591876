import type { StopTaskRequest } from '@aws-sdk/client-ecs';
import { AwsError } from '../../wire/operation.ts';
import { DONE, type FaultAction, FaultFailure } from './fault-action.ts';

/**
 * `aws:ecs:stop-task`: ECS's StopTask on each task, so that its process gets SIGTERM while its target deregisters, and its service replaces
 * it. Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#stop-task
 */
export const stopTask: FaultAction = {
  async start(targets, _, { call, experimentId, actionName }) {
    for (const { arn } of targets.get('Tasks') ?? []) {
      // arn:aws:ecs:region:account:task/cluster/id
      const cluster = arn.split('/')[1] ?? '';
      const request: StopTaskRequest = { cluster, task: arn, reason: `AWS FIS experiment ${experimentId}` };
      try {
        await call('ecs', 'StopTask', request);
      } catch (error) {
        throw error instanceof AwsError
          ? new FaultFailure('DependentServiceFailure', actionName, error.message)
          : error;
      }
    }
    return DONE;
  },
};
