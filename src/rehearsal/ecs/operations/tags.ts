/** TagResource, UntagResource and ListTagsForResource. */
import {
  ListTagsForResource$,
  type ListTagsForResourceRequest,
  type ListTagsForResourceResponse,
  TagResource$,
  type TagResourceRequest,
  type TagResourceResponse,
  UntagResource$,
  type UntagResourceRequest,
  type UntagResourceResponse,
} from '@aws-sdk/client-ecs';
import { type AwsError, operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { lookUpTaskDefinition } from '../lookup.ts';
import type { EcsState } from '../state.ts';
import { checkKeys, checkNumber, newTags, tagList } from '../tag-rules.ts';

/** Adds or replaces tags of a cluster, service, task or task definition. */
export function tagResource({ world }: EcsContext) {
  return operation<TagResourceRequest, TagResourceResponse>({
    schema: TagResource$,
    supports: ['resourceArn', 'tags[].*'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html',
    handle: ({ resourceArn = '', tags }) => {
      const owned = taggable(world.state, resourceArn, errors.resourceNotFound);
      const given = newTags(tags);
      checkNumber(new Map([...owned, ...given]));
      for (const [key, value] of given) {
        owned.set(key, value);
      }
      return {};
    },
  });
}

/** Removes tags by key; keys that are not there are no error. */
export function untagResource({ world }: EcsContext) {
  return operation<UntagResourceRequest, UntagResourceResponse>({
    schema: UntagResource$,
    supports: ['resourceArn', 'tagKeys'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UntagResource.html',
    handle: ({ resourceArn = '', tagKeys = [] }) => {
      const owned = taggable(world.state, resourceArn, errors.resourceNotFound);
      checkKeys(tagKeys);
      for (const key of tagKeys) {
        owned.delete(key);
      }
      return {};
    },
  });
}

/** The tags of a cluster, service, task or task definition. */
export function listTagsForResource({ world }: EcsContext) {
  return operation<ListTagsForResourceRequest, ListTagsForResourceResponse>({
    schema: ListTagsForResource$,
    supports: ['resourceArn'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTagsForResource.html',
    handle: ({ resourceArn = '' }) => ({ tags: tagList(taggable(world.state, resourceArn, noSuchResource)) }),
  });
}

/**
 * The tags of what an ARN names, to read and to change; `missing` makes the error for what was never there: ListTagsForResource has no
 * ResourceNotFoundException among its errors.
 * @throws AwsError InvalidParameterException for what is no ARN of something that has tags here, or is gone
 */
function taggable(state: EcsState, arn: string, missing: (arn: string) => AwsError): Map<string, string> {
  const [, , , , , resource = ''] = arn.split(':');
  const [kind = '', ...path] = resource.split('/');
  const what = KINDS.get(kind);
  if (what === undefined || !arn.startsWith('arn:')) {
    throw errors.invalid(`Invalid arn: ${arn}. Write that of a cluster, service, task or task definition.`);
  }
  if (path.length < what.parts) {
    throw errors.invalid('Long arn format must be used for tagging operations');
  }
  const owner = what.find(state, arn);
  if (owner === undefined) {
    throw missing(arn);
  }
  if (!owner.alive) {
    throw errors.invalid(`The specified ${what.name} is ${what.ended}. Specify ${what.wanted} and try again.`);
  }
  return owner.tags;
}

function noSuchResource(arn: string): AwsError {
  return errors.invalid(`The specified resource could not be found: ${arn}`);
}

interface Owner {
  readonly tags: Map<string, string>;
  readonly alive: boolean;
}

interface Kind {
  readonly name: string;
  /** How many parts the ARN has after the kind. */
  readonly parts: number;
  readonly ended: string;
  readonly wanted: string;
  readonly find: (state: EcsState, arn: string) => Owner | undefined;
}

const INACTIVE = 'inactive';
const KINDS: ReadonlyMap<string, Kind> = new Map([
  [
    'cluster',
    {
      name: 'cluster',
      parts: 1,
      ended: INACTIVE,
      wanted: 'an active cluster',
      find: (state, arn) => owner([...state.clusters.values()].find(named(arn)), ({ status }) => status === 'ACTIVE'),
    },
  ],
  [
    'service',
    {
      name: 'service',
      parts: 2,
      ended: INACTIVE,
      wanted: 'an active service',
      find: (state, arn) => owner([...state.services()].find(named(arn)), ({ status }) => status !== 'INACTIVE'),
    },
  ],
  [
    'task',
    {
      name: 'task',
      parts: 2,
      ended: 'stopped',
      wanted: 'a running task',
      find: (state, arn) => owner(state.tasks.get(arn), ({ lastStatus }) => lastStatus !== 'STOPPED'),
    },
  ],
  [
    'task-definition',
    {
      name: 'task definition',
      parts: 1,
      ended: INACTIVE,
      wanted: 'an active task definition',
      find: (state, arn) =>
        owner(
          [lookUpTaskDefinition(state, arn)].find((record) => record?.arn === arn),
          ({ definition }) => definition.status === 'ACTIVE',
        ),
    },
  ],
]);

function named(arn: string): (record: { readonly arn: string }) => boolean {
  return (record) => record.arn === arn;
}

function owner<Record extends { readonly tags: Map<string, string> }>(
  record: Record | undefined,
  isAlive: (record: Record) => boolean,
): Owner | undefined {
  return record && { tags: record.tags, alive: isAlive(record) };
}
