/** The faults that act on the platform's real parts, by action id. */

import type { ManagedByFis } from '../../tagging/sources.ts';
import type { ApiFaults } from '../../wire/api-faults.ts';
import type { WorldFaults } from '../../world/faults/faults.ts';
import type { TaskHost } from '../../world/tasks/client.ts';
import type { FaultActions } from '../faults/fault-action.ts';
import { injectApiError } from './api-errors.ts';
import { drainContainerInstances, rebootDbInstances } from './control-plane.ts';
import { disruptConnectivity, startZonalAutoshift } from './network.ts';
import { taskNetworkBlackholePort, taskNetworkLatency, taskNetworkPacketLoss } from './task-network.ts';
import { taskCpuStress, taskIoStress, taskKillProcess } from './task-processes.ts';
import type { FindTask } from './tasks.ts';

export interface PlatformParts {
  readonly world: WorldFaults;
  readonly managed: ManagedByFis;
  readonly apiFaults: ApiFaults;
  readonly taskHost: TaskHost;
  readonly zones: readonly string[];
  readonly findTask: FindTask;
}

/** For `FisOptions.faults`. */
export function platformFaults(parts: PlatformParts): FaultActions {
  const { world, managed, apiFaults, taskHost, zones, findTask } = parts;
  return new Map([
    ['aws:fis:inject-api-internal-error', injectApiError('internal', apiFaults)],
    ['aws:fis:inject-api-throttle-error', injectApiError('throttle', apiFaults)],
    ['aws:fis:inject-api-unavailable-error', injectApiError('unavailable', apiFaults)],
    ['aws:network:disrupt-connectivity', disruptConnectivity(world, managed)],
    ['aws:arc:start-zonal-autoshift', startZonalAutoshift(world, zones)],
    ['aws:ecs:task-network-latency', taskNetworkLatency(world, findTask)],
    ['aws:ecs:task-network-packet-loss', taskNetworkPacketLoss(world, findTask)],
    ['aws:ecs:task-network-blackhole-port', taskNetworkBlackholePort(world, findTask)],
    ['aws:ecs:task-cpu-stress', taskCpuStress(taskHost, findTask)],
    ['aws:ecs:task-io-stress', taskIoStress(taskHost, findTask)],
    ['aws:ecs:task-kill-process', taskKillProcess(taskHost, findTask)],
    ['aws:ecs:drain-container-instances', drainContainerInstances],
    ['aws:rds:reboot-db-instances', rebootDbInstances],
  ]);
}
