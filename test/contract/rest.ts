/** AWS REST-JSON by AWS's models: which operation a request is for, and where its members are: in the path, the query or the body. */
import { type Model, modelOf, type OperationModel, SERVICES, type Shape, shapeOf } from './model.ts';

export interface RestRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body: string;
}

export interface RestCall {
  readonly model: Model;
  readonly operation: string;
}

/** The operation of a request; undefined when no REST service has such a path. */
export function restCall({ method, url }: Pick<RestRequest, 'method' | 'url'>): RestCall | undefined {
  const { pathname } = new URL(url, 'http://rest');
  for (const model of SERVICES.map(modelOf)) {
    for (const [operation, { http }] of Object.entries(model.operations)) {
      if (http?.method === method && expression(http.requestUri).test(pathname)) {
        return { model, operation };
      }
    }
  }
  return undefined;
}

/** All members of the request's input, with values as JSON has them. Text that is no number stays text. */
export function readRest({ model, operation }: RestCall, { url, body }: RestRequest): unknown {
  const { http, shape } = inputOf(model, operation);
  const { pathname, searchParams } = new URL(url, 'http://rest');
  const labels = expression(http.requestUri).exec(pathname)?.groups ?? {};
  const content: unknown = body === '' ? {} : JSON.parse(body);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return content;
  }
  const value: Record<string, unknown> = { ...content };
  const known = new Set<string>();
  for (const [name, { location, locationName = name, shape: of }] of Object.entries(shape.members ?? {})) {
    if (location === 'uri') {
      value[name] = decodeURIComponent(labels[locationName] ?? '');
    } else if (location === 'querystring' && searchParams.has(locationName)) {
      value[name] = fromQuery(shapeOf(model, of), searchParams.getAll(locationName));
      known.add(locationName);
    }
  }
  for (const [name, text] of searchParams) {
    if (!known.has(name)) {
      value[name] = text;
    }
  }
  return value;
}

/** A request with this input, right or wrong; what belongs nowhere goes into the body, or the query of an operation without a body. */
export function writeRest({ model, operation }: RestCall, input: unknown): RestRequest {
  const { http, shape } = inputOf(model, operation);
  const hasBody = http.method === 'POST' || http.method === 'PATCH';
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return {
      method: http.method,
      url: http.requestUri.replaceAll(/[{}]/g, ''),
      body: hasBody ? JSON.stringify(input) : '',
    };
  }
  const members = Object.entries(input).map(([name, value]) => {
    const { location = hasBody ? 'body' : 'querystring', locationName = name } = shape.members?.[name] ?? {};
    return { location, name: locationName, value };
  });
  const at = (place: string) => members.filter(({ location }) => location === place);
  const path = at('uri').reduce(
    (uri, { name, value }) => uri.replace(`{${name}}`, encodeURIComponent(asText(value))),
    http.requestUri,
  );
  const query = new URLSearchParams(
    at('querystring').flatMap(({ name, value }) =>
      [value].flat().map((each): [string, string] => [name, asText(each)]),
    ),
  );
  const body = Object.fromEntries(at('body').map(({ name, value }) => [name, value]));
  return {
    method: http.method,
    url: `${path.replaceAll(/\{.*?\}/g, '')}${query.size === 0 ? '' : `?${query}`}`,
    body: hasBody ? JSON.stringify(body) : '',
  };
}

function inputOf(model: Model, operation: string): { http: NonNullable<OperationModel['http']>; shape: Shape } {
  const { http, input } = model.operations[operation] ?? {};
  if (http === undefined || input === undefined) {
    throw new Error(`the model of ${model.service} says nothing on the path of ${operation}`);
  }
  return { http, shape: shapeOf(model, input.shape) };
}

function expression(requestUri: string): RegExp {
  return new RegExp(`^${requestUri.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

function fromQuery(shape: Shape, values: readonly string[]): unknown {
  if (shape.type === 'list') {
    return values;
  }
  const [value = ''] = values;
  return (shape.type === 'integer' || shape.type === 'long') && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
