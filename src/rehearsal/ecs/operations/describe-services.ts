import { DescribeServices$, type DescribeServicesRequest, type DescribeServicesResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { findCluster, lookUpService } from '../lookup.ts';
import { arns, lastPart } from '../names.ts';
import { serviceView } from '../views.ts';

const MOST_SERVICES = 10;

/** Up to ten services by name or ARN, also INACTIVE ones; unknown ones are failures. */
export function describeServices({ world }: EcsContext) {
  return operation<DescribeServicesRequest, DescribeServicesResponse>({
    schema: DescribeServices$,
    supports: ['cluster', 'services', 'include'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html',
    handle: ({ cluster: clusterName, services: references = [], include = [] }) => {
      if (references.length === 0) {
        throw errors.invalid('Services cannot be empty.');
      }
      if (references.length > MOST_SERVICES) {
        throw errors.invalid(`Services cannot have more than ${MOST_SERVICES} elements.`);
      }
      const cluster = findCluster(world.state, clusterName);
      const found = references.map((reference) => ({ reference, service: lookUpService(cluster, reference) }));
      return {
        services: found.flatMap(({ service }) =>
          service === undefined ? [] : [serviceView(service, world.clock, include.includes('TAGS'))],
        ),
        failures: found.flatMap(({ reference, service }) =>
          service === undefined
            ? [{ arn: arns.service(world.account, cluster.name, lastPart(reference)), reason: 'MISSING' }]
            : [],
        ),
      };
    },
  });
}
