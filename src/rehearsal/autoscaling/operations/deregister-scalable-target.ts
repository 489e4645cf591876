import {
  DeregisterScalableTarget$,
  type DeregisterScalableTargetRequest,
  type DeregisterScalableTargetResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { errors } from '../errors.ts';
import { serviceOf } from '../scalable-targets.ts';

/** Forgets a target; the service keeps the desired count that it has. A target outlives the service that it names. */
export function deregisterScalableTarget({ targets }: AutoScalingContext) {
  return operation<DeregisterScalableTargetRequest, DeregisterScalableTargetResponse>({
    schema: DeregisterScalableTarget$,
    supports: ['ServiceNamespace', 'ResourceId', 'ScalableDimension'],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html',
    handle: (input) => {
      serviceOf(input);
      if (!targets.delete(input.ResourceId ?? '')) {
        throw errors.notRegistered(input.ResourceId ?? '');
      }
      return {};
    },
  });
}
