/** Makes the record of a service's next task. */
import { arns, networkInterface, runtimeId, taskId } from '../names.ts';
import type {
  ContainerRecord,
  RevisionRecord,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
  Workload,
} from '../state.ts';
import type { EcsWorld } from '../world.ts';

/** "The default value is 30 seconds." Source: API_ContainerDefinition, stopTimeout. */
const DEFAULT_STOP_TIMEOUT_S = 30;

/** The zones that a revision's subnets lie in, in the order given; all zones of the platform when it names no subnets. */
export function serviceZones(world: EcsWorld, revision: RevisionRecord): string[] {
  const subnets = revision.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  const zones = subnets.flatMap((subnet) => world.subnets.get(subnet) ?? []);
  return zones.length > 0 ? [...new Set(zones)] : [...world.addresses.zones];
}

/** A PROVISIONING task of `workload` in `zone`. */
export function newServiceTask(world: EcsWorld, service: ServiceRecord, workload: Workload, zone: string): TaskRecord {
  const { revision } = workload;
  const id = taskId();
  const subnets = revision.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  return {
    arn: arns.task(world.account, service.cluster.name, id),
    id,
    cluster: service.cluster,
    definition: revision.taskDefinition,
    group: `service:${service.name}`,
    startedBy: workload.id,
    zone,
    subnetId: subnets.find((subnet) => world.subnets.get(subnet) === zone),
    launchType: revision.launchType,
    platformVersion: revision.platformVersion,
    enableExecuteCommand: service.echo.enableExecuteCommand,
    tags: taskTags(service, revision),
    networkInterface: networkInterface(),
    containers: containersOf(world, service.cluster.name, id, revision.taskDefinition),
    createdAt: world.clock.now(),
    addresses: [],
    targets: [],
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    wasHealthy: false,
    version: 1,
    connectivityAt: undefined,
    pullStartedAt: undefined,
    pullStoppedAt: undefined,
    startedAt: undefined,
    stoppingAt: undefined,
    executionStoppedAt: undefined,
    stoppedAt: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
  };
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

function containersOf(
  world: EcsWorld,
  cluster: string,
  task: string,
  definition: TaskDefinitionRecord,
): ContainerRecord[] {
  return (definition.definition.containerDefinitions ?? []).map((container) => ({
    arn: arns.container(world.account, cluster, task),
    name: container.name ?? '',
    image: container.image ?? '',
    essential: container.essential ?? true,
    stopTimeoutMs: (container.stopTimeout ?? DEFAULT_STOP_TIMEOUT_S) * 1000,
    runtimeId: runtimeId(task),
    cpu: container.cpu ?? 0,
    memory: container.memory,
    status: 'PENDING',
    digest: undefined,
    pid: undefined,
    exitCode: undefined,
    reason: undefined,
  }));
}
