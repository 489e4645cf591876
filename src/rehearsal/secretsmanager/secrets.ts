/**
 * Secrets with their versions and staging labels, in memory alone. Rules after https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 * and the API's reference.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { exists, invalidParameter, invalidRequest, notFound } from './errors.ts';

/** Exactly one of both. */
export interface SecretValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

export interface Version {
  readonly id: string;
  readonly value: SecretValue;
  readonly createdAt: Date;
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
  readonly createdAt: Date;
  changedAt: Date;
  deletedAt: Date | undefined;
  /** By id, oldest first. */
  readonly versions: Map<string, Version>;
  /** The version's id by label: a label is on one version at a time. */
  readonly stages: Map<string, string>;
}

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';
const SUFFIX = /-[A-Za-z0-9]{6}$/;
const DAY_MS = 24 * 3600 * 1000;

export interface SecretsOptions {
  readonly accountId: string;
  readonly region: string;
  readonly now: () => Date;
}

export class Secrets {
  readonly #options: SecretsOptions;
  readonly #byName = new Map<string, Secret>();

  constructor(options: SecretsOptions) {
    this.#options = options;
  }

  /** @throws AwsError ResourceExistsException, InvalidRequestException for one that is being deleted */
  create(
    name: string,
    described: Pick<Secret, 'description' | 'kmsKeyId' | 'tags'>,
    value: SecretValue,
    version: string = randomUUID(),
  ): Secret {
    const known = this.#byName.get(name);
    if (known?.deletedAt !== undefined) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (known !== undefined) {
      throw exists(`The operation failed because the secret ${name} already exists.`);
    }
    const { accountId, region, now } = this.#options;
    const secret: Secret = {
      ...described,
      arn: `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix()}`,
      name,
      createdAt: now(),
      changedAt: now(),
      deletedAt: undefined,
      versions: new Map(),
      stages: new Map(),
    };
    this.#byName.set(name, secret);
    if (hasValue(value)) {
      this.put(secret, value, version, [CURRENT]);
    }
    return secret;
  }

  /** By name, ARN, or ARN without its six last characters. @throws AwsError ResourceNotFoundException */
  find(id: string): Secret {
    const found = [...this.#byName.values()].find(
      ({ name, arn }) => id === name || id === arn || id === arn.replace(SUFFIX, ''),
    );
    if (found === undefined) {
      throw notFound();
    }
    return found;
  }

  /** As `find`. @throws AwsError also InvalidRequestException for one that is being deleted */
  findLive(id: string): Secret {
    const secret = this.find(id);
    if (secret.deletedAt !== undefined) {
      throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
    }
    return secret;
  }

  /** The same id and value again change nothing. @throws AwsError ResourceExistsException for another value under a known id */
  put(secret: Secret, value: SecretValue, id: string, stages: readonly string[]): void {
    const known = secret.versions.get(id);
    if (known !== undefined) {
      if (!same(known.value, value)) {
        throw exists(`You can't change an existing version; its ClientRequestToken is ${id}.`);
      }
      return;
    }
    secret.versions.set(id, { id, value, createdAt: this.#options.now() });
    for (const stage of stages) {
      this.label(secret, stage, id);
    }
    secret.changedAt = this.#options.now();
  }

  /** Moves a label; AWSPREVIOUS follows AWSCURRENT by itself. Without `to` the label goes. */
  label(secret: Secret, stage: string, to: string | undefined): void {
    const from = secret.stages.get(stage);
    if (to === undefined) {
      secret.stages.delete(stage);
    } else {
      secret.stages.set(stage, to);
    }
    if (stage === CURRENT && from !== undefined && from !== to) {
      secret.stages.set(PREVIOUS, from);
    }
    secret.changedAt = this.#options.now();
  }

  /** The version that an id, a label or both name. @throws AwsError ResourceNotFoundException, InvalidRequestException when they disagree */
  version(secret: Secret, id: string | undefined, stage: string | undefined): Version {
    const labelled = secret.stages.get(stage ?? CURRENT);
    if (id === undefined) {
      const found = labelled === undefined ? undefined : secret.versions.get(labelled);
      if (found === undefined) {
        throw notFound(`secret value for staging label: ${stage ?? CURRENT}`);
      }
      return found;
    }
    const found = secret.versions.get(id);
    if (found === undefined) {
      throw notFound(`secret value for VersionId: ${id}`);
    }
    if (stage !== undefined && labelled !== id) {
      throw invalidRequest(`You provided a VersionStage that is not associated to the provided VersionId.`);
    }
    return found;
  }

  /** @throws AwsError InvalidParameterException when the label is on another version than `from` says */
  move(secret: Secret, stage: string, to: string | undefined, from: string | undefined): void {
    const holder = secret.stages.get(stage);
    if (to !== undefined && !secret.versions.has(to)) {
      throw notFound(`secret value for VersionId: ${to}`);
    }
    if (holder !== undefined && holder !== to && from === undefined) {
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    }
    if (from !== undefined && from !== holder) {
      throw invalidParameter(
        `The parameter RemoveFromVersionId is incorrect. Staging label ${stage} is not attached to version ${from}.`,
      );
    }
    if (to === undefined && stage === CURRENT) {
      throw invalidParameter(`You can't remove ${CURRENT} from a version without moving it to another.`);
    }
    this.label(secret, stage, to);
  }

  /** When it will be gone; at once with `force`. */
  delete(secret: Secret, days: number, force: boolean): Date {
    const now = this.#options.now();
    if (force) {
      this.#byName.delete(secret.name);
      return now;
    }
    secret.deletedAt = now;
    return new Date(now.getTime() + days * DAY_MS);
  }
}

/** Labels by version id, as the API lists them. */
export function stagesByVersion({ stages }: Secret): Record<string, string[]> {
  const labels: Record<string, string[]> = {};
  for (const [stage, id] of stages) {
    labels[id] = [...(labels[id] ?? []), stage];
  }
  return labels;
}

/** Whether there is one. @throws AwsError InvalidParameterException when both forms are given */
export function hasValue({ SecretString, SecretBinary }: SecretValue): boolean {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter('You must provide either SecretString or SecretBinary, not both.');
  }
  return SecretString !== undefined || SecretBinary !== undefined;
}

function same(one: SecretValue, other: SecretValue): boolean {
  return (
    one.SecretString === other.SecretString &&
    Buffer.from(one.SecretBinary ?? []).equals(Buffer.from(other.SecretBinary ?? []))
  );
}

function suffix(): string {
  return [...randomBytes(6)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef'[byte % 32]).join('');
}
