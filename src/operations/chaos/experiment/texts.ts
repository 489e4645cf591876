/** Numbers and booleans where FIS wants texts: in YAML `percent: 100` is a number, and what was written counts. */
import type { Path } from '../../../platform/source/spots.ts';
import { isMapping, type Mapping } from './mappings.ts';

/** The fields of a target and of an action whose values are texts under keys of the user's own. */
const OF_ACTIONS = ['parameters', 'targets'] as const;
const OF_TARGETS = ['parameters', 'resourceTags'] as const;

/** The template with the scalars of its mappings of texts as texts, as `textAt` has them. Changes nothing in place. */
export function withTexts(template: unknown, textAt: (path: Path) => string | undefined): unknown {
  if (!isMapping(template)) {
    return template;
  }
  const { actions, targets, tags } = template;
  return {
    ...template,
    ...(isMapping(actions) && { actions: entriesWith(actions, OF_ACTIONS, ['actions'], textAt) }),
    ...(isMapping(targets) && { targets: entriesWith(targets, OF_TARGETS, ['targets'], textAt) }),
    ...(isMapping(tags) && { tags: textsOf(tags, ['tags'], textAt) }),
  };
}

function entriesWith(
  mapping: Mapping,
  fields: readonly string[],
  at: Path,
  textAt: (path: Path) => string | undefined,
): Mapping {
  return mapped(mapping, (entry, name) => {
    if (!isMapping(entry)) {
      return entry;
    }
    return mapped(entry, (value, field) =>
      fields.includes(field) && isMapping(value) ? textsOf(value, [...at, name, field], textAt) : value,
    );
  });
}

function textsOf(mapping: Mapping, at: Path, textAt: (path: Path) => string | undefined): Mapping {
  return mapped(mapping, (value, key) => (isScalar(value) ? (textAt([...at, key]) ?? String(value)) : value));
}

/** A mapping with other values; it itself when all stay. */
function mapped(mapping: Mapping, change: (value: unknown, key: string) => unknown): Mapping {
  let other: Record<string, unknown> | undefined;
  for (const key of Object.keys(mapping)) {
    const value = change(mapping[key], key);
    if (value !== mapping[key]) {
      other ??= Object.assign(Object.create(null), mapping) as Record<string, unknown>;
      other[key] = value;
    }
  }
  return other ?? mapping;
}

function isScalar(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** Whether a key at the end of this path of a template is the user's own: a name, a tag or a parameter. */
export function isOwnKey(path: Path): boolean {
  const [first, , third] = path;
  return (
    (path.length === 2 && (first === 'actions' || first === 'targets' || first === 'tags')) ||
    (path.length === 4 && first === 'actions' && (third === 'parameters' || third === 'targets')) ||
    (path.length === 4 && first === 'targets' && (third === 'parameters' || third === 'resourceTags'))
  );
}
