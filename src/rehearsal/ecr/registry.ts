/** The image registry of the rehearsal platform: what has been pushed, and what a reference stands for. */
import { AwsError } from '../wire/operation.ts';
import type { ImageCatalogue, ImageRecipe } from '../world/tasks/protocol.ts';
import { type Manifest, manifestOf } from './manifest.ts';
import { isRepositoryName, isTag, parseReference, splitRegistry } from './reference.ts';

export interface StoredImage {
  readonly manifest: Manifest;
  readonly recipe: ImageRecipe;
  readonly pushedAt: Date;
}

/** A repository of this registry, as the ECR operations see it. */
export interface Repository {
  readonly name: string;
  readonly arn: string;
  readonly uri: string;
  readonly createdAt: Date;
  readonly mutable: boolean;
  /** By digest, in the order of their first push. */
  readonly images: ReadonlyMap<string, StoredImage>;
  /** Tag to digest. */
  readonly tags: ReadonlyMap<string, string>;
}

export interface Push {
  /** `name`, or `host/name` for an image of another registry: it can be pulled, but ECR's operations do not show it. */
  readonly repository: string;
  readonly tag: string;
  readonly recipe: ImageRecipe;
  /** Whether tags of the repository may move; kept from an earlier push if not given, true at first, as on AWS. */
  readonly mutable?: boolean;
}

export interface ResolvedImage {
  readonly repository: string;
  readonly digest: string;
  /** The tag that the reference has, if it has one. With a digest beside it, it says nothing about the image. */
  readonly tag?: string;
  readonly recipe: ImageRecipe;
}

export interface ImageRegistry {
  readonly accountId: string;
  /**
   * Stores an image under a tag, which moves if it was on another image; the old image stays, to be had by its digest.
   * Throws `AwsError`: `ImageTagAlreadyExistsException` in an immutable repository, `InvalidParameterException` for bad names.
   */
  push(push: Push): { readonly digest: string };
  /** What `name:tag`, `registry/name:tag`, `…@sha256:…` or both stand for; the tag is `latest` if none is given. */
  resolve(reference: string): ResolvedImage | undefined;
  readonly catalogue: ImageCatalogue;
  /** The registry's own repositories by name. */
  repositories(): readonly Repository[];
  /** One of them. Throws `AwsError` `RepositoryNotFoundException`, also for the registry of another account. */
  repository(name: string, registryId?: string): Repository;
}

export interface RegistryOptions {
  readonly accountId: string;
  readonly region: string;
  readonly now?: () => Date;
}

interface MutableRepository extends Repository {
  mutable: boolean;
  readonly images: Map<string, StoredImage>;
  readonly tags: Map<string, string>;
}

/** An empty registry with the host name that ECR gives to this account and region. */
export function createRegistry({ accountId, region, now = () => new Date() }: RegistryOptions): ImageRegistry {
  const host = `${accountId}.dkr.ecr.${region}.amazonaws.com`;
  const own = new Map<string, MutableRepository>();
  const foreign = new Map<string, MutableRepository>();

  const place = (registry: string | undefined, repository: string) =>
    registry === undefined || registry === host
      ? { shelf: own, key: repository }
      : { shelf: foreign, key: `${registry}/${repository}` };

  const open = (fullName: string): MutableRepository => {
    const { registry, repository } = splitRegistry(fullName);
    const { shelf, key } = place(registry, repository);
    const known = shelf.get(key);
    if (known !== undefined) {
      return known;
    }
    if (!isRepositoryName(repository)) {
      throw new AwsError(
        'InvalidParameterException',
        `"${fullName}" is not a repository name: use lower case, digits and . _ - /`,
      );
    }
    const created: MutableRepository = {
      name: key,
      arn: `arn:aws:ecr:${region}:${accountId}:repository/${key}`,
      uri: shelf === own ? `${host}/${key}` : key,
      createdAt: now(),
      mutable: true,
      images: new Map(),
      tags: new Map(),
    };
    shelf.set(key, created);
    return created;
  };

  const resolve = (reference: string): ResolvedImage | undefined => {
    const parsed = parseReference(reference);
    if (parsed === undefined) {
      return undefined;
    }
    const { shelf, key } = place(parsed.registry, parsed.repository);
    const repository = shelf.get(key);
    const digest = parsed.digest ?? repository?.tags.get(parsed.tag ?? 'latest');
    const image = digest === undefined ? undefined : repository?.images.get(digest);
    if (repository === undefined || digest === undefined || image === undefined) {
      return undefined;
    }
    const tag = parsed.tag ?? (parsed.digest === undefined ? 'latest' : undefined);
    return { repository: repository.name, digest, ...(tag === undefined ? {} : { tag }), recipe: image.recipe };
  };

  return {
    accountId,
    push: (push) => {
      checkTag(push.tag);
      return store(open(push.repository), push, now());
    },
    resolve,
    catalogue: (image) => resolve(image)?.recipe,
    repositories: () => [...own.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    repository: (name, registryId = accountId) => {
      const found = registryId === accountId ? own.get(name) : undefined;
      if (found === undefined) {
        throw new AwsError(
          'RepositoryNotFoundException',
          `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
        );
      }
      return found;
    },
  };
}

function checkTag(tag: string): void {
  if (!isTag(tag)) {
    throw new AwsError(
      'InvalidParameterException',
      `"${tag}" is not an image tag: use at most 128 letters, digits and . _ -`,
    );
  }
}

function store(repository: MutableRepository, { tag, recipe, mutable }: Push, now: Date): { digest: string } {
  const manifest = manifestOf(recipe);
  const current = repository.tags.get(tag);
  if (!(mutable ?? repository.mutable) && current !== undefined && current !== manifest.digest) {
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the repository is immutable.`,
    );
  }
  repository.mutable = mutable ?? repository.mutable;
  if (!repository.images.has(manifest.digest)) {
    repository.images.set(manifest.digest, { manifest, recipe: structuredClone(recipe), pushedAt: now });
  }
  repository.tags.set(tag, manifest.digest);
  return { digest: manifest.digest };
}
