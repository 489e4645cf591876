import {
  DeregisterScalableTarget$,
  type DeregisterScalableTargetRequest,
  type DeregisterScalableTargetResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { registeredTarget } from '../scalable-targets.ts';

/**
 * Forgets a target with its policies and scheduled actions; the service keeps the desired count that it has. A target outlives the service that it
 * names.
 */
export function deregisterScalableTarget({ targets, schedules, policies, exclusive }: AutoScalingContext) {
  return operation<DeregisterScalableTargetRequest, DeregisterScalableTargetResponse>({
    schema: DeregisterScalableTarget$,
    supports: ['ServiceNamespace', 'ResourceId', 'ScalableDimension'],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html',
    handle: (input) =>
      exclusive.run(input.ResourceId ?? '', async () => {
        const { resourceId } = registeredTarget(targets, input);
        targets.delete(resourceId);
        schedules.removeAll(resourceId);
        await policies.removeAll(resourceId);
        return {};
      }),
  });
}
