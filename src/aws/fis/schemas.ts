/**
 * FIS's API as the SDK's own schemas, made from AWS's service model (`model.json`). The SDK's client for FIS in the npm registry, 3.523.0,
 * has none, and drops what came later: `experimentOptions`, the report configuration, the safety lever, the reason of a failure.
 */
import model from './model.json' with { type: 'json' };

/** A schema in the SDK's static form: `[9, namespace, name, traits, input, output]` for an operation. */
export type StaticSchema = readonly unknown[];

export type FisOperationName = keyof typeof model.operations;

interface StructureModel {
  readonly members: Readonly<Record<string, string>>;
  /** These are names of members with blanks in between. */
  readonly required?: string;
  readonly label?: string;
  readonly query?: string;
  readonly token?: string;
  /** The HTTP status of an error. */
  readonly status?: number;
}

export const FIS_NAMESPACE = 'com.amazonaws.fis';

// The SDK's codes for kinds of schemas, for simple types, and for traits as bits (@smithy/core/schema).
const KIND = { error: -3, list: 1, map: 2, structure: 3, operation: 9 };
const SCALARS: Readonly<Record<string, number>> = { string: 0, number: 1, boolean: 2, timestamp: 4 };
const HTTP_LABEL = 1;
const IDEMPOTENCY_TOKEN = 4;

const structures: Readonly<Record<string, StructureModel>> = model.structures;
const lists: Readonly<Record<string, string>> = model.lists;
const maps: Readonly<Record<string, string>> = model.maps;
const made = new Map<string, StaticSchema>();

/** All operations and errors by name with a `$` behind, as the SDK's clients export theirs. */
export function fisSchemas(): Readonly<Record<string, StaticSchema>> {
  const operations = (Object.keys(model.operations) as FisOperationName[]).map((name) => operationSchema(name));
  const errors = Object.keys(structures).flatMap((name) =>
    structures[name]?.status === undefined ? [] : [shapeSchema(name)],
  );
  return Object.fromEntries([...operations, ...errors].map((schema) => [`${schema[2]}$`, schema]));
}

/** The schema of one operation; the same one at every call. */
export function operationSchema(name: FisOperationName): StaticSchema {
  return once(`${name}()`, () => {
    const [method, path, input = '', output = ''] = model.operations[name].split(' ');
    return [
      KIND.operation,
      FIS_NAMESPACE,
      name,
      { http: [method, path, 200] },
      () => shapeSchema(input),
      () => shapeSchema(output),
    ];
  });
}

function shapeSchema(name: string): StaticSchema {
  return once(name, () => {
    const element = lists[name];
    if (element !== undefined) {
      return [KIND.list, FIS_NAMESPACE, name, 0, reference(element)];
    }
    const value = maps[name];
    if (value !== undefined) {
      return [KIND.map, FIS_NAMESPACE, name, 0, SCALARS['string'], reference(value)];
    }
    return structureSchema(name);
  });
}

function structureSchema(name: string): StaticSchema {
  const structure = structures[name];
  if (structure === undefined) {
    throw new Error(`the model of FIS has no shape ${name}`);
  }
  const required = namesOf(structure.required);
  // Required members come first: the last item says how many they are.
  const members = [...required, ...Object.keys(structure.members).filter((member) => !required.includes(member))];
  const isError = structure.status !== undefined;
  return [
    isError ? KIND.error : KIND.structure,
    FIS_NAMESPACE,
    name,
    isError ? { error: 'client', httpError: structure.status } : 0,
    members,
    members.map((member) => memberSchema(structure, member)),
    required.length,
  ];
}

function memberSchema(structure: StructureModel, member: string): unknown {
  const schema = reference(structure.members[member] ?? '');
  if (namesOf(structure.label).includes(member)) {
    return [schema, HTTP_LABEL];
  }
  if (namesOf(structure.query).includes(member)) {
    return [schema, { httpQuery: member }];
  }
  return namesOf(structure.token).includes(member) ? [schema, IDEMPOTENCY_TOKEN] : schema;
}

/** A scalar's code, or a thunk of a shape's schema. */
function reference(type: string): unknown {
  return SCALARS[type] ?? (() => shapeSchema(type));
}

function namesOf(text: string | undefined): readonly string[] {
  return text?.split(' ') ?? [];
}

/** The SDK keeps what it finds out about a schema with the schema itself. */
function once(key: string, make: () => StaticSchema): StaticSchema {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}
