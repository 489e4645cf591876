import {
  type ContainerDefinition,
  RegisterTaskDefinition$,
  type RegisterTaskDefinitionRequest,
  type RegisterTaskDefinitionResponse,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { isFargateSize } from '../fargate-sizes.ts';
import { arns } from '../names.ts';
import { newTags, tagList } from '../tag-rules.ts';
import { optional } from '../views.ts';

const FAMILY = /^[a-zA-Z0-9_-]{1,255}$/;
const NOT_A_CONTAINER = 'tasks are plain processes here, not containers';

/** Members of a container definition that are given back and have no effect. */
const INERT_CONTAINER_MEMBERS: Readonly<Record<string, string>> = {
  cpu: 'no limit is enforced; it is the reservation that CPUUtilization is measured against when the task has none',
  memory:
    'no limit is enforced; it is the reservation that MemoryUtilization is measured against when the task has none',
  memoryReservation: 'no limit is enforced',
  command: "the image's recipe says what runs",
  entryPoint: "the image's recipe says what runs",
  workingDirectory: "the image's recipe says where it runs",
  user: NOT_A_CONTAINER,
  privileged: NOT_A_CONTAINER,
  readonlyRootFilesystem: NOT_A_CONTAINER,
  interactive: NOT_A_CONTAINER,
  pseudoTerminal: NOT_A_CONTAINER,
  startTimeout: 'containers start side by side',
  versionConsistency: 'a tag is looked up once for each service revision, as with the default `enabled`',
  dockerLabels: 'given back',
  'linuxParameters.*': NOT_A_CONTAINER,
  'ulimits[].*': NOT_A_CONTAINER,
  'mountPoints[].*': 'there are no volumes here',
  'volumesFrom[].*': 'there are no volumes here',
  'systemControls[].*': NOT_A_CONTAINER,
  'logConfiguration.*': "stdout and stderr go to a file in the platform's log directory",
  'healthCheck.*': 'container health checks are not run; the load balancer decides on health',
  'dependsOn[].*': 'containers start side by side',
  'portMappings[].name': 'given back',
  'portMappings[].appProtocol': 'given back',
};

/** Registers the next revision of a family, for tasks with a network address of their own (awsvpc). */
export function registerTaskDefinition({ world }: EcsContext) {
  return operation<RegisterTaskDefinitionRequest, RegisterTaskDefinitionResponse>({
    schema: RegisterTaskDefinition$,
    supports: [
      'family',
      'networkMode',
      'requiresCompatibilities',
      'enableFaultInjection',
      'pidMode',
      'tags[].*',
      ...['name', 'image', 'essential', 'stopTimeout', 'environment[].*', 'secrets[].*'].map(
        (path) => `containerDefinitions[].${path}`,
      ),
      ...['containerPort', 'hostPort', 'protocol'].map((path) => `containerDefinitions[].portMappings[].${path}`),
    ],
    inert: {
      cpu: 'no limit is enforced; it is the reservation that CPUUtilization is measured against',
      memory: 'no limit is enforced; it is the reservation that MemoryUtilization is measured against',
      taskRoleArn: 'there is no IAM here',
      executionRoleArn: 'there is no IAM here',
      'runtimePlatform.*': "processes run on this machine's architecture",
      'ephemeralStorage.*': 'no limit is enforced',
      ...Object.fromEntries(
        Object.entries(INERT_CONTAINER_MEMBERS).map(([path, why]) => [`containerDefinitions[].${path}`, why]),
      ),
    },
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html',
    handle: (input) => {
      validate(input);
      const { taskDefinitions, retention } = world.state;
      if (taskDefinitions.active >= retention.activeTaskDefinitions) {
        throw errors.client(
          `The rehearsal platform holds at most ${retention.activeTaskDefinitions} ACTIVE task definitions. Deregister some that are not needed with DeregisterTaskDefinition.`,
        );
      }
      const { family = '', tags } = input;
      const revision = taskDefinitions.nextRevision(family);
      const record = {
        arn: arns.taskDefinition(world.account, family, revision),
        family,
        revision,
        definition: complete(input, arns.taskDefinition(world.account, family, revision), revision, {
          at: world.clock.now(),
          by: `arn:aws:iam::${world.account.accountId}:root`,
        }),
        tags: newTags(tags),
      };
      taskDefinitions.add(record);
      return { taskDefinition: record.definition, tags: tagList(record.tags) };
    },
  });
}

function validate(input: RegisterTaskDefinitionRequest): void {
  const containers = input.containerDefinitions ?? [];
  if (!FAMILY.test(input.family ?? '')) {
    throw errors.client('Family contains invalid characters.');
  }
  if (containers.length === 0) {
    throw errors.client('Container list cannot be empty.');
  }
  for (const container of containers) {
    validateContainer(container);
  }
  if (new Set(containers.map(({ name }) => name)).size < containers.length) {
    throw errors.client('Container names must be unique within a task definition.');
  }
  if (!containers.some(({ essential }) => essential ?? true)) {
    throw errors.client('A task definition must have at least one essential container.');
  }
  validateFargate(input);
}

function validateContainer({ name, image, stopTimeout }: ContainerDefinition): void {
  if (name === undefined || name === '') {
    throw errors.client('Container.name should not be null or blank.');
  }
  if (image === undefined || image === '') {
    throw errors.client('Container.image should not be null or blank.');
  }
  if (stopTimeout !== undefined && (stopTimeout < 0 || stopTimeout > 120)) {
    throw errors.client(`Invalid stopTimeout value ${stopTimeout}: it must be between 0 and 120 seconds.`);
  }
}

function validateFargate(input: RegisterTaskDefinitionRequest): void {
  if (input.networkMode !== 'awsvpc') {
    if (input.requiresCompatibilities?.includes('FARGATE')) {
      throw errors.client('Fargate only supports network mode ‘awsvpc’.');
    }
    throw errors.unsupported(`networkMode ${input.networkMode ?? 'bridge'}`, 'Use awsvpc.');
  }
  if (!input.requiresCompatibilities?.includes('FARGATE')) {
    return;
  }
  if (input.pidMode === 'host') {
    throw errors.client('Fargate only supports pid mode ‘task’.');
  }
  for (const member of ['cpu', 'memory'] as const) {
    if (input[member] === undefined) {
      throw errors.client(`Fargate requires that '${member}' be defined at the task level.`);
    }
  }
  const [cpu, memory] = [units(input.cpu, 'vcpu'), units(input.memory, 'gb')];
  if (!isFargateSize(Number(cpu), Number(memory))) {
    throw errors.client(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
}

/** The task definition as AWS gives it back: with its defaults. */
function complete(
  input: RegisterTaskDefinitionRequest,
  arn: string,
  revision: number,
  registered: { readonly at: Date; readonly by: string },
): TaskDefinition {
  const { tags: _tags, containerDefinitions, ...given } = input;
  return {
    volumes: [],
    placementConstraints: [],
    requiresCompatibilities: [],
    ...given,
    ...optional('cpu', units(input.cpu, 'vcpu')),
    ...optional('memory', units(input.memory, 'gb')),
    taskDefinitionArn: arn,
    revision,
    status: 'ACTIVE',
    requiresAttributes: [],
    compatibilities: ['EC2', 'FARGATE'],
    registeredAt: registered.at,
    registeredBy: registered.by,
    containerDefinitions: (containerDefinitions ?? []).map(completeContainer),
  };
}

function completeContainer(container: ContainerDefinition): ContainerDefinition {
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      protocol: 'tcp',
      ...mapping,
      // With awsvpc the host port is the container port.
      ...optional('hostPort', mapping.containerPort),
    })),
  };
}

/** `1 vCPU` → `1024`, `2 GB` → `2048`; numbers stay. Source: API_RegisterTaskDefinition, cpu and memory. */
function units(value: string | undefined, unit: 'vcpu' | 'gb'): string | undefined {
  const match = value?.match(/^\s*([\d.]+)\s*([a-z]*)\s*$/i);
  if (value === undefined || match === null || match === undefined) {
    if (value !== undefined) {
      throw errors.client('Invalid CPU or memory value specified');
    }
    return undefined;
  }
  return match[2]?.toLowerCase() === unit ? String(Number(match[1]) * 1024) : value.trim();
}
