/** RDS's API as the SDK's own schemas, made from AWS's service model (`model.json`, cut by scripts/rds-model.mjs). */
import model from './model.json' with { type: 'json' };

/** A schema in the SDK's static form: `[9, namespace, name, traits, input, output]` for an operation. */
type StaticSchema = readonly unknown[];

interface StructureModel {
  readonly members: Readonly<Record<string, string>>;
  /** Names of members with blanks in between. */
  readonly required?: string;
  /** Of an error: its Query code and its HTTP status. */
  readonly error?: string;
}

const NAMESPACE = 'com.amazonaws.rds';
// The SDK's codes for kinds of schemas and for simple types (@smithy/core/schema).
const KIND = { error: -3, list: 1, structure: 3, operation: 9 };
const SCALARS: Readonly<Record<string, number>> = { string: 0, number: 1, boolean: 2, timestamp: 4 };

const structures: Readonly<Record<string, StructureModel>> = model.structures;
const lists: Readonly<Record<string, string>> = model.lists;
const made = new Map<string, StaticSchema>();

export type RdsOperationName = keyof typeof model.operations;

/** All operations and errors by name with a `$` behind, as the SDK's clients export theirs. Those that the platform lacks have no members. */
export function rdsSchemas(): Readonly<Record<string, StaticSchema>> {
  const supported = (Object.keys(model.operations) as RdsOperationName[]).map((name) => operationSchema(name));
  const others = model.others.split(' ').map((name) => [KIND.operation, NAMESPACE, name, 0, 'unit', 'unit']);
  const errors = Object.keys(structures).flatMap((name) =>
    structures[name]?.error === undefined ? [] : [shapeSchema(name)],
  );
  return Object.fromEntries([...supported, ...others, ...errors].map((schema) => [`${schema[2]}$`, schema]));
}

/** The schema of an operation; the same one at every call. */
export function operationSchema(name: RdsOperationName): StaticSchema {
  return once(`${name}()`, () => {
    const [input = '', output] = model.operations[name].split(' ');
    return [
      KIND.operation,
      NAMESPACE,
      name,
      0,
      () => shapeSchema(input),
      output === undefined ? 'unit' : () => shapeSchema(output),
    ];
  });
}

function shapeSchema(name: string): StaticSchema {
  return once(name, () => {
    const [element, elementName] = lists[name]?.split(' ') ?? [];
    if (element !== undefined) {
      const traits = elementName === 'member' ? 0 : { xmlName: elementName };
      return [KIND.list, NAMESPACE, name, 0, [reference(element), traits]];
    }
    return structureSchema(name);
  });
}

function structureSchema(name: string): StaticSchema {
  const structure = structures[name];
  if (structure === undefined) {
    throw new Error(`the model of RDS has no shape ${name}`);
  }
  const required = structure.required?.split(' ') ?? [];
  // Required members come first: the last item says how many they are.
  const members = [...required, ...Object.keys(structure.members).filter((member) => !required.includes(member))];
  const [code, status] = structure.error?.split(' ') ?? [];
  return [
    code === undefined ? KIND.structure : KIND.error,
    NAMESPACE,
    name,
    code === undefined ? 0 : { error: 'client', httpError: Number(status), awsQueryError: [code, Number(status)] },
    members,
    members.map((member) => reference(structure.members[member] ?? '')),
    required.length,
  ];
}

/** A scalar's code, or a thunk of a shape's schema. */
function reference(type: string): unknown {
  return SCALARS[type] ?? (() => shapeSchema(type));
}

/** The SDK keeps what it finds out about a schema with the schema itself. */
function once(key: string, make: () => StaticSchema): StaticSchema {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}
