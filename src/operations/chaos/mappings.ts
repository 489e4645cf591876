/** Mappings as they come out of a file: of anything, or none at all. */

export type Mapping = Readonly<Record<string, unknown>>;

const NOTHING: Mapping = {};

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a mapping; an empty one for anything else. */
export function mappingOf(value: unknown): Mapping {
  return isMapping(value) ? value : NOTHING;
}

/** The value under a key of the mapping itself, never of what all objects have. */
export function own<Value>(mapping: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}
