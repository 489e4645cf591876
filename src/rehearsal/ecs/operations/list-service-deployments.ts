import {
  ListServiceDeployments$,
  type ListServiceDeploymentsRequest,
  type ListServiceDeploymentsResponse,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { findCluster, findService } from '../lookup.ts';
import { page } from '../paging.ts';
import { serviceDeploymentBrief } from '../views.ts';

/** "If this parameter isn't used, then ListServiceDeployments returns up to 20 results." */
const DEFAULT_PAGE = 20;

/** The deployments of a service, newest first, by status and time of creation. */
export function listServiceDeployments({ world }: EcsContext) {
  return operation<ListServiceDeploymentsRequest, ListServiceDeploymentsResponse>({
    schema: ListServiceDeployments$,
    supports: ['service', 'cluster', 'status', 'createdAt.*', 'nextToken', 'maxResults'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html',
    handle: (input) => {
      const service = findService(findCluster(world.state, input.cluster), input.service ?? '');
      const { before, after } = input.createdAt ?? {};
      const wanted = input.status ?? [];
      const found = service.deployments.filter(
        ({ status, createdAt }) =>
          (wanted.length === 0 || wanted.includes(status)) &&
          (before === undefined || createdAt < before) &&
          (after === undefined || createdAt > after),
      );
      const { items, nextToken } = page(found, input, DEFAULT_PAGE);
      return { serviceDeployments: items.map(serviceDeploymentBrief), ...nextToken };
    },
  });
}
