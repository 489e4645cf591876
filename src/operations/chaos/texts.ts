/** Numbers and booleans where FIS wants texts: in YAML `percent: 100` is a number, and what was written counts. */
import type { Path } from '../../platform/source.ts';

/** Where in a template the keys are the user's and each value is a text. */
const TEXT_MAPPINGS: readonly (readonly string[])[] = [
  ['tags'],
  ['actions', '*', 'parameters'],
  ['actions', '*', 'targets'],
  ['targets', '*', 'parameters'],
  ['targets', '*', 'resourceTags'],
];

/** The template with the scalars of those mappings as texts, as `textAt` has them. Changes nothing in place. */
export function withTexts(template: unknown, textAt: (path: Path) => string | undefined): unknown {
  return TEXT_MAPPINGS.reduce((value, mapping) => textsAt(value, mapping, [], textAt), template);
}

function textsAt(value: unknown, rest: Path, at: Path, textAt: (path: Path) => string | undefined): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  const [step, ...later] = rest;
  const changed: Record<string, unknown> = Object.create(null);
  for (const [key, each] of Object.entries(value)) {
    const path = [...at, key];
    if (step === undefined) {
      changed[key] = isScalar(each) ? (textAt(path) ?? String(each)) : each;
    } else {
      changed[key] = step === '*' || step === key ? textsAt(each, later, path, textAt) : each;
    }
  }
  return changed;
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
