import { DeleteService$, type DeleteServiceRequest, type DeleteServiceResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import { type EcsContext, serviceKey } from '../context.ts';
import { errors } from '../errors.ts';
import { findActiveService, findCluster } from '../lookup.ts';
import { serviceView } from '../views.ts';

/** Drains the service; its tasks go on ending after the answer, then it is INACTIVE. */
export function deleteService({ world, controller, serviceChanges }: EcsContext) {
  return operation<DeleteServiceRequest, DeleteServiceResponse>({
    schema: DeleteService$,
    supports: ['cluster', 'service', 'force'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html',
    handle: ({ cluster: clusterName, service: reference = '', force = false }) => {
      const cluster = findCluster(world.state, clusterName);
      return serviceChanges.run(serviceKey(cluster, reference), () => {
        const service = findActiveService(cluster, reference);
        if (service.desiredCount > 0 && !force) {
          throw errors.invalid('The service cannot be stopped while it is scaled above 0.');
        }
        void controller(service).delete();
        return { service: serviceView(service, world.clock, true) };
      });
    },
  });
}
