/** One request and its answer as they were on the wire: which operation it is, its values, and everything in them that AWS's model forbids. */
import { gunzipSync } from 'node:zlib';
import { type Model, modelOf, type OperationModel, SERVICES, type ServiceName } from './model.ts';
import { requiredInPractice } from './required-in-practice.ts';
import { type RestRequest, readRest, restCall } from './rest.ts';
import { formTree, type Tree, typedValue } from './tree.ts';
import { type Violation, walk } from './walker.ts';
import { readXml } from './xml.ts';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface RawExchange {
  readonly request: {
    readonly headers: Headers;
    readonly body: Buffer;
    /** POST to / unless said otherwise. */
    readonly method?: string;
    readonly url?: string;
  };
  readonly response: { readonly status: number; readonly headers: Headers; readonly body: Buffer };
}

export interface Exchange {
  readonly service: ServiceName | 'unknown';
  readonly operation: string;
  readonly protocol: 'json' | 'query' | 'rest-json' | 'unknown';
  readonly status: number;
  readonly request: unknown;
  /** undefined after an error. */
  readonly response: unknown;
  /** The error's code on the wire; undefined after success. */
  readonly error: string | undefined;
  /** Each as one line that names service, operation, place and what is wrong. */
  readonly violations: readonly string[];
}

interface Call {
  readonly model: Model;
  readonly operation: string;
  readonly protocol: 'json' | 'query' | 'rest-json';
  readonly body: string;
  readonly rest: Pick<RestRequest, 'method' | 'url'>;
}

/** Decodes and judges an exchange. What cannot be decoded is a violation too; nothing is thrown. */
export function judge(raw: RawExchange): Exchange {
  const { status } = raw.response;
  const base = { status, request: undefined, response: undefined, error: undefined };
  let call: Call;
  try {
    call = identify(raw.request);
  } catch (error) {
    return {
      ...base,
      service: 'unknown',
      operation: 'unknown',
      protocol: 'unknown',
      violations: [`request: ${messageOf(error)}`],
    };
  }
  const { service } = call.model;
  const { protocol } = call;
  const name = `${service}.${call.operation}`;
  const operation = call.model.operations[call.operation];
  if (operation === undefined) {
    const text = `${name} is not among the models: add it to scripts/refresh-models.mjs`;
    return { ...base, service, operation: call.operation, protocol, violations: [text] };
  }
  const request = attempt(() => readRequest(call, operation));
  const answer = attempt(() => (status < 300 ? readSuccess(call, operation, raw) : readError(call, operation, raw)));
  // A request that AWS would refuse is no fault of anyone's as long as it was refused.
  const requestFaults = status < 300 ? request.violations : [];
  return {
    service,
    operation: call.operation,
    protocol,
    status,
    request: request.value,
    response: status < 300 ? answer.value : undefined,
    error: status < 300 ? undefined : String(answer.value ?? 'unreadable'),
    violations: [
      ...requestFaults.map((violation) => `${name} accepted a request in which ${line(violation)}`),
      ...[...envelopeFaults(call, raw), ...answer.violations].map(
        (violation) => `${name} answered ${status}: ${line(violation)}`,
      ),
    ],
  };
}

interface Read {
  readonly value: unknown;
  readonly violations: readonly Violation[];
}

function attempt(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    return { value: undefined, violations: [{ path: '$', text: messageOf(error) }] };
  }
}

