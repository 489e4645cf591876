/**
 * Decodes the AWS Query protocol's form (`Actions.member.1.ForwardConfig.TargetGroups.member.2.Weight=10`) by a schema.
 * What does not fit the schema is kept as it came, so that `check()` reports it with its path instead of it being lost here.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import type { ScalarKind, Shape, StructureShape } from './schema.ts';

/** The body is not a well-formed AWS Query form. The message says where. */
export class MalformedForm extends Error {}

/** AWS's deepest Query input is about ten levels; beyond this a key is nonsense. */
const MAXIMUM_DEPTH = 64;

type ListShape = Extract<Shape, { kind: 'list' }>;

interface Node {
  value: string | undefined;
  readonly children: Map<string, Node>;
}

/** The name-value pairs of a form, decoded (`%20` and `+` are both a space), in order. Throws `MalformedForm`. */
export function parseForm(body: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of body.split('&')) {
    if (pair === '') {
      continue;
    }
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    if (pairs.has(name)) {
      throw new MalformedForm(`${name} is given twice`);
    }
    pairs.set(name, value);
  }
  return pairs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new MalformedForm(`"${text.slice(0, 60)}" is not percent-encoded UTF-8`);
  }
}

/** The input structure that the pairs describe, in the SDK's own types; `Action` and `Version` are left out. */
export function readForm(shape: Shape, pairs: ReadonlyMap<string, string>): unknown {
  const root: Node = { value: undefined, children: new Map() };
  for (const [name, value] of pairs) {
    if (name !== 'Action' && name !== 'Version') {
      insert(root, name, value);
    }
  }
  return read(shape, root);
}

function insert(root: Node, name: string, value: string): void {
  const segments = name.split('.', MAXIMUM_DEPTH + 1);
  if (segments.length > MAXIMUM_DEPTH) {
    throw new MalformedForm(`a parameter has more than ${MAXIMUM_DEPTH} levels`);
  }
  let node = root;
  for (const segment of segments) {
    let next = node.children.get(segment);
    if (next === undefined) {
      next = { value: undefined, children: new Map() };
      node.children.set(segment, next);
    }
    if (node.value !== undefined) {
      throw new MalformedForm(`${name} is below a parameter that has a value itself`);
    }
    node = next;
  }
  if (node.children.size > 0) {
    throw new MalformedForm(`${name} has a value, and parameters below it too`);
  }
  node.value = value;
}

function read(shape: Shape, node: Node): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, node);
    case 'list':
      return readList(shape, node);
    case 'map':
      return readMap(shape.value, node);
    default:
      return node.value === undefined ? asItCame(node) : readScalar(shape.kind, node.value);
  }
}

function readStructure(shape: StructureShape, node: Node): unknown {
  if (node.value !== undefined && node.value !== '') {
    return node.value;
  }
  const entries = [...node.children].map(([name, child]) => {
    const member = shape.members.get(name);
    return [name, member === undefined ? asItCame(child) : read(member(), child)] as const;
  });
  return Object.fromEntries(entries);
}

/** Clients write an empty list as a parameter without a value. */
function readList({ element, elementName }: ListShape, node: Node): unknown {
  if (node.value === '') {
    return [];
  }
  const items = numbered(node, elementName);
  return items === undefined ? asItCame(node) : items.map((item) => read(element(), item));
}

function readMap(value: () => Shape, node: Node): unknown {
  if (node.value === '') {
    return {};
  }
  const entries = numbered(node, 'entry')?.map((entry) => {
    const key = entry.children.get('key')?.value;
    const content = entry.children.get('value');
    return key === undefined || content === undefined ? undefined : ([key, read(value(), content)] as const);
  });
  if (entries === undefined || entries.some((entry) => entry === undefined)) {
    return asItCame(node);
  }
  return Object.fromEntries(entries.filter((entry) => entry !== undefined));
}

/** The children `name.1`, `name.2`, … by number; undefined if the node holds anything else. */
function numbered(node: Node, name: string): Node[] | undefined {
  const container = node.children.get(name);
  if (container === undefined || node.children.size !== 1 || container.value !== undefined) {
    return undefined;
  }
  const items = [...container.children];
  if (!items.every(([index]) => /^[1-9]\d{0,8}$/.test(index))) {
    return undefined;
  }
  return items.sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item);
}

/** A scalar in the SDK's own type; text that is none of its kind stays text. */
export function readScalar(kind: ScalarKind, text: string): unknown {
  switch (kind) {
    case 'number':
      return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : text;
    case 'timestamp':
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? validDate(text) : text;
    case 'blob':
      return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : text;
    default:
      return text;
  }
}

function validDate(text: string): Date | string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date;
}

function asItCame(node: Node): unknown {
  if (node.value !== undefined) {
    return node.value;
  }
  return Object.fromEntries([...node.children].map(([name, child]) => [name, asItCame(child)]));
}
