import {
  DescribeScalableTargets$,
  type DescribeScalableTargetsRequest,
  type DescribeScalableTargetsResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { pageOf } from '../paging.ts';
import { checkKind, targetView } from '../scalable-targets.ts';

/** "If this parameter is not used, the operation returns up to 50 results"; it is the most that can be asked for, too. */
const LARGEST_PAGE = 50;

/** Targets in the order in which they were registered, all or those of some services. */
export function describeScalableTargets({ targets }: AutoScalingContext) {
  return operation<DescribeScalableTargetsRequest, DescribeScalableTargetsResponse>({
    schema: DescribeScalableTargets$,
    supports: ['ServiceNamespace', 'ResourceIds', 'ScalableDimension', 'MaxResults', 'NextToken'],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html',
    handle: (input) => {
      if (input.ServiceNamespace === 'dynamodb') {
        // Nobody can register one here, so there is none.
        return { ScalableTargets: [] };
      }
      checkKind(input);
      const found = [...targets.values()].filter(
        ({ resourceId }) => input.ResourceIds === undefined || input.ResourceIds.includes(resourceId),
      );
      const page = pageOf(found, input, { kind: 'scalable-targets', most: LARGEST_PAGE });
      return { ScalableTargets: page.items.map(targetView), ...page.next };
    },
  });
}