function identify({ headers, body, method = 'POST', url = '/' }: RawExchange['request']): Call {
  const rest = { method, url };
  const text = (header(headers, 'content-encoding') === 'gzip' ? gunzipSync(body) : body).toString('utf8');
  const target = header(headers, 'x-amz-target');
  if (target !== undefined) {
    const [prefix, operation = ''] = target.split('.');
    return {
      model: modelWhere(({ metadata }) => metadata.targetPrefix === prefix),
      operation,
      protocol: 'json',
      body: text,
      rest,
    };
  }
  const found = restCall(rest);
  if (found !== undefined) {
    return { ...found, protocol: 'rest-json', body: text, rest };
  }
  const form = new URLSearchParams(text);
  const [operation, version] = [form.get('Action'), form.get('Version')];
  if (operation === null || version === null) {
    throw new Error(`neither AWS JSON nor AWS REST-JSON nor AWS Query: ${method} ${url} ${text.slice(0, 80)}`);
  }
  const model = modelWhere(({ metadata }) => metadata.apiVersion === version && metadata.protocols.includes('query'));
  return { model, operation, protocol: 'query', body: text, rest };
}

function modelWhere(fits: (model: Model) => boolean): Model {
  const model = SERVICES.map(modelOf).find(fits);
  if (model === undefined) {
    throw new Error('of a service that is not among the models: add it to scripts/refresh-models.mjs');
  }
  return model;
}

function readRequest(call: Call, operation: OperationModel): Read {
  const shape = operation.input?.shape;
  if (call.protocol === 'json') {
    const value: unknown = call.body === '' ? {} : JSON.parse(call.body);
    return check(call, shape, value, 'request');
  }
  if (call.protocol === 'rest-json') {
    return check(call, shape, readRest(call, { ...call.rest, body: call.body }), 'request');
  }
  const pairs = [...new URLSearchParams(call.body)].filter(([key]) => key !== 'Action' && key !== 'Version');
  return check(
    call,
    shape,
    shape === undefined ? Object.fromEntries(pairs) : typedValue(call.model, shape, formTree(pairs)),
    'request',
  );
}

/** Without a shape only an empty structure fits. */
function check(
  { model, protocol }: Call,
  shape: string | undefined,
  value: unknown,
  direction: 'request' | 'response',
): Read {
  if (shape === undefined) {
    const isEmpty = JSON.stringify(value) === '{}';
    return { value, violations: isEmpty ? [] : [{ path: '$', text: 'must be empty' }] };
  }
  const timestamps = protocol === 'query' ? 'iso' : 'epoch';
  const practice = direction === 'response' ? { alsoRequired: requiredInPractice(model) } : {};
  return { value, violations: walk(model, shape, value, { timestamps, direction, ...practice }) };
}

function readSuccess(call: Call, operation: OperationModel, { response }: RawExchange): Read {
  const text = response.body.toString('utf8');
  if (call.protocol !== 'query') {
    // AWS sends an empty body where an operation has no output.
    const value: unknown = text === '' && operation.output === undefined ? {} : JSON.parse(text);
    return check(call, operation.output?.shape, value, 'response');
  }
  const content = queryResult(call, operation, text);
  const shape = operation.output?.shape;
  return check(call, shape, shape === undefined ? {} : typedValue(call.model, shape, content), 'response');
}

/** The result inside of `<OpResponse xmlns><OpResult/><ResponseMetadata><RequestId/></ResponseMetadata></OpResponse>`. */
function queryResult(call: Call, operation: OperationModel, text: string): Tree {
  const { name, attributes, root } = readXml(text);
  const wrapper = operation.output?.resultWrapper;
  expectEqual('root element', name, `${call.operation}Response`);
  expectEqual('xmlns', attributes['xmlns'], call.model.metadata.xmlNamespace);
  expectEqual(
    'children of the root',
    root.children.map(([child]) => child).join(', '),
    [...(wrapper === undefined ? [] : [wrapper]), 'ResponseMetadata'].join(', '),
  );
  const children = new Map(root.children);
  const requestId = new Map(children.get('ResponseMetadata')?.children).get('RequestId')?.text;
  if (!requestId) {
    throw new Error('ResponseMetadata has no RequestId');
  }
  return children.get(wrapper ?? '') ?? { text: '', children: [] };
}

