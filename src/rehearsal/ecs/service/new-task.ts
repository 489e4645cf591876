/** Makes the record of a service's next task. */
import type { RevisionRecord } from '../records/revision.ts';
import type { ServiceRecord, Workload } from '../records/service.ts';
import type { TaskRecord } from '../records/task.ts';
import { newTask, zonesOf } from '../tasks/new-task.ts';
import type { EcsWorld } from '../world.ts';

/** The zones that a revision's tasks are spread over. */
export function serviceZones(world: EcsWorld, revision: RevisionRecord): string[] {
  return zonesOf(world, revision.networkConfiguration);
}

/** A PROVISIONING task of `workload` in `zone`. */
export function newServiceTask(world: EcsWorld, service: ServiceRecord, workload: Workload, zone: string): TaskRecord {
  const { revision } = workload;
  return newTask(world, {
    cluster: service.cluster,
    definition: revision.taskDefinition,
    group: `service:${service.name}`,
    startedBy: workload.id,
    zone,
    networkConfiguration: revision.networkConfiguration,
    launchType: revision.launchType,
    platformVersion: revision.platformVersion,
    enableExecuteCommand: service.echo.enableExecuteCommand,
    tags: taskTags(service, revision),
    overrides: {},
  });
}

function taskTags(service: ServiceRecord, revision: RevisionRecord): Map<string, string> {
  const managed: [string, string][] = service.echo.enableECSManagedTags
    ? [
        ['aws:ecs:clusterName', service.cluster.name],
        ['aws:ecs:serviceName', service.name],
      ]
    : [];
  switch (service.echo.propagateTags) {
    case 'SERVICE':
      return new Map([...service.tags, ...managed]);
    case 'TASK_DEFINITION':
      return new Map([...revision.taskDefinition.tags, ...managed]);
    default:
      return new Map(managed);
  }
}
