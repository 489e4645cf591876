import {
  DescribeScalingActivities$,
  type DescribeScalingActivitiesRequest,
  type DescribeScalingActivitiesResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import { activityView } from '../activities.ts';
import type { AutoScalingContext } from '../context.ts';
import { pageOf } from '../paging.ts';
import { checkFilter } from '../scalable-targets.ts';

/** "This value can be between 1 and 50. The default value is 50." */
const LARGEST_PAGE = 50;

/** Scaling activities, newest first, all or those of a service; those that scaled nothing only when asked for. */
export function describeScalingActivities({ activities }: AutoScalingContext) {
  return operation<DescribeScalingActivitiesRequest, DescribeScalingActivitiesResponse>({
    schema: DescribeScalingActivities$,
    supports: [
      'ServiceNamespace',
      'ResourceId',
      'ScalableDimension',
      'MaxResults',
      'NextToken',
      'IncludeNotScaledActivities',
    ],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingActivities.html',
    handle: (input) => {
      checkFilter(input);
      const found = activities
        .list()
        .filter(
          ({ resourceId, notScaled }) =>
            (input.ResourceId ?? resourceId) === resourceId &&
            (notScaled.length === 0 || input.IncludeNotScaledActivities === true),
        );
      const page = pageOf(found, input, { kind: 'scaling-activities', most: LARGEST_PAGE });
      return { ScalingActivities: page.items.map(activityView), ...page.next };
    },
  });
}
