/** The rules that ECS has for tags. Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
import type { Tag } from '@aws-sdk/client-ecs';
import { errors } from './errors.ts';

/** "Maximum number of tags per resource - 50." */
const MOST_TAGS = 50;
/** "Do not use aws:, AWS:, or any upper or lowercase combination of such as a prefix for either keys or values." */
const RESERVED = /^aws:/i;

/**
 * A request's tags as a map; the model has it that there are no more than 50.
 * @throws AwsError InvalidParameterException for reserved prefixes, or a key that comes twice
 */
export function newTags(tags: readonly Tag[] = []): Map<string, string> {
  const keys = tags.map(({ key = '' }) => key);
  checkKeys(keys);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw errors.invalid(`Duplicate tag keys found: ${twice}. Each tag key must be unique.`);
  }
  const reserved = tags.find(({ value = '' }) => RESERVED.test(value));
  if (reserved !== undefined) {
    throw errors.invalid(`Tag values must not begin with aws:, which is reserved: ${reserved.value}`);
  }
  return new Map(tags.map(({ key = '', value = '' }) => [key, value]));
}

/** "You cannot edit or delete tag keys or values with this prefix." @throws AwsError InvalidParameterException */
export function checkKeys(keys: readonly string[]): void {
  const reserved = keys.find((key) => RESERVED.test(key));
  if (reserved !== undefined) {
    throw errors.invalid(`Tag keys must not begin with aws:, which is reserved: ${reserved}`);
  }
}

/** What a resource has in all: "Tags with this prefix do not count against your tags per resource limit." @throws AwsError InvalidParameterException */
export function checkNumber(tags: ReadonlyMap<string, string>): void {
  const own = [...tags.keys()].filter((key) => !RESERVED.test(key));
  if (own.length > MOST_TAGS) {
    throw errors.invalid(`A resource can have at most ${MOST_TAGS} tags, not ${own.length}.`);
  }
}

/** Tags as AWS's lists, in the order in which they were set. */
export function tagList(tags: ReadonlyMap<string, string>): Tag[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}
