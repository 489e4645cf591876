import {
  DescribeScalingPolicies$,
  type DescribeScalingPoliciesRequest,
  type DescribeScalingPoliciesResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { pageOf } from '../paging.ts';
import { checkFilter } from '../scalable-targets.ts';

/** "This value can be between 1 and 10. The default value is 10." */
const LARGEST_PAGE = 10;

/** Scaling policies in the order in which they were created, all or those of a service or of some names. */
export function describeScalingPolicies({ policies }: AutoScalingContext) {
  return operation<DescribeScalingPoliciesRequest, DescribeScalingPoliciesResponse>({
    schema: DescribeScalingPolicies$,
    supports: ['PolicyNames', 'ServiceNamespace', 'ResourceId', 'ScalableDimension', 'MaxResults', 'NextToken'],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html',
    handle: (input) => {
      checkFilter(input);
      const found = policies
        .list()
        .filter(
          ({ resourceId, name }) =>
            (input.ResourceId ?? resourceId) === resourceId && (input.PolicyNames ?? [name]).includes(name),
        );
      const page = pageOf(found, input, { kind: 'scaling-policies', most: LARGEST_PAGE });
      return { ScalingPolicies: page.items.map((policy) => policies.view(policy)), ...page.next };
    },
  });
}
