import {
  DescribeServiceDeployments$,
  type DescribeServiceDeploymentsRequest,
  type DescribeServiceDeploymentsResponse,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { serviceDeploymentView } from '../views.ts';

/** "You can specify a maximum of 20 ARNs." */
const MOST_DEPLOYMENTS = 20;

/** Up to 20 service deployments by ARN; unknown ones are failures. */
export function describeServiceDeployments({ world }: EcsContext) {
  return operation<DescribeServiceDeploymentsRequest, DescribeServiceDeploymentsResponse>({
    schema: DescribeServiceDeployments$,
    supports: ['serviceDeploymentArns'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html',
    handle: ({ serviceDeploymentArns: wanted = [] }) => {
      if (wanted.length === 0) {
        throw errors.invalid('serviceDeploymentArns cannot be empty.');
      }
      if (wanted.length > MOST_DEPLOYMENTS) {
        throw errors.invalid(`serviceDeploymentArns cannot have more than ${MOST_DEPLOYMENTS} elements.`);
      }
      const found = wanted.map((arn) => ({ arn, deployment: world.state.findDeployment(arn) }));
      return {
        serviceDeployments: found.flatMap(({ deployment }) =>
          deployment === undefined ? [] : [serviceDeploymentView(deployment, world.clock)],
        ),
        failures: found.flatMap(({ arn, deployment }) =>
          deployment === undefined ? [{ arn, reason: 'MISSING' }] : [],
        ),
      };
    },
  });
}
