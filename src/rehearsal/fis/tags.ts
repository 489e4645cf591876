/** Tags of templates and experiments. */
import { errors } from './errors.ts';
import { QUOTAS } from './quotas.ts';

/** @throws AwsError ValidationException for keys that AWS keeps to itself */
export function newTags(tags: Readonly<Record<string, string>> = {}): Map<string, string> {
  const reserved = Object.keys(tags).find((key) => /^aws:/i.test(key));
  if (reserved !== undefined) {
    throw errors.invalid(`The tag key "${reserved}" is reserved: it must not begin with aws:`);
  }
  return new Map(Object.entries(tags));
}

/** Adds or replaces. @throws AwsError ValidationException when the resource would have too many */
export function addTags(own: Map<string, string>, tags: Readonly<Record<string, string>>): void {
  const together = new Map([...own, ...newTags(tags)]);
  if (together.size > QUOTAS.tags) {
    throw errors.invalid(`A resource can have at most ${QUOTAS.tags} tags, not ${together.size}.`);
  }
  for (const [key, value] of together) {
    own.set(key, value);
  }
}
