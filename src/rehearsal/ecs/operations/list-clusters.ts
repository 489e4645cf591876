import { ListClusters$, type ListClustersRequest, type ListClustersResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { page } from '../paging.ts';

/** ARNs of the clusters that are ACTIVE. */
export function listClusters({ world }: EcsContext) {
  return operation<ListClustersRequest, ListClustersResponse>({
    schema: ListClusters$,
    supports: ['nextToken', 'maxResults'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html',
    handle: (input) => {
      const active = [...world.state.clusters.values()].filter((cluster) => cluster.status === 'ACTIVE');
      const { items, nextToken } = page(active, input);
      return { clusterArns: items.map((cluster) => cluster.arn), ...nextToken };
    },
  });
}
