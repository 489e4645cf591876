/** A service in one region, with all that its tasks need to start there. Reads; changes nothing. */
import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import type { ScalableTarget } from '../../../../aws/application-auto-scaling.ts';
import type { AwsGateways } from '../../../../aws/gateways.ts';
import type { ServiceInEnvironment } from '../../../../platform/model.ts';
import { parseEcrReference } from '../../../common/ecr-reference.ts';
import { sizeOf, vcpuOf } from '../../../common/task-size.ts';
import { type Capacity, type KnownState, knownOn, warmOn } from './known-state.ts';

export interface ImageFacts {
  readonly container: string;
  readonly image: string;
  /** Where its registry is; undefined: not in ECR. */
  readonly registryRegion: string | undefined;
  /** In that registry, or as it is written; undefined: not there, or not known. */
  readonly digest: string | undefined;
}

export interface SecretFacts {
  readonly name: string;
  /** Undefined for what is named without a region: it is then read where the task runs. */
  readonly region: string | undefined;
  /** Undefined: a parameter, which is not looked at. */
  readonly there: boolean | undefined;
}

export interface ServiceFacts {
  readonly target: ServiceInEnvironment;
  readonly service: Service;
  readonly arn: string;
  readonly desired: number;
  /** `family:revision`. */
  readonly taskDefinition: string;
  readonly images: readonly ImageFacts[];
  readonly secrets: readonly SecretFacts[];
  /** Regions that its log drivers write to. */
  readonly logRegions: readonly string[];
  readonly scaling: ScalableTarget | undefined;
  readonly vcpuOfTask: number;
  readonly known: KnownState | undefined;
  readonly warm: Capacity | undefined;
}

/** Undefined when there is no such service. `region` is that of `aws`. */
export async function serviceFacts(
  target: ServiceInEnvironment,
  region: string,
  aws: AwsGateways,
): Promise<ServiceFacts | undefined> {
  const service = await aws.ecs.service(target.cluster, target.ecsService);
  if (service === undefined) {
    return undefined;
  }
  const [{ taskDefinition }, scaling] = await Promise.all([
    aws.ecs.taskDefinition(service.taskDefinition ?? ''),
    aws.autoScaling.scalableTarget(target),
  ]);
  const containers = taskDefinition.containerDefinitions ?? [];
  const [images, secrets] = await Promise.all([
    Promise.all(containers.map(({ name = '', image = '' }) => imageFacts(name, image, region, aws))),
    Promise.all(secretNames(taskDefinition).map((name) => secretFacts(name, region, aws))),
  ]);
  return {
    target,
    service,
    arn: service.serviceArn ?? '',
    desired: service.desiredCount ?? 0,
    taskDefinition: `${taskDefinition.family}:${taskDefinition.revision}`,
    images,
    secrets,
    logRegions: containers.flatMap(({ logConfiguration }) => logConfiguration?.options?.['awslogs-region'] ?? []),
    scaling,
    vcpuOfTask: vcpuOf(sizeOf(taskDefinition, target)),
    known: knownOn(service),
    warm: warmOn(service),
  };
}

async function imageFacts(container: string, image: string, region: string, aws: AwsGateways): Promise<ImageFacts> {
  const reference = parseEcrReference(image);
  if (reference === undefined) {
    const digest = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
    return { container, image, registryRegion: undefined, digest };
  }
  // A registry elsewhere may be in the region that is lost: it is not asked.
  const found =
    reference.region === region
      ? await aws.ecr.image(reference.registryId, reference.repository, reference.digest ?? reference.tag ?? 'latest')
      : undefined;
  return { container, image, registryRegion: reference.region, digest: found?.digest };
}

/** What the containers' environments and log drivers take from Secrets Manager and Parameter Store, each once. */
function secretNames({ containerDefinitions = [] }: TaskDefinition): string[] {
  const named = containerDefinitions.flatMap(({ secrets = [], logConfiguration }) =>
    [...secrets, ...(logConfiguration?.secretOptions ?? [])].flatMap(({ valueFrom }) => valueFrom ?? []),
  );
  return [...new Set(named.map(withoutParts))];
}

/** `arn:aws:secretsmanager:region:account:secret:name` has seven parts; key, stage and version may follow. */
function withoutParts(valueFrom: string): string {
  return valueFrom.startsWith('arn:') ? valueFrom.split(':').slice(0, 7).join(':') : valueFrom;
}

async function secretFacts(name: string, ofTasks: string, aws: AwsGateways): Promise<SecretFacts> {
  const [, , service, region] = name.startsWith('arn:') ? name.split(':') : [];
  if (service !== 'secretsmanager' || region !== ofTasks) {
    return { name, region, there: undefined };
  }
  const secret = await aws.secretsManager.secret(name);
  return { name, region, there: secret !== undefined && secret.DeletedDate === undefined };
}
