/**
 * Which members of an operation's input the platform honours. AWS would act on all of them, so one that the platform has no
 * code for is refused instead of being ignored: a rehearsal that ignores half of a request proves nothing.
 *
 * Grammar of a path: `a`, `a.b`, `a[].b` for elements of a list or values of a map, `a.*` and `a[].*` for all below. A bare `a`
 * for a scalar, or for a list or map of scalars, means all of it; for anything that holds structures only the container itself.
 */
import type { Operation } from './operation.ts';
import { type Shape, shapeOf } from './schema.ts';

export interface Support {
  /** Paths of present members that are neither supported nor inert, elements written `[]`, each once. */
  unsupported(input: unknown): string[];
}

interface Compiled {
  readonly exact: ReadonlySet<string>;
  readonly everythingBelow: ReadonlySet<string>;
  /** What has to be passed through to reach a supported member; empty or partly filled, it is fine. */
  readonly containers: ReadonlySet<string>;
}

/** Compiles an operation's `supports` and `inert`. Throws if one of its paths is not in the input's schema: a slip of ours. */
export function compileSupport(operation: Operation): Support {
  const shape = shapeOf(operation.schema[4]);
  const paths = [...operation.supports, ...Object.keys(operation.inert)].map((path) => path.replace(/(\[\])+$/, ''));
  const strangers = paths.filter((path) => !exists(shape, path));
  if (strangers.length > 0) {
    throw new Error(`${operation.name} declares members that its input does not have: ${strangers.join(', ')}`);
  }
  const compiled: Compiled = {
    exact: new Set(paths.filter((path) => !path.endsWith('.*'))),
    everythingBelow: new Set(paths.filter((path) => path.endsWith('.*')).map((path) => path.slice(0, -2))),
    containers: new Set(paths.flatMap(ancestors)),
  };
  return {
    unsupported: (input) => {
      const found = new Set<string>();
      walkMembers(shape, input, '', { compiled, found });
      return [...found];
    },
  };
}

/** `a[].b.c` → `a`, `a[]`, `a[].b`. */
function ancestors(path: string): string[] {
  return [...path.matchAll(/\.|\[\]/g)].flatMap((match) => {
    const before = path.slice(0, match.index);
    return match[0] === '[]' ? [before, `${before}[]`] : [before];
  });
}

function exists(shape: Shape, path: string): boolean {
  let current: Shape | undefined = shape;
  for (const step of path.match(/\[\]|[^.[\]]+/g) ?? []) {
    if (current === undefined) {
      return false;
    }
    if (step === '*') {
      return current.kind === 'structure';
    }
    current = child(current, step);
  }
  return current !== undefined;
}

function child(shape: Shape, step: string): Shape | undefined {
  if (step !== '[]') {
    return shape.kind === 'structure' ? shape.members.get(step)?.() : undefined;
  }
  return elementOf(shape);
}

function elementOf(shape: Shape): Shape | undefined {
  if (shape.kind === 'list') {
    return shape.element();
  }
  return shape.kind === 'map' ? shape.value() : undefined;
}

/** Whether a value of this shape has no structure in it, so that one path speaks for all of it. */
function isPlain(shape: Shape): boolean {
  if (shape.kind === 'structure') {
    return false;
  }
  const element = elementOf(shape);
  return element === undefined || isPlain(element);
}

interface Search {
  readonly compiled: Compiled;
  readonly found: Set<string>;
}

/** `value` has passed `check()`, so its types fit its shape. */
function walkMembers(shape: Shape, value: unknown, path: string, search: Search): void {
  if (shape.kind === 'structure') {
    for (const [name, member] of Object.entries(value as object)) {
      const memberShape = shape.members.get(name)?.();
      if (member !== undefined && member !== null && memberShape !== undefined) {
        judge(memberShape, member, path === '' ? name : `${path}.${name}`, search);
      }
    }
    return;
  }
  const element = elementOf(shape);
  if (element !== undefined) {
    const elementPath = `${path}[]`;
    if (search.compiled.everythingBelow.has(elementPath)) {
      return;
    }
    for (const item of Object.values(value as object)) {
      walkMembers(element, item, elementPath, search);
    }
  }
}

function judge(shape: Shape, value: unknown, path: string, search: Search): void {
  const { exact, everythingBelow, containers } = search.compiled;
  if (everythingBelow.has(path) || asksNothing(value)) {
    return;
  }
  if (!exact.has(path) && !(containers.has(path) && !isPlain(shape))) {
    search.found.add(path);
  } else if (!isPlain(shape)) {
    walkMembers(shape, value, path, search);
  }
}

/** Clients send back the empty lists that AWS's answers are full of; an empty list or map of something unsupported asks for nothing. */
function asksNothing(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && Object.keys(value).length === 0;
}
