import {
  DescribeScheduledActions$,
  type DescribeScheduledActionsRequest,
  type DescribeScheduledActionsResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { pageOf } from '../paging.ts';
import { checkFilter } from '../scalable-targets.ts';
import { scheduledActionView } from '../schedules/scheduled-actions.ts';

/** "This value can be between 1 and 50. The default value is 50." */
const LARGEST_PAGE = 50;

/** Scheduled actions in the order in which they were created, all or those of a service or of some names. Past ones stay until deleted. */
export function describeScheduledActions({ schedules }: AutoScalingContext) {
  return operation<DescribeScheduledActionsRequest, DescribeScheduledActionsResponse>({
    schema: DescribeScheduledActions$,
    supports: [
      'ServiceNamespace',
      'ResourceId',
      'ScalableDimension',
      'ScheduledActionNames',
      'MaxResults',
      'NextToken',
    ],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScheduledActions.html',
    handle: (input) => {
      checkFilter(input);
      const found = schedules
        .list()
        .filter(
          ({ resourceId, name }) =>
            (input.ResourceId ?? resourceId) === resourceId && (input.ScheduledActionNames ?? [name]).includes(name),
        );
      const page = pageOf(found, input, { kind: 'scheduled-actions', most: LARGEST_PAGE });
      return { ScheduledActions: page.items.map(scheduledActionView), ...page.next };
    },
  });
}
