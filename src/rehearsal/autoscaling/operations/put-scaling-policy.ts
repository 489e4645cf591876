import {
  PutScalingPolicy$,
  type PutScalingPolicyRequest,
  type PutScalingPolicyResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { registeredTarget } from '../scalable-targets.ts';

/** Creates a scaling policy, or changes the one of its name; a target tracking policy with the alarms that it manages. */
export function putScalingPolicy({ targets, exclusive, policies }: AutoScalingContext) {
  return operation<PutScalingPolicyRequest, PutScalingPolicyResponse>({
    schema: PutScalingPolicy$,
    supports: [
      'PolicyName',
      'ServiceNamespace',
      'ResourceId',
      'ScalableDimension',
      'PolicyType',
      'StepScalingPolicyConfiguration.*',
      'TargetTrackingScalingPolicyConfiguration.*',
    ],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html',
    handle: (input) =>
      exclusive.run(input.ResourceId ?? '', async () => {
        const { resourceId } = registeredTarget(targets, input);
        const policy = await policies.put(resourceId, input);
        return { PolicyARN: policy.arn, Alarms: policies.alarmsFor(policy) };
      }),
  });
}
