import {
  DescribeServiceRevisions$,
  type DescribeServiceRevisionsRequest,
  type DescribeServiceRevisionsResponse,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { serviceRevisionView } from '../views.ts';

/** "You can specify a maximum of 20 ARNs." */
const MOST_REVISIONS = 20;

/** Up to 20 service revisions by ARN; unknown ones are failures. */
export function describeServiceRevisions({ world }: EcsContext) {
  return operation<DescribeServiceRevisionsRequest, DescribeServiceRevisionsResponse>({
    schema: DescribeServiceRevisions$,
    supports: ['serviceRevisionArns'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html',
    handle: ({ serviceRevisionArns: wanted = [] }) => {
      if (wanted.length === 0) {
        throw errors.invalid('serviceRevisionArns cannot be empty.');
      }
      if (wanted.length > MOST_REVISIONS) {
        throw errors.invalid(`serviceRevisionArns cannot have more than ${MOST_REVISIONS} elements.`);
      }
      const found = wanted.map((arn) => ({ arn, match: world.state.findRevision(arn) }));
      return {
        serviceRevisions: found.flatMap(({ match }) =>
          match === undefined ? [] : [serviceRevisionView(match.service, match.revision)],
        ),
        failures: found.flatMap(({ arn, match }) => (match === undefined ? [{ arn, reason: 'MISSING' }] : [])),
      };
    },
  });
}
