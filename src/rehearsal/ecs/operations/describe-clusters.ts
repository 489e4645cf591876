import { DescribeClusters$, type DescribeClustersRequest, type DescribeClustersResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { arns, lastPart } from '../names.ts';
import { clusterView } from '../views.ts';

const MOST_CLUSTERS = 100;

/** Clusters by name or ARN; unknown ones are failures. */
export function describeClusters({ world }: EcsContext) {
  return operation<DescribeClustersRequest, DescribeClustersResponse>({
    schema: DescribeClusters$,
    supports: ['clusters'],
    inert: { include: 'only TAGS changes the answer; there are no container instances or attachments here' },
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html',
    handle: ({ clusters = ['default'], include = [] }) => {
      if (clusters.length > MOST_CLUSTERS) {
        throw errors.invalid(`Clusters cannot have more than ${MOST_CLUSTERS} elements.`);
      }
      const found = clusters.map((reference) => ({
        reference,
        cluster: world.state.clusters.get(lastPart(reference)),
      }));
      return {
        clusters: found.flatMap(({ cluster }) =>
          cluster === undefined
            ? []
            : [clusterView(cluster, world.state.presentTasks(cluster), include.includes('TAGS'))],
        ),
        failures: found.flatMap(({ reference, cluster }) =>
          cluster === undefined ? [{ arn: arns.cluster(world.account, lastPart(reference)), reason: 'MISSING' }] : [],
        ),
      };
    },
  });
}
