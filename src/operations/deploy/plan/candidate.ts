/** What a deployment would bring: a task definition yet to be registered, or one that exists; how it differs; why it cannot be brought. */
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { isAwsError } from '../../../aws/errors.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import type { LiveService } from '../live.ts';
import type { PinResult } from './images.ts';
import { type Change, diffTaskDefinitions, unknownContainers, withImages } from './task-definition.ts';

/** What the candidate runs: a definition yet to be registered, or one that exists. */
export type Candidate =
  | { readonly kind: 'register'; readonly input: RegisterTaskDefinitionCommandInput }
  | { readonly kind: 'existing'; readonly arn: string; readonly definition: TaskDefinition };

export interface Proposal {
  readonly candidate: Candidate;
  readonly changes: readonly Change[];
  readonly refusals: readonly Reason[];
}

/** The containers of the candidate's tasks. */
export function containersOf(candidate: Candidate): readonly ContainerDefinition[] {
  return (candidate.kind === 'register' ? candidate.input : candidate.definition).containerDefinitions ?? [];
}

/** The live task definition with new images. An image whose digest already runs is no change, however it is written. */
export function fromImages(live: LiveService, pins: PinResult): Proposal {
  const running = new Map(live.revision?.containerImages?.map((image) => [image.containerName, image.imageDigest]));
  const unknown = unknownContainers(
    live.taskDefinition,
    pins.images.map((image) => image.container),
  );
  const wanted = pins.images.filter(
    ({ container, digest }) => digest === undefined || running.get(container) !== digest,
  );
  const input = withImages(
    live.taskDefinition,
    Object.fromEntries(wanted.map((image) => [image.container, image.reference])),
  );
  return {
    candidate: { kind: 'register', input },
    changes: diffTaskDefinitions(live.taskDefinition, input),
    refusals: unknown === undefined ? [] : [unknown],
  };
}

/** A task definition by `family:revision` or ARN, as it is registered. */
export async function fromExisting(live: LiveService, reference: string, ports: Ports): Promise<Proposal> {
  const definition = await describe(reference, ports);
  if (definition === undefined) {
    const message = `there is no task definition ${reference} in this account and region: list them with \`aws ecs list-task-definitions\``;
    return {
      candidate: { kind: 'existing', arn: reference, definition: {} },
      changes: [],
      refusals: [{ code: 'no-such-task-definition', message }],
    };
  }
  const arn = definition.taskDefinitionArn ?? reference;
  const swap = {
    path: 'taskDefinition',
    before: shortTaskDefinition(live.taskDefinition),
    after: shortTaskDefinition(definition),
  };
  return {
    candidate: { kind: 'existing', arn, definition },
    changes:
      arn === live.taskDefinition.taskDefinitionArn
        ? []
        : [swap, ...diffTaskDefinitions(live.taskDefinition, definition)],
    refusals: [...inactive(definition), ...unreachable(live, definition)],
  };
}

/** AWS's words for one that does not exist are a ClientException, "Unable to describe task definition." */
async function describe(reference: string, ports: Ports): Promise<TaskDefinition | undefined> {
  try {
    return (await ports.aws.ecs.taskDefinition(reference)).taskDefinition;
  } catch (error) {
    if (isAwsError(error, 'ClientException', 'InvalidParameterException')) {
      return undefined;
    }
    throw error;
  }
}

/** ECS refuses it only once other things have been changed. */
function inactive(definition: TaskDefinition): Reason[] {
  const { status = 'ACTIVE' } = definition;
  const message = `${shortTaskDefinition(definition)} is ${status}: it was deregistered, and no service can be updated to it; register it again under a new revision`;
  return status === 'ACTIVE' ? [] : [{ code: 'task-definition-inactive', message }];
}

/** The container and port that the load balancer sends to must be in it. */
function unreachable({ service }: LiveService, definition: TaskDefinition): Reason[] {
  const named = new Map((definition.containerDefinitions ?? []).map((each) => [each.name, each]));
  return (service.loadBalancers ?? [])
    .filter(({ containerName, containerPort }) => {
      const ports = named.get(containerName)?.portMappings ?? [];
      return !ports.some((mapping) => mapping.containerPort === containerPort);
    })
    .map(({ containerName, containerPort }) => ({
      code: 'container-not-in-task-definition',
      message: `the load balancer of ${service.serviceName} sends to port ${containerPort} of the container "${containerName}", which ${shortTaskDefinition(definition)} does not have`,
    }));
}

function shortTaskDefinition({ family, revision }: TaskDefinition): string {
  return `${family}:${revision}`;
}