/** Codes that every operation may answer; from "Common Error Types" of AWS's API references. */
const COMMON_ERRORS = {
  json: [
    ...['AccessDeniedException', 'InternalFailure', 'SerializationException', 'ServiceUnavailable'],
    ...['ThrottlingException', 'UnknownOperationException', 'ValidationException'],
    // botocore marks these as synthetic: CloudWatch's clients must understand them from any operation.
    ...['InvalidParameterCombinationException', 'InvalidParameterValueException', 'MissingRequiredParameterException'],
  ],
  query: [
    ...['AccessDenied', 'InternalFailure', 'InvalidAction', 'MalformedInput', 'MissingAction'],
    ...['ServiceUnavailable', 'Throttling', 'ValidationError'],
    // Of RDS's own list, in the same place.
    ...['InvalidParameterCombination', 'InvalidParameterValue', 'MissingParameter'],
  ],
};

/** The rehearsal platform's refusals of what AWS does and it does not; not AWS's, and meant to be told from them. */
const OWN_REFUSALS = ['UnsupportedOperationException', 'UnsupportedParameterException'];

function readError(call: Call, operation: OperationModel, { response }: RawExchange): Read {
  const text = response.body.toString('utf8');
  const { code, message } = readErrorBody(call, response, text);
  const known = (operation.errors ?? []).map(({ shape }) =>
    call.protocol === 'query' ? (call.model.shapes[shape]?.error?.code ?? shape) : shape,
  );
  const violations: Violation[] = [];
  const common = COMMON_ERRORS[call.protocol === 'query' ? 'query' : 'json'];
  if (![...known, ...common, ...OWN_REFUSALS].includes(code)) {
    violations.push({ path: '$', text: `${code} is no error of this operation: ${known.join(', ')}` });
  }
  if (message.trim() === '') {
    violations.push({ path: '$', text: `${code} has no message` });
  }
  return { value: code, violations };
}

function readErrorBody({ protocol }: Call, { headers }: RawExchange['response'], text: string) {
  switch (protocol) {
    case 'query':
      return queryError(text);
    case 'rest-json':
      return { ...jsonError(text), code: String(header(headers, 'x-amzn-errortype')).replace(/:.*$/, '') };
    default:
      return jsonError(text);
  }
}

function jsonError(text: string): { code: string; message: string } {
  const body = JSON.parse(text) as Record<string, unknown>;
  return {
    code: String(body['__type']).replace(/^.*#/, ''),
    message: String(body['message'] ?? body['Message'] ?? ''),
  };
}

function queryError(text: string): { code: string; message: string } {
  const { name, root } = readXml(text);
  expectEqual('root element', name, 'ErrorResponse');
  const children = new Map(root.children);
  const error = new Map(children.get('Error')?.children);
  const type = error.get('Type')?.text;
  if ((type !== 'Sender' && type !== 'Receiver') || !children.get('RequestId')?.text) {
    throw new Error('an error in XML has Error with Type (Sender or Receiver), and RequestId');
  }
  return { code: error.get('Code')?.text ?? '', message: error.get('Message')?.text ?? '' };
}

function envelopeFaults({ protocol, model }: Call, { response }: RawExchange): Violation[] {
  const type = header(response.headers, 'content-type')?.split(';')[0];
  const wanted = {
    query: 'text/xml',
    'rest-json': 'application/json',
    json: `application/x-amz-json-${model.metadata.jsonVersion}`,
  }[protocol];
  return [
    ...(type === wanted ? [] : [{ path: 'content-type', text: `is ${type}, not ${wanted}` }]),
    ...(header(response.headers, 'x-amzn-requestid') ? [] : [{ path: 'x-amzn-requestid', text: 'is missing' }]),
  ];
}

function expectEqual(what: string, found: string | undefined, wanted: string | undefined): void {
  if (found !== wanted) {
    throw new Error(`${what}: ${found}, not ${wanted}`);
  }
}

function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function line({ path, text }: Violation): string {
  return `${path} ${text}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
