import { DescribeServices$, type DescribeServicesRequest, type DescribeServicesResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { findCluster, lookUpService } from '../lookup.ts';
import { arns, lastPart } from '../names.ts';
import { serviceView } from '../views.ts';
import { checkCount, findEach } from './by-reference.ts';

const MOST_SERVICES = 10;

/** Up to ten services by name or ARN, also INACTIVE ones; unknown ones are failures. */
export function describeServices({ world }: EcsContext) {
  return operation<DescribeServicesRequest, DescribeServicesResponse>({
    schema: DescribeServices$,
    supports: ['cluster', 'services', 'include'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html',
    handle: ({ cluster: clusterName, services: references = [], include = [] }) => {
      checkCount('Services', references, MOST_SERVICES);
      const cluster = findCluster(world.state, clusterName);
      const { found, failures } = findEach(
        references,
        (reference) => lookUpService(cluster, reference),
        (reference) => arns.service(world.account, cluster.name, lastPart(reference)),
      );
      const withTags = include.includes('TAGS');
      return { services: found.map((service) => serviceView(service, world.clock, withTags)), failures };
    },
  });
}
