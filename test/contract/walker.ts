/**
 * Holds a value against AWS's model of it, strictly: clients' own parsers let 95 % of wrong shapes pass. Everything that the model says of
 * the form counts: types, members, enums, patterns, lengths, ranges, unions, timestamps.
 */
import { type Model, referred, type Shape, shapeOf } from './model.ts';
import { describe, outOfBounds, scalarProblem, type TimestampForm } from './scalars.ts';

export interface Violation {
  /** Where: `$.services[0].deployments[1].status`. */
  readonly path: string;
  /** What is wrong with it, with what it should be. */
  readonly text: string;
}

export interface Rules {
  readonly timestamps: TimestampForm;
  /** AWS holds requests to the least lengths of lists; its answers have empty lists all the same (`Tags` of what has none). */
  readonly direction: 'request' | 'response';
  /** Members that a structure must have although the model does not say so, by the shape's name. */
  readonly alsoRequired?: (shapeName: string) => ReadonlySet<string>;
}

/** Every violation in `value`, in the order of the value; none means that it fits the shape. */
export function walk(model: Model, shapeName: string, value: unknown, rules: Rules): Violation[] {
  return [...visit({ model, rules }, shapeName, value, '$')];
}

interface Context {
  readonly model: Model;
  readonly rules: Rules;
}

type Violations = Generator<Violation, void>;

function* visit(context: Context, shapeName: string, value: unknown, path: string): Violations {
  const shape = shapeOf(context.model, shapeName);
  if (shape.document === true) {
    return;
  }
  switch (shape.type) {
    case 'structure':
      yield* visitStructure(context, shapeName, value, path);
      return;
    case 'list':
      yield* visitList(context, shape, value, path);
      return;
    case 'map':
      yield* visitMap(context, shape, value, path);
      return;
    default: {
      const problem = scalarProblem(shape, value, context.rules.timestamps);
      if (problem !== undefined) {
        yield { path, text: `${problem} (${shapeName})` };
      }
    }
  }
}

function* visitStructure(context: Context, shapeName: string, value: unknown, path: string): Violations {
  const shape = shapeOf(context.model, shapeName);
  if (!isObject(value)) {
    yield { path, text: `must be a structure (${shapeName}), not ${describe(value)}` };
    return;
  }
  const members = shape.members ?? {};
  for (const [name, member] of Object.entries(value)) {
    const reference = Object.hasOwn(members, name) ? members[name] : undefined;
    if (reference === undefined) {
      yield { path: `${path}.${name}`, text: `is not a member of ${shapeName}` };
    } else {
      yield* visit(context, reference.shape, member, `${path}.${name}`);
    }
  }
  for (const name of shape.required ?? []) {
    if (!Object.hasOwn(value, name)) {
      yield { path: `${path}.${name}`, text: `is missing: ${shapeName} requires it` };
    }
  }
  for (const name of context.rules.alsoRequired?.(shapeName) ?? []) {
    if (!Object.hasOwn(value, name)) {
      yield { path: `${path}.${name}`, text: `is missing: AWS always has it in ${shapeName}` };
    }
  }
  if (shape.union === true && Object.keys(value).length !== 1) {
    yield { path, text: `must have exactly one member, being a union (${shapeName})` };
  }
}

function* visitList(context: Context, shape: Shape, value: unknown, path: string): Violations {
  if (!Array.isArray(value)) {
    yield { path, text: `must be a list, not ${describe(value)}` };
    return;
  }
  const isAnswer = context.rules.direction === 'response';
  const outside = isAnswer && value.length === 0 ? undefined : outOfBounds(shape, value.length);
  if (outside !== undefined) {
    yield { path, text: `has ${value.length} elements, ${outside}` };
  }
  for (const [index, element] of value.entries()) {
    yield* visit(context, referred(shape, 'member'), element, `${path}[${index}]`);
  }
}

function* visitMap(context: Context, shape: Shape, value: unknown, path: string): Violations {
  if (!isObject(value)) {
    yield { path, text: `must be a map, not ${describe(value)}` };
    return;
  }
  const outside = outOfBounds(shape, Object.keys(value).length);
  if (outside !== undefined) {
    yield { path, text: `has ${Object.keys(value).length} entries, ${outside}` };
  }
  for (const [key, element] of Object.entries(value)) {
    const place = `${path}[${JSON.stringify(key)}]`;
    yield* visit(context, referred(shape, 'key'), key, place);
    yield* visit(context, referred(shape, 'value'), element, place);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
