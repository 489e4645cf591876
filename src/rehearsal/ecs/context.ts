/** What every operation of this service has at hand. */
import type { Exclusive } from './exclusive.ts';
import { lastPart } from './names.ts';
import type { ClusterRecord, ServiceRecord } from './records/service.ts';
import type { ServiceController } from './service/service-controller.ts';
import type { SingleTasks } from './tasks/single-tasks.ts';
import type { EcsWorld } from './world.ts';

export interface EcsContext {
  readonly world: EcsWorld;
  /** The controller of a service; made with the first call. */
  readonly controller: (service: ServiceRecord) => ServiceController;
  readonly singleTasks: SingleTasks;
  /** Changes of one service, by `serviceKey`, one after the other: they wait for other services between reading and writing. */
  readonly serviceChanges: Exclusive;
}

/** What names a service among all of the platform, whether or not it exists. */
export function serviceKey(cluster: ClusterRecord, reference: string | undefined): string {
  return `${cluster.name}/${lastPart(reference ?? '')}`;
}
