import { DescribeClusters$, type DescribeClustersRequest, type DescribeClustersResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { arns, lastPart } from '../names.ts';
import { clusterView } from '../views.ts';
import { checkMost, findEach } from './by-reference.ts';

const MOST_CLUSTERS = 100;

/** Clusters by name or ARN; unknown ones are failures. */
export function describeClusters({ world }: EcsContext) {
  return operation<DescribeClustersRequest, DescribeClustersResponse>({
    schema: DescribeClusters$,
    supports: ['clusters'],
    inert: { include: 'only TAGS changes the answer; there are no container instances or attachments here' },
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html',
    handle: ({ clusters = ['default'], include = [] }) => {
      checkMost('Clusters', clusters, MOST_CLUSTERS);
      const { found, failures } = findEach(
        clusters,
        (reference) => world.state.clusters.get(lastPart(reference)),
        (reference) => arns.cluster(world.account, lastPart(reference)),
      );
      const withTags = include.includes('TAGS');
      return {
        clusters: found.map((cluster) => clusterView(cluster, world.state.presentTasks(cluster), withTags)),
        failures,
      };
    },
  });
}
