/**
 * What one emulated AWS operation is: its schema (the SDK's own), what of its input is really honoured, and its handler.
 * A folder per service holds one file per operation; each exports one `Operation` made with `operation()`.
 */

/** A schema as the SDK exports it (`CreateService$`): `[9, namespace, name, traits, input, output]`. Opaque outside `wire/`. */
export type OperationSchema = readonly [9, string, string, ...unknown[]];

/** What a handler may know of the request besides its input. */
export interface RequestContext {
  readonly region: string;
  readonly accountId: string;
  readonly requestId: string;
  /** Of the signature; undefined for calls in process and for requests without one. */
  readonly accessKeyId?: string | undefined;
}

export interface Operation {
  readonly name: string;
  readonly schema: OperationSchema;
  /** Input members that the handler honours, as paths: `cluster`, `loadBalancers[].targetGroupArn`; `tags[].*` covers all below. */
  readonly supports: readonly string[];
  /** Members that are accepted and given back but have no effect here, each with the reason that the fidelity table prints. */
  readonly inert: Readonly<Record<string, string>>;
  /** The AWS page the behaviour follows. */
  readonly source: string;
  readonly handle: (input: unknown, context: RequestContext) => Promise<unknown>;
}

export interface OperationDefinition<Input, Output> {
  readonly schema: unknown;
  readonly supports: readonly string[];
  readonly inert?: Readonly<Record<string, string>>;
  readonly source: string;
  readonly handle: (input: Input, context: RequestContext) => Output | Promise<Output>;
}

/**
 * Declares an operation. `Input` and `Output` are the SDK's own types, so a renamed member fails to compile.
 * Anything in a request that is neither in `supports` nor in `inert` is refused by the wire layer before the handler runs.
 */
export function operation<Input, Output>(definition: OperationDefinition<Input, Output>): Operation {
  const schema = definition.schema as OperationSchema;
  return {
    name: schema[2],
    schema,
    supports: definition.supports,
    inert: definition.inert ?? {},
    source: definition.source,
    handle: async (input, context) => definition.handle(input as Input, context),
  };
}

export type ServiceId =
  | 'ecs'
  | 'elbv2'
  | 'cloudwatch'
  | 'autoscaling'
  | 'ecr'
  | 'logs'
  | 'sts'
  | 'fis'
  | 'rds'
  | 'route53'
  | 'recovery-cluster'
  | 'dynamodb'
  | 'secretsmanager'
  | 'scheduler'
  | 'tagging';

/** One emulated AWS service: the operations it has; every other operation of its API is answered "not supported here". */
export interface ServiceModule {
  readonly id: ServiceId;
  readonly operations: readonly Operation[];
}

/** An error in AWS's shape. `code` is the shape name (`ClusterNotFoundException`); the wire layer turns it into the protocol's form. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/**
 * Calls an operation of the platform in process, through the same validation, support check and handler as a request over the wire.
 * ECS moves listener weights with it, so that a deployment goes the public ELBv2 path.
 */
export type InternalCall = <Output>(service: ServiceId, operation: string, input: object) => Promise<Output>;
