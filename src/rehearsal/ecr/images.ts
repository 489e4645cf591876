/** What the image operations share: finding images by their ids, filtering by tag status, and pages. */
import type { ImageIdentifier } from '@aws-sdk/client-ecr';
import { AwsError } from '../wire/operation.ts';
import type { Repository, StoredImage } from './registry.ts';

/** The tags of an image, in order of their names. */
export function tagsOf(repository: Repository, digest: string): string[] {
  return [...repository.tags]
    .filter(([, target]) => target === digest)
    .map(([tag]) => tag)
    .sort();
}

/** The image of an id; undefined if there is none, or if the id's tag is on another image than its digest says. */
export function findImage(repository: Repository, id: ImageIdentifier): StoredImage | undefined {
  const tagged = id.imageTag === undefined ? undefined : repository.tags.get(id.imageTag);
  const digest = id.imageDigest ?? tagged;
  if (digest === undefined || (id.imageTag !== undefined && tagged !== digest)) {
    return undefined;
  }
  return repository.images.get(digest);
}

/** Whether an image with or without tags passes `filter.tagStatus`. Throws `InvalidParameterException` for other values. */
export function passesTagStatus(tagStatus: string | undefined, tagged: boolean): boolean {
  switch (tagStatus) {
    case undefined:
    case 'ANY':
      return true;
    case 'TAGGED':
      return tagged;
    case 'UNTAGGED':
      return !tagged;
    default:
      throw invalid('filter.tagStatus', 'must be one of TAGGED, UNTAGGED, ANY');
  }
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** To be spread into the answer: absent on the last page. */
  readonly next: { readonly nextToken?: string };
}

const TOKEN = 'surefoot-from-';

/** One page of `items`: 100 if the request does not say, 1,000 at most, which are ECR's own limits. */
export function pageOf<Item>(
  items: readonly Item[],
  request: { nextToken?: string | undefined; maxResults?: number | undefined },
): Page<Item> {
  const { maxResults = 100, nextToken } = request;
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > 1000) {
    throw invalid('maxResults', 'must be a whole number from 1 to 1000');
  }
  const from = nextToken === undefined ? 0 : readToken(nextToken);
  const to = from + maxResults;
  const next = to < items.length ? { nextToken: Buffer.from(`${TOKEN}${to}`).toString('base64url') } : {};
  return { items: items.slice(from, to), next };
}

function readToken(token: string): number {
  const match = new RegExp(`^${TOKEN}(\\d{1,9})$`).exec(Buffer.from(token, 'base64url').toString());
  if (match === null) {
    throw invalid('nextToken', 'must be a token from an earlier answer');
  }
  return Number(match[1]);
}

/** ECR's error for a parameter that is not allowed, in AWS's wording. */
export function invalid(parameter: string, constraint: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  );
}
