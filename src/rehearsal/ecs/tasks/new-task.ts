/** Makes the record of a task, of a service or of none. */
import type { ContainerOverride, NetworkConfiguration, TaskOverride } from '@aws-sdk/client-ecs';
import { arns, networkInterface, runtimeId, taskId } from '../names.ts';
import type { ContainerRecord, TaskRecord } from '../records/task.ts';
import type { EcsWorld } from '../world.ts';

/** "The default value is 30 seconds." Source: API_ContainerDefinition, stopTimeout. */
const DEFAULT_STOP_TIMEOUT_S = 30;

/** What of a task is decided before there is one. */
export interface TaskPlan
  extends Pick<
    TaskRecord,
    | 'cluster'
    | 'definition'
    | 'group'
    | 'startedBy'
    | 'zone'
    | 'launchType'
    | 'platformVersion'
    | 'enableExecuteCommand'
    | 'tags'
    | 'overrides'
  > {
  readonly networkConfiguration: NetworkConfiguration | undefined;
}

/** The zones that the subnets lie in, in the order given; all zones of the platform when there are none. */
export function zonesOf(world: EcsWorld, network: NetworkConfiguration | undefined): string[] {
  const subnets = network?.awsvpcConfiguration?.subnets ?? [];
  const zones = subnets.flatMap((subnet) => world.subnets.get(subnet) ?? []);
  return zones.length > 0 ? [...new Set(zones)] : [...world.addresses.zones];
}

/** A PROVISIONING task that nothing runs yet. */
export function newTask(world: EcsWorld, { networkConfiguration, ...plan }: TaskPlan): TaskRecord {
  const id = taskId();
  const subnets = networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  return {
    ...plan,
    arn: arns.task(world.account, plan.cluster.name, id),
    id,
    subnetId: subnets.find((subnet) => world.subnets.get(subnet) === plan.zone),
    networkInterface: networkInterface(),
    containers: containersOf(world, id, plan),
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

function containersOf(world: EcsWorld, task: string, plan: Omit<TaskPlan, 'networkConfiguration'>): ContainerRecord[] {
  return (plan.definition.definition.containerDefinitions ?? []).map((container) => {
    const override = overrideOf(plan.overrides, container.name);
    return {
      arn: arns.container(world.account, plan.cluster.name, task),
      name: container.name ?? '',
      image: container.image ?? '',
      essential: container.essential ?? true,
      stopTimeoutMs: (container.stopTimeout ?? DEFAULT_STOP_TIMEOUT_S) * 1000,
      runtimeId: runtimeId(task),
      cpu: override?.cpu ?? container.cpu ?? 0,
      memory: override?.memory ?? container.memory,
      status: 'PENDING',
      digest: undefined,
      secretVersions: [],
      pid: undefined,
      exitCode: undefined,
      reason: undefined,
    };
  });
}

/** What RunTask changed of a container; undefined when nothing. */
export function overrideOf(overrides: TaskOverride, container: string | undefined): ContainerOverride | undefined {
  return overrides.containerOverrides?.find(({ name }) => name === container);
}
