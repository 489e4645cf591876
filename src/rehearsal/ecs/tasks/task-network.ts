/** A task's addresses, and what its containers are told of them. */
import type { KeyValuePair } from '@aws-sdk/client-ecs';
import type { AddressPlan } from '../../world/addresses/plan.ts';
import type { ImageRecipe } from '../../world/tasks/protocol.ts';
import type { ResolvedTarget } from '../records/revision.ts';
import type { ContainerRecord, TaskRecord } from '../records/task.ts';
import type { EcsWorld } from '../world.ts';
import { overrideOf } from './new-task.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where each container port is reached, by `portKey`. */
export type PortPlan = ReadonlyMap<string, Endpoint>;

/** The key of a `PortPlan`. */
export function portKey(container: string, containerPort: number): string {
  return `${container}:${containerPort}`;
}

/** A task without any port mapping still has an address; which port it would be is of no consequence. */
const UNUSED_PORT = 80;

/**
 * Gives the task its network interface: in subnet mode one address for all containers, as awsvpc does; in port mode a port for each
 * mapping. The traffic's container comes first, so that its address is the task's. Addresses are kept in `task.addresses`.
 */
export async function assignAddresses(
  plan: AddressPlan,
  task: TaskRecord,
  targets: readonly ResolvedTarget[],
): Promise<PortPlan> {
  const ports = new Map<string, Endpoint>();
  const mappings = [
    ...targets.map(({ containerName, containerPort }) => ({ container: containerName, port: containerPort })),
    ...portMappings(task),
  ];
  for (const { container, port } of mappings) {
    if (ports.has(portKey(container, port))) {
      continue;
    }
    const shared = plan.mode === 'subnets' ? task.addresses[0] : undefined;
    if (shared !== undefined) {
      ports.set(portKey(container, port), { host: shared.host, port });
      continue;
    }
    const address = await plan.task(task.zone, port);
    task.addresses.push(address);
    ports.set(portKey(container, port), { host: address.host, port: address.port });
  }
  if (task.addresses.length === 0) {
    task.addresses.push(await plan.task(task.zone, UNUSED_PORT));
  }
  return ports;
}

function portMappings(task: TaskRecord): { container: string; port: number }[] {
  return (task.definition.definition.containerDefinitions ?? []).flatMap((container) =>
    (container.portMappings ?? []).flatMap(({ containerPort }) =>
      containerPort === undefined ? [] : [{ container: container.name ?? '', port: containerPort }],
    ),
  );
}

/**
 * A container's environment: the image's, then the task definition's with its secrets, then RunTask's, then what only the platform knows. `PORT` and `HOST` say where to
 * listen: in port mode the container's own port is another one than in the task definition.
 */
export function containerEnvironment(
  world: EcsWorld,
  task: TaskRecord,
  container: ContainerRecord,
  recipe: ImageRecipe,
  ports: PortPlan,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  const definition = task.definition.definition.containerDefinitions?.find(({ name }) => name === container.name);
  const endpoint = [...ports].find(([key]) => key.startsWith(`${container.name}:`))?.[1];
  const host = endpoint?.host ?? task.addresses[0]?.host;
  return {
    ...recipe.environment,
    ...environmentOf(definition?.environment),
    ...secrets,
    ...environmentOf(overrideOf(task.overrides, container.name)?.environment),
    ...(host === undefined ? {} : { HOST: host }),
    ...(endpoint === undefined ? {} : { PORT: String(endpoint.port) }),
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: world.account.region,
    TASK_ARN: task.arn,
    SUREFOOT_REVISION: `${task.definition.family}:${task.definition.revision}`,
    SUREFOOT_ZONE: task.zone,
  };
}

/** Environment variables as a record; later ones win. */
function environmentOf(pairs: readonly KeyValuePair[] | undefined): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map(({ name, value }) => [name ?? '', value ?? '']));
}
