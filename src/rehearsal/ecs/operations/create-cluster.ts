import { CreateCluster$, type CreateClusterRequest, type CreateClusterResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { arns } from '../names.ts';
import type { ClusterRecord } from '../records/service.ts';
import { newTags } from '../tag-rules.ts';
import { clusterView } from '../views.ts';

const NAME = /^[a-zA-Z0-9_-]{1,255}$/;

/** Creates a cluster; answers with the one that is there when the name is taken, as AWS does. */
export function createCluster({ world }: EcsContext) {
  return operation<CreateClusterRequest, CreateClusterResponse>({
    schema: CreateCluster$,
    supports: ['clusterName', 'tags[].*'],
    inert: { 'settings[].*': 'given back; there is no Container Insights here' },
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html',
    handle: ({ clusterName: name = 'default', tags, settings }) => {
      if (!NAME.test(name)) {
        throw errors.invalid('Identifier contains invalid characters');
      }
      const existing = world.state.clusters.get(name);
      if (existing?.status === 'ACTIVE') {
        return { cluster: clusterView(existing, world.state.presentTasks(existing), true) };
      }
      const cluster: ClusterRecord = {
        arn: arns.cluster(world.account, name),
        name,
        status: 'ACTIVE',
        settings: [{ name: 'containerInsights', value: settings?.[0]?.value ?? 'disabled' }],
        tags: newTags(tags),
        services: new Map(),
      };
      world.state.clusters.set(name, cluster);
      return { cluster: clusterView(cluster, [], true) };
    },
  });
}
