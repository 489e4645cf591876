/** The wire formats: AWS JSON 1.0/1.1, AWS REST-JSON, AWS REST-XML, and AWS Query with XML answers; for each, requests in, answers and errors out. */
import type { Form } from './check.ts';
import { MalformedForm, readForm } from './form.ts';
import { AwsError, type OperationSchema } from './operation.ts';
import { gatherInput } from './rest.ts';
import { malformedForm, type Route } from './route.ts';
import { envelope, fromJson, headerBindings, nameOf, shapeOf, toJson, toXml, traitsOf } from './schema.ts';
import { errorByCode, type ServiceDescription } from './services.ts';
import { readXml } from './xml.ts';

/** A request's input: `raw` is what can be checked, `finish` turns it, once checked, into the SDK's own types. */
export interface ReadInput {
  readonly raw: unknown;
  readonly form: Form;
  finish(): unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

type Protocol = Route['protocol'];

/** Reads a request's input. Throws `AwsError` when the body is not well-formed. */
export function readInput(route: Route, schema: OperationSchema, body: Buffer): ReadInput {
  if (route.protocol === 'query') {
    return readQuery(schema, route.form);
  }
  if (route.protocol === 'rest-xml') {
    const raw = gatherInput(route, schema, readXml(shapeOf(schema[4]), nameOf(schema[4]), body));
    return { raw, form: 'typed', finish: () => raw };
  }
  const content = parseJson(body);
  const raw = route.protocol === 'rest-json' ? gatherInput(route, schema, content) : content;
  return { raw, form: 'json', finish: () => fromJson(schema[4], raw) };
}

function parseJson(body: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw new AwsError('SerializationException', `The body is not JSON: ${(error as Error).message}`);
  }
}

function readQuery(schema: OperationSchema, pairs: ReadonlyMap<string, string>): ReadInput {
  try {
    const raw = readForm(shapeOf(schema[4]), pairs);
    return { raw, form: 'typed', finish: () => raw };
  } catch (error) {
    throw error instanceof MalformedForm ? malformedForm(error) : error;
  }
}

/** A successful answer of an operation. */
export function reply(route: Route, schema: OperationSchema, output: unknown, requestId: string): Reply {
  const { service, protocol, operation } = route;
  if (protocol === 'rest-xml') {
    return restXmlReply(service, schema, output, requestId);
  }
  if (protocol !== 'query') {
    return { status: 200, headers: headers(service, protocol, requestId), body: toJson(schema[5], output) };
  }
  const result = { name: `${operation}Result`, content: schema[5] };
  const metadata = {
    name: 'ResponseMetadata',
    content: envelope('ResponseMetadata', [{ name: 'RequestId', content: 'string' }]),
  };
  const hasResult = hasOutput(schema);
  const response = envelope(`${operation}Response`, hasResult ? [result, metadata] : [metadata]);
  const value = { ...(hasResult ? { [result.name]: output } : {}), ResponseMetadata: { RequestId: requestId } };
  return {
    status: 200,
    headers: headers(service, protocol, requestId),
    body: toXml(response, value, namespace(service)),
  };
}

function restXmlReply(service: ServiceDescription, schema: OperationSchema, output: unknown, requestId: string): Reply {
  const inBody: Record<string, unknown> = { ...(output as object) };
  const inHead: Record<string, string> = {};
  for (const [member, header] of headerBindings(schema[5])) {
    if (inBody[member] !== undefined) {
      inHead[header.toLowerCase()] = String(inBody[member]);
      delete inBody[member];
    }
  }
  const all = { ...headers(service, 'rest-xml', requestId), ...inHead };
  return { status: successOf(schema), headers: all, body: toXml(schema[5], inBody, namespace(service)) };
}

/** What the API's model says: 201 for what is made, else 200. */
function successOf(schema: OperationSchema): number {
  const { http } = traitsOf(schema) as { readonly http?: readonly unknown[] };
  return typeof http?.[2] === 'number' ? http[2] : 200;
}

/** An operation without output has the unit schema, and no `<…Result>` element in its answer. */
function hasOutput(schema: OperationSchema): boolean {
  const output: unknown = schema[5];
  return (typeof output === 'function' ? output() : output) !== 'unit';
}

const ERROR_ENVELOPE = envelope('ErrorResponse', [
  {
    name: 'Error',
    content: envelope('Error', [
      { name: 'Type', content: 'string' },
      { name: 'Code', content: 'string' },
      { name: 'Message', content: 'string' },
    ]),
  },
  { name: 'RequestId', content: 'string' },
]);

/**
 * An error in AWS's shape. The model's own status and code win over those of `error`: the Query code of `RuleNotFoundException`
 * is `RuleNotFound`, and CloudWatch's JSON clients read the Query code from the header `x-amzn-query-error`.
 */
export function errorReply(
  service: ServiceDescription | undefined,
  protocol: Protocol,
  error: AwsError,
  requestId: string,
): Reply {
  const model =
    service === undefined
      ? { shapeName: error.code, queryCode: error.code, status: undefined, messageMember: 'message' as const }
      : errorByCode(service, error.code);
  const status = model.status ?? error.status;
  const fault = status < 500 ? 'Sender' : 'Receiver';
  const base = headers(service, protocol, requestId);
  if (protocol === 'query' || protocol === 'rest-xml') {
    const value = { Error: { Type: fault, Code: model.queryCode, Message: error.message }, RequestId: requestId };
    return { status, headers: base, body: toXml(ERROR_ENVELOPE, value, namespace(service)) };
  }
  if (protocol === 'rest-json') {
    // As AWS's REST services have it: the code is in the header alone.
    const body = JSON.stringify({ [model.messageMember]: error.message });
    return { status, headers: { ...base, 'x-amzn-errortype': model.shapeName }, body };
  }
  const query = service?.json?.queryCompatible ? { 'x-amzn-query-error': `${model.queryCode};${fault}` } : {};
  return {
    status,
    headers: { ...base, ...query, 'x-amzn-errortype': model.shapeName },
    body: JSON.stringify({ __type: model.shapeName, [model.messageMember]: error.message }),
  };
}

function namespace(service: ServiceDescription | undefined): string {
  if (typeof service?.rest === 'object') {
    return service.rest.xmlNamespace;
  }
  return service?.query?.xmlNamespace ?? 'http://webservices.amazon.com/AWSFault/2005-15-09';
}

function headers(
  service: ServiceDescription | undefined,
  protocol: Protocol,
  requestId: string,
): Record<string, string> {
  return { 'content-type': contentType(service, protocol), 'x-amzn-requestid': requestId };
}

function contentType(service: ServiceDescription | undefined, protocol: Protocol): string {
  switch (protocol) {
    case 'query':
    case 'rest-xml':
      return 'text/xml';
    case 'rest-json':
      return 'application/json';
    default:
      return `application/x-amz-json-${service?.json?.version ?? '1.1'}`;
  }
}
