import {
  DeleteScalingPolicy$,
  type DeleteScalingPolicyRequest,
  type DeleteScalingPolicyResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { errors } from '../errors.ts';
import { serviceOf } from '../scalable-targets.ts';

/** Deletes a policy with the alarms that it manages; alarms of a step scaling policy stay. */
export function deleteScalingPolicy({ exclusive, policies }: AutoScalingContext) {
  return operation<DeleteScalingPolicyRequest, DeleteScalingPolicyResponse>({
    schema: DeleteScalingPolicy$,
    supports: ['PolicyName', 'ServiceNamespace', 'ResourceId', 'ScalableDimension'],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html',
    handle: (input) => {
      serviceOf(input);
      const { ResourceId: resourceId = '', PolicyName: name = '' } = input;
      return exclusive.run(resourceId, async () => {
        if (!(await policies.remove(resourceId, name))) {
          throw errors.noPolicy(resourceId, name);
        }
        return {};
      });
    },
  });
}
