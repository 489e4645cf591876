import { DeleteCluster$, type DeleteClusterRequest, type DeleteClusterResponse } from '@aws-sdk/client-ecs';
import { AwsError, operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { findCluster } from '../lookup.ts';
import { clusterView } from '../views.ts';

/** Makes a cluster INACTIVE that has no active service and no task. */
export function deleteCluster({ world }: EcsContext) {
  return operation<DeleteClusterRequest, DeleteClusterResponse>({
    schema: DeleteCluster$,
    supports: ['cluster'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html',
    handle: (input) => {
      const cluster = findCluster(world.state, input.cluster);
      if ([...cluster.services.values()].some((service) => service.status === 'ACTIVE')) {
        throw new AwsError(
          'ClusterContainsServicesException',
          'The Cluster cannot be deleted while Services are active.',
        );
      }
      if (world.state.presentTasks(cluster).length > 0) {
        throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
      }
      world.state.endCluster(cluster);
      return { cluster: clusterView(cluster, [], true) };
    },
  });
}
