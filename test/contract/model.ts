/** AWS's own models of its services, as botocore ships them; see fixtures/README.md. */
import { readFileSync } from 'node:fs';

export const SERVICES = [
  'ecs',
  'elbv2',
  'cloudwatch',
  'ecr',
  'sts',
  'logs',
  'rds',
  'dynamodb',
  'secretsmanager',
  'application-autoscaling',
  'fis',
] as const;

/** botocore's name of a service. */
export type ServiceName = (typeof SERVICES)[number];

interface Reference {
  readonly shape: string;
  /** Where a REST protocol has the member, unless in the body. */
  readonly location?: 'uri' | 'querystring';
  readonly locationName?: string;
}

/** A shape of `service-2.json`, without its documentation. */
export interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Reference>>;
  readonly required?: readonly string[];
  /** Exactly one member is there. */
  readonly union?: boolean;
  /** Any JSON. */
  readonly document?: boolean;
  /** `locationName` is what an element is called in XML and forms, where it is not `member`. */
  readonly member?: Reference & { readonly locationName?: string };
  readonly key?: Reference;
  readonly value?: Reference;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly exception?: boolean;
  /** The code of an error in the Query protocol, where it is not the shape's name. */
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number };
}

export interface OperationModel {
  /** Of REST protocols. */
  readonly http?: { readonly method: string; readonly requestUri: string };
  readonly input?: Reference;
  readonly output?: Reference & { readonly resultWrapper?: string };
  readonly errors?: readonly Reference[];
}

export interface Model {
  readonly service: ServiceName;
  readonly metadata: {
    readonly apiVersion: string;
    readonly protocols: readonly string[];
    readonly jsonVersion?: string;
    readonly targetPrefix?: string;
    readonly xmlNamespace?: string;
  };
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Real requests and answers, by operation. Their timestamps are ISO 8601 whatever the protocol. */
export type Examples = Readonly<Record<string, readonly { readonly input?: unknown; readonly output?: unknown }[]>>;

const models = new Map<ServiceName, Model>();

/** The model of a service; read once. */
export function modelOf(service: ServiceName): Model {
  let model = models.get(service);
  if (model === undefined) {
    model = { service, ...(readFixture(`models/${service}.json`) as Omit<Model, 'service'>) };
    models.set(service, model);
  }
  return model;
}

/** botocore's examples of a service's operations; many have none. */
export function examplesOf(service: ServiceName): Examples {
  return (readFixture(`examples/${service}.json`) as { examples: Examples }).examples;
}

/** A shape by its name. @throws Error when the model has none: the fixture is broken. */
export function shapeOf(model: Model, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) {
    throw new Error(`the model of ${model.service} has no shape ${name}`);
  }
  return shape;
}

/** The shape's name that a list, map key or map value refers to. @throws Error when the shape is no list or map. */
export function referred(shape: Shape, role: 'member' | 'key' | 'value'): string {
  const reference = shape[role];
  if (reference === undefined) {
    throw new Error(`a shape of type ${shape.type} has no ${role}`);
  }
  return reference.shape;
}

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
}
