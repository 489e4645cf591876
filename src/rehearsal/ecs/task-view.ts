/** A task in the shape that DescribeTasks answers with. */
import type { Attachment, Container, Task } from '@aws-sdk/client-ecs';
import type { ContainerRecord, TaskRecord } from './records/task.ts';
import { tagList } from './tag-rules.ts';
import { overrideOf } from './tasks/new-task.ts';
import { optional, PLATFORM_FAMILY } from './views.ts';

/** A task as Describe, Run and Stop answer with it. */
export function taskView(task: TaskRecord, withTags: boolean): Task {
  const { definition } = task.definition;
  return {
    attachments: [attachmentView(task)],
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    availabilityZone: task.zone,
    clusterArn: task.cluster.arn,
    ...(task.connectivityAt === undefined ? {} : { connectivity: 'CONNECTED', connectivityAt: task.connectivityAt }),
    containers: task.containers.map((container) => containerView(task, container)),
    ...optional('cpu', task.overrides.cpu ?? definition.cpu),
    createdAt: task.createdAt,
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    ...optional('executionStoppedAt', task.executionStoppedAt),
    group: task.group,
    healthStatus: 'UNKNOWN',
    lastStatus: task.lastStatus,
    launchType: task.launchType,
    ...optional('memory', task.overrides.memory ?? definition.memory),
    overrides: {
      ...task.overrides,
      containerOverrides: task.containers.map(({ name }) => ({ name, ...overrideOf(task.overrides, name) })),
      inferenceAcceleratorOverrides: [],
    },
    platformVersion: task.platformVersion,
    platformFamily: PLATFORM_FAMILY,
    ...optional('pullStartedAt', task.pullStartedAt),
    ...optional('pullStoppedAt', task.pullStoppedAt),
    ...optional('startedAt', task.startedAt),
    ...optional('startedBy', task.startedBy),
    ...optional('stopCode', task.stopCode),
    ...optional('stoppedAt', task.stoppedAt),
    ...optional('stoppedReason', task.stoppedReason),
    ...optional('stoppingAt', task.stoppingAt),
    tags: withTags ? tagList(task.tags) : [],
    taskArn: task.arn,
    taskDefinitionArn: task.definition.arn,
    version: task.version,
    ephemeralStorage: { sizeInGiB: 20 },
  };
}

/** The elastic network interface, with the details that AWS lists. Source: API_Attachment */
function attachmentView(task: TaskRecord): Attachment {
  const { attachmentId, interfaceId, mac } = task.networkInterface;
  const address = task.addresses[0]?.host;
  return {
    id: attachmentId,
    type: 'ElasticNetworkInterface',
    status: attachmentStatus(task, address),
    details: [
      ...(task.subnetId === undefined ? [] : [{ name: 'subnetId', value: task.subnetId }]),
      ...(address === undefined
        ? []
        : [
            { name: 'networkInterfaceId', value: interfaceId },
            { name: 'macAddress', value: mac },
            { name: 'privateIPv4Address', value: address },
          ]),
    ],
  };
}

function attachmentStatus(task: TaskRecord, address: string | undefined): string {
  if (task.lastStatus === 'STOPPED') {
    return 'DELETED';
  }
  return address === undefined ? 'PRECREATED' : 'ATTACHED';
}

function containerView(task: TaskRecord, container: ContainerRecord): Container {
  const address = task.addresses[0]?.host;
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    ...optional('imageDigest', container.digest),
    ...(container.pid === undefined && container.exitCode === undefined ? {} : { runtimeId: container.runtimeId }),
    lastStatus: container.status,
    ...optional('exitCode', container.exitCode),
    ...optional('reason', container.reason),
    networkBindings: [],
    networkInterfaces:
      address === undefined ? [] : [{ attachmentId: task.networkInterface.attachmentId, privateIpv4Address: address }],
    healthStatus: 'UNKNOWN',
    managedAgents: [],
    cpu: String(container.cpu),
    ...optional('memory', container.memory === undefined ? undefined : String(container.memory)),
  };
}
