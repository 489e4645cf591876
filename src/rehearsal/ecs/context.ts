/** What every operation of this service has at hand. */
import type { ServiceController } from './service/service-controller.ts';
import type { ServiceRecord } from './state.ts';
import type { SingleTasks } from './tasks/single-tasks.ts';
import type { EcsWorld } from './world.ts';

export interface EcsContext {
  readonly world: EcsWorld;
  /** The controller of a service; made with the first call. */
  readonly controller: (service: ServiceRecord) => ServiceController;
  readonly singleTasks: SingleTasks;
}
