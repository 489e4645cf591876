import {
  DescribeServiceRevisions$,
  type DescribeServiceRevisionsRequest,
  type DescribeServiceRevisionsResponse,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { serviceRevisionView } from '../views.ts';
import { checkCount, findEach } from './by-reference.ts';

/** "You can specify a maximum of 20 ARNs." */
const MOST_REVISIONS = 20;

/** Up to 20 service revisions by ARN; unknown ones are failures. */
export function describeServiceRevisions({ world }: EcsContext) {
  return operation<DescribeServiceRevisionsRequest, DescribeServiceRevisionsResponse>({
    schema: DescribeServiceRevisions$,
    supports: ['serviceRevisionArns'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html',
    handle: ({ serviceRevisionArns: wanted = [] }) => {
      checkCount('serviceRevisionArns', wanted, MOST_REVISIONS);
      const { found, failures } = findEach(wanted, (arn) => world.state.findRevision(arn));
      return { serviceRevisions: found.map((each) => serviceRevisionView(each.service, each.revision)), failures };
    },
  });
}
