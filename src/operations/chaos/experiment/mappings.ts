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

/** Calls back for every text in a value, with its path, which is good only during the call. */
export function eachText(value: unknown, visit: (text: string, path: readonly (string | number)[]) => void): void {
  const path: (string | number)[] = [];
  const walk = (one: unknown): void => {
    if (typeof one === 'string') {
      visit(one, path);
    } else if (Array.isArray(one)) {
      for (const [index, each] of one.entries()) {
        path.push(index);
        walk(each);
        path.pop();
      }
    } else if (isMapping(one)) {
      for (const key of Object.keys(one)) {
        path.push(key);
        walk(one[key]);
        path.pop();
      }
    }
  };
  walk(value);
}
