import {
  DeleteScheduledAction$,
  type DeleteScheduledActionRequest,
  type DeleteScheduledActionResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { errors } from '../errors.ts';
import { serviceOf } from '../scalable-targets.ts';

/** Forgets a scheduled action; what it has set stays. */
export function deleteScheduledAction({ schedules }: AutoScalingContext) {
  return operation<DeleteScheduledActionRequest, DeleteScheduledActionResponse>({
    schema: DeleteScheduledAction$,
    supports: ['ServiceNamespace', 'ScheduledActionName', 'ResourceId', 'ScalableDimension'],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScheduledAction.html',
    handle: (input) => {
      serviceOf(input);
      const { ResourceId: resourceId = '', ScheduledActionName: name = '' } = input;
      if (!schedules.remove(resourceId, name)) {
        throw errors.noScheduledAction(resourceId, name);
      }
      return {};
    },
  });
}
