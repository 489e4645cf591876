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
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { lookUpTaskDefinition } from '../lookup.ts';
import type { EcsState } from '../memory.ts';
import { tagList, tagMap } from '../state.ts';

/** "Maximum number of tags per resource - 50." */
const MOST_TAGS = 50;

/** Adds or replaces tags of a cluster, service, task or task definition. */
export function tagResource({ world }: EcsContext) {
  return operation<TagResourceRequest, TagResourceResponse>({
    schema: TagResource$,
    supports: ['resourceArn', 'tags[].*'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html',
    handle: ({ resourceArn = '', tags }) => {
      const owned = tagsOf(world.state, resourceArn);
      const merged = new Map([...owned, ...tagMap(tags)]);
      if (merged.size > MOST_TAGS) {
        throw errors.invalid(`A resource can have at most ${MOST_TAGS} tags.`);
      }
      for (const [key, value] of merged) {
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
      const owned = tagsOf(world.state, resourceArn);
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
    handle: ({ resourceArn = '' }) => ({ tags: tagList(tagsOf(world.state, resourceArn)) }),
  });
}

function tagsOf(state: EcsState, arn: string): Map<string, string> {
  const owner = ownerOf(state, arn);
  if (owner === undefined) {
    throw errors.resourceNotFound(arn);
  }
  return owner.tags;
}

function ownerOf(state: EcsState, arn: string): { readonly tags: Map<string, string> } | undefined {
  // arn:aws:ecs:<region>:<account>:<kind>/…
  switch (arn.split(':')[5]?.split('/')[0]) {
    case 'cluster':
      return [...state.clusters.values()].find((cluster) => cluster.arn === arn);
    case 'service':
      return [...state.services()].find((service) => service.arn === arn);
    case 'task':
      return state.tasks.get(arn);
    case 'task-definition':
      return lookUpTaskDefinition(state, arn);
    default:
      return undefined;
  }
}
