import { ListServices$, type ListServicesRequest, type ListServicesResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { findCluster } from '../lookup.ts';
import { page } from '../paging.ts';

const DEFAULT_PAGE = 10;

/** ARNs of the services of a cluster that are not INACTIVE. */
export function listServices({ world }: EcsContext) {
  return operation<ListServicesRequest, ListServicesResponse>({
    schema: ListServices$,
    supports: ['cluster', 'nextToken', 'maxResults', 'launchType', 'schedulingStrategy'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html',
    handle: (input) => {
      const cluster = findCluster(world.state, input.cluster);
      const found = [...cluster.services.values()].filter(
        (service) =>
          service.status !== 'INACTIVE' &&
          (input.launchType === undefined || service.echo.launchType === input.launchType) &&
          (input.schedulingStrategy ?? 'REPLICA') === 'REPLICA',
      );
      const { items, nextToken } = page(found, input, DEFAULT_PAGE);
      return { serviceArns: items.map((service) => service.arn), ...nextToken };
    },
  });
}
