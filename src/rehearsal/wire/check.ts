/**
 * Checks a value against its schema, member by member. The SDK's own parsers pass on what they do not know and do not look at
 * types, so without this a misspelt member would be ignored, and an answer of ours with a wrong shape would go unnoticed.
 */
import type { ScalarKind, Shape, StructureShape } from './schema.ts';

export interface Problem {
  readonly kind: 'missing' | 'unknown' | 'type' | 'value';
  /** Where: `loadBalancers[0].containerPort`. */
  readonly path: string;
  /** What is wrong with it, as the end of a sentence that begins with the path. */
  readonly text: string;
}

/** How scalars look: `json` before decoding (timestamps are epoch seconds, blobs base64), `typed` after it (`Date`, bytes). */
export type Form = 'json' | 'typed';

/** All problems of `value`, in the order of the members; none means that it fits. Members that are null count as absent. */
export function check(shape: Shape, value: unknown, form: Form): Problem[] {
  const problems: Problem[] = [];
  walk(shape, value, { form, problems }, '');
  return problems;
}

interface Walk {
  readonly form: Form;
  readonly problems: Problem[];
}

function walk(shape: Shape, value: unknown, state: Walk, path: string): void {
  switch (shape.kind) {
    case 'structure':
      walkStructure(shape, value, state, path);
      return;
    case 'list':
      if (!Array.isArray(value)) {
        wrongType(state, path, 'a list', value);
        return;
      }
      for (const [index, element] of value.entries()) {
        walk(shape.element(), element, state, `${path}[${index}]`);
      }
      return;
    case 'map':
      if (!isPlainObject(value)) {
        wrongType(state, path, 'a map', value);
        return;
      }
      for (const [key, element] of Object.entries(value)) {
        walk(shape.value(), element, state, `${path}[${JSON.stringify(key)}]`);
      }
      return;
    default:
      if (!isScalar(shape.kind, value, state.form)) {
        wrongType(state, path, expectation(shape.kind, state.form), value);
      }
  }
}

function walkStructure(shape: StructureShape, value: unknown, state: Walk, path: string): void {
  if (!isPlainObject(value)) {
    wrongType(state, path, 'a structure', value);
    return;
  }
  const prefix = path === '' ? '' : `${path}.`;
  for (const name of shape.required) {
    if (value[name] === undefined || value[name] === null) {
      state.problems.push({ kind: 'missing', path: `${prefix}${name}`, text: 'is required' });
    }
  }
  let present = 0;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || member === null) {
      continue;
    }
    present += 1;
    const memberShape = shape.members.get(name);
    if (memberShape === undefined) {
      state.problems.push({
        kind: 'unknown',
        path: `${prefix}${name}`,
        text: `is not a member of this API${hint(name, shape)}`,
      });
    } else {
      walk(memberShape(), member, state, `${prefix}${name}`);
    }
  }
  if (shape.union && present !== 1) {
    state.problems.push({
      kind: 'type',
      path,
      text: `must have exactly one of ${[...shape.members.keys()].join(', ')}`,
    });
  }
}

/** Members differ in case between AWS's services (`cluster`, `LoadBalancerArn`), which is the usual slip. */
function hint(name: string, shape: StructureShape): string {
  const near = [...shape.members.keys()].find((known) => known.toLowerCase() === name.toLowerCase());
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function isScalar(kind: ScalarKind, value: unknown, form: Form): boolean {
  switch (kind) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'timestamp':
      return form === 'json'
        ? typeof value === 'number' && Number.isFinite(value)
        : value instanceof Date && !Number.isNaN(value.getTime());
    case 'blob':
      return form === 'json' ? typeof value === 'string' && isBase64(value) : value instanceof Uint8Array;
    case 'document':
      return value !== undefined;
    default:
      return typeof value === kind;
  }
}

function expectation(kind: ScalarKind, form: Form): string {
  if (kind === 'timestamp') {
    return form === 'json' ? 'a timestamp in seconds since 1970' : 'a timestamp';
  }
  return kind === 'blob' ? 'base64' : `a ${kind}`;
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function wrongType(state: Walk, path: string, expected: string, value: unknown): void {
  state.problems.push({ kind: 'type', path, text: `must be ${expected}, not ${sketch(value)}` });
}

/** A value in a message, short. */
export function sketch(value: unknown): string {
  if (Array.isArray(value)) {
    return 'a list';
  }
  if (value !== null && typeof value === 'object' && !(value instanceof Date)) {
    return 'a structure';
  }
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** An object that stands for a structure or a map, and not for a list, time or bytes. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}
