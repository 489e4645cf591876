/** Numbers and booleans where FIS wants texts: in YAML `percent: 100` is a number, and what was written counts. */
import type { Path, SourceDocument } from '../../platform/source.ts';

/** Where in a template the keys are the user's and each value is a text. */
const TEXT_MAPPINGS: readonly (readonly string[])[] = [
  ['tags'],
  ['actions', '*', 'parameters'],
  ['actions', '*', 'targets'],
  ['targets', '*', 'parameters'],
  ['targets', '*', 'resourceTags'],
];

/** The value of a document with the scalars of those mappings of the template at `at` as texts. Changes nothing in place. */
export function withTexts(document: SourceDocument, at: Path): unknown {
  return TEXT_MAPPINGS.reduce((value, mapping) => textsAt(value, [...at, ...mapping], [], document), document.value);
}

function textsAt(value: unknown, rest: Path, at: Path, document: SourceDocument): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  const [step, ...later] = rest;
  const changed: Record<string, unknown> = Object.create(null);
  for (const [key, each] of Object.entries(value)) {
    const path = [...at, key];
    if (step === undefined) {
      changed[key] = isScalar(each) ? (document.textAt(path) ?? String(each)) : each;
    } else {
      changed[key] = step === '*' || step === key ? textsAt(each, later, path, document) : each;
    }
  }
  return changed;
}

function isScalar(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}
