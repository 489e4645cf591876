import {
  DescribeServiceDeployments$,
  type DescribeServiceDeploymentsRequest,
  type DescribeServiceDeploymentsResponse,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { serviceDeploymentView } from '../views.ts';
import { checkCount, findEach } from './by-reference.ts';

/** "You can specify a maximum of 20 ARNs." */
const MOST_DEPLOYMENTS = 20;

/** Up to 20 service deployments by ARN; unknown ones are failures. */
export function describeServiceDeployments({ world }: EcsContext) {
  return operation<DescribeServiceDeploymentsRequest, DescribeServiceDeploymentsResponse>({
    schema: DescribeServiceDeployments$,
    supports: ['serviceDeploymentArns'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html',
    handle: ({ serviceDeploymentArns: wanted = [] }) => {
      checkCount('serviceDeploymentArns', wanted, MOST_DEPLOYMENTS);
      const { found, failures } = findEach(wanted, (arn) => world.state.findDeployment(arn));
      return { serviceDeployments: found.map((each) => serviceDeploymentView(each, world.clock)), failures };
    },
  });
}
