/**
 * The SDK clients' exported schemas, and the SDK's own codecs for them. The SDK calls these entry points semi-internal,
 * so this is the only file of the platform that imports them; `test/rehearsal/wire/schema.test.ts` notices when they change.
 */
import { JsonShapeDeserializer2, JsonShapeSerializer2, XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';

type SchemaReference = Parameters<JsonShapeSerializer2['write']>[0];
type Parsed = Parameters<JsonShapeDeserializer2['readObject']>[1];

export type ScalarKind = 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'document';

/** What one schema says, in the form that our own walkers read. Members are looked up on use: AWS's shapes may be recursive. */
export type Shape =
  | { readonly kind: ScalarKind }
  /** `elementName` is what an element is called in XML and forms: `member` unless the API says otherwise. */
  | { readonly kind: 'list'; readonly elementName: string; readonly element: () => Shape }
  | { readonly kind: 'map'; readonly value: () => Shape }
  | {
      readonly kind: 'structure';
      readonly union: boolean;
      readonly members: ReadonlyMap<string, () => Shape>;
      /** Members that the API says must be there. Only the request shapes say it. */
      readonly required: readonly string[];
    };

export type StructureShape = Extract<Shape, { kind: 'structure' }>;

const EMPTY_STRUCTURE: StructureShape = { kind: 'structure', union: false, members: new Map(), required: [] };

// Values of smithy's `TimestampFormatSettings`; the SDK has them as a type only.
const DATE_TIME = 5;
const EPOCH_SECONDS = 7;

const JSON_SETTINGS = { timestampFormat: { useTrait: true, default: EPOCH_SECONDS }, jsonName: false } as const;
const shapes = new WeakMap<object, Shape>();

/** The shape behind a schema reference of the SDK (a static schema, a thunk of one, or a code for a simple type). */
export function shapeOf(schema: unknown): Shape {
  return normalizedShape(NormalizedSchema.of(schema as SchemaReference));
}

function normalizedShape(normalized: NormalizedSchema): Shape {
  const raw: unknown = normalized.getSchema();
  if (!Array.isArray(raw)) {
    return buildShape(normalized, []);
  }
  const known = shapes.get(raw);
  if (known !== undefined) {
    return known;
  }
  const shape = buildShape(normalized, raw);
  shapes.set(raw, shape);
  return shape;
}

function buildShape(normalized: NormalizedSchema, raw: readonly unknown[]): Shape {
  if (normalized.isUnitSchema()) {
    return EMPTY_STRUCTURE;
  }
  if (normalized.isStructSchema()) {
    return structureShape(normalized, raw);
  }
  if (normalized.isListSchema()) {
    const { xmlName } = normalized.getValueSchema().getMergedTraits();
    const elementName = xmlName ?? 'member';
    return { kind: 'list', elementName, element: () => normalizedShape(normalized.getValueSchema()) };
  }
  if (normalized.isMapSchema()) {
    return { kind: 'map', value: () => normalizedShape(normalized.getValueSchema()) };
  }
  return { kind: scalarKind(normalized) };
}

function structureShape(normalized: NormalizedSchema, raw: readonly unknown[]): StructureShape {
  const members = new Map<string, () => Shape>();
  for (const [name, member] of normalized.structIterator()) {
    members.set(name, () => normalizedShape(member));
  }
  // A structure's seventh item counts the required members, which the SDK puts first.
  const requiredCount = typeof raw[6] === 'number' ? raw[6] : 0;
  const required = [...members.keys()].slice(0, requiredCount);
  return { kind: 'structure', union: normalized.isUnionSchema(), members, required };
}

function scalarKind(normalized: NormalizedSchema): ScalarKind {
  if (normalized.isStringSchema()) {
    return 'string';
  }
  if (normalized.isNumericSchema()) {
    return 'number';
  }
  if (normalized.isBooleanSchema()) {
    return 'boolean';
  }
  if (normalized.isTimestampSchema()) {
    return 'timestamp';
  }
  if (normalized.isBlobSchema()) {
    return 'blob';
  }
  if (normalized.isDocumentSchema()) {
    return 'document';
  }
  throw new TypeError(`the SDK schema ${normalized.getName(true)} has a type that the wire layer does not know`);
}

/** The shape's name that a schema has in the API's model: of a request in XML, that of its root element. */
export function nameOf(schema: unknown): string {
  return NormalizedSchema.of(schema as SchemaReference).getName() ?? '';
}

/** The traits of a schema itself, such as `awsQueryError` and `httpError` of an error. */
export function traitsOf(schema: unknown): Readonly<Record<string, unknown>> {
  return { ...NormalizedSchema.of(schema as SchemaReference).getOwnTraits() };
}

/** Members of an input that a REST protocol has outside of the body: `query` is the parameter's name, absent for a label of the path. */
export function httpBindings(schema: unknown): ReadonlyMap<string, { readonly query?: string; readonly shape: Shape }> {
  const normalized = NormalizedSchema.of(schema as SchemaReference);
  const bindings = new Map<string, { readonly query?: string; readonly shape: Shape }>();
  for (const [name, member] of normalized.isStructSchema() ? normalized.structIterator() : []) {
    const { httpLabel, httpQuery } = member.getMergedTraits();
    if (httpLabel || httpQuery !== undefined) {
      bindings.set(name, { shape: normalizedShape(member), ...(httpQuery === undefined ? {} : { query: httpQuery }) });
    }
  }
  return bindings;
}

/** Members of an output that a REST protocol has in a header, by the header's name. */
export function headerBindings(schema: unknown): ReadonlyMap<string, string> {
  const normalized = NormalizedSchema.of(schema as SchemaReference);
  const bindings = new Map<string, string>();
  for (const [name, member] of normalized.isStructSchema() ? normalized.structIterator() : []) {
    const { httpHeader } = member.getMergedTraits();
    if (httpHeader !== undefined) {
      bindings.set(name, httpHeader);
    }
  }
  return bindings;
}

/** Parsed AWS JSON (epoch-second timestamps, base64 blobs) as the SDK's own types (`Date`, bytes). Consumes `parsed`; null members go. */
export function fromJson(schema: unknown, parsed: unknown): unknown {
  return new JsonShapeDeserializer2(JSON_SETTINGS).readObject(schema as SchemaReference, parsed as Parsed);
}

/** A value of the SDK's own types as AWS JSON, UTF-8. Members that the schema does not have are left out. */
export function toJson(schema: unknown, value: unknown): Buffer {
  const serializer = new JsonShapeSerializer2(JSON_SETTINGS);
  serializer.write(schema as SchemaReference, value);
  const bytes = serializer.flush();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A copy that shares nothing with `value` and holds what would come through the wire. */
export function copyBySchema(schema: unknown, value: unknown): unknown {
  return fromJson(schema, JSON.parse(toJson(schema, value).toString('utf8')));
}

/** One element of an XML document: its name, and its value's schema (`'string'` for text, or members of its own). */
export interface XmlElement {
  readonly name: string;
  readonly content: unknown;
}

/** A schema of ours for an XML envelope around the SDK's own schemas. */
export function envelope(name: string, elements: readonly XmlElement[]): unknown {
  return [
    3,
    'surefoot',
    name,
    0,
    elements.map((e) => e.name),
    elements.map((e) => (e.content === 'string' ? 0 : e.content)),
  ];
}

/** `value` as an XML document whose root is named like its schema; lists as `<member>`, timestamps in ISO 8601. */
export function toXml(schema: unknown, value: unknown, xmlNamespace: string): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    httpBindings: false,
    xmlNamespace,
    serviceNamespace: 'surefoot',
  });
  serializer.write(schema as SchemaReference, value);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${serializer.flush()}`;
}
