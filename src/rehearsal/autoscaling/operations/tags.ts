/** TagResource, UntagResource and ListTagsForResource of scalable targets. */
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
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { errors } from '../errors.ts';
import type { TargetRecord } from '../scalable-targets.ts';

/** "Each resource can have up to 50 tags." */
const MOST_TAGS = 50;

/** @throws AwsError TooManyTagsException */
export function checkTags(tags: ReadonlyMap<string, string>): void {
  if (tags.size > MOST_TAGS) {
    throw errors.tooManyTags(MOST_TAGS);
  }
}

/** Adds tags to a target, or replaces them. */
export function tagResource(context: AutoScalingContext) {
  return operation<TagResourceRequest, TagResourceResponse>({
    schema: TagResource$,
    supports: ['ResourceARN', 'Tags'],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html',
    handle: ({ ResourceARN, Tags }) => {
      const target = byArn(context, ResourceARN);
      replaceTags(context, target, new Map([...target.tags, ...Object.entries(Tags ?? {})]));
      return {};
    },
  });
}

/** Removes tags by key; keys that are not there are no error. */
export function untagResource(context: AutoScalingContext) {
  return operation<UntagResourceRequest, UntagResourceResponse>({
    schema: UntagResource$,
    supports: ['ResourceARN', 'TagKeys'],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_UntagResource.html',
    handle: ({ ResourceARN, TagKeys = [] }) => {
      const target = byArn(context, ResourceARN);
      replaceTags(context, target, new Map([...target.tags].filter(([key]) => !TagKeys.includes(key))));
      return {};
    },
  });
}

/** The tags of a target. */
export function listTagsForResource(context: AutoScalingContext) {
  return operation<ListTagsForResourceRequest, ListTagsForResourceResponse>({
    schema: ListTagsForResource$,
    supports: ['ResourceARN'],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html',
    handle: ({ ResourceARN }) => ({ Tags: Object.fromEntries(byArn(context, ResourceARN).tags) }),
  });
}

function byArn({ targets }: AutoScalingContext, arn = ''): TargetRecord {
  const target = [...targets.values()].find((candidate) => candidate.arn === arn);
  if (target === undefined) {
    throw errors.resourceNotFound(arn);
  }
  return target;
}

function replaceTags({ targets }: AutoScalingContext, target: TargetRecord, tags: ReadonlyMap<string, string>): void {
  checkTags(tags);
  targets.set(target.resourceId, { ...target, tags });
}
