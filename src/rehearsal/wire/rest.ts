/**
 * AWS REST requests: the operation is in the method and the path, its input in labels of the path, in the query string and in a JSON or XML
 * body. Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html, https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
 */
import { AwsError, type OperationSchema } from './operation.ts';
import { httpBindings, type Shape, traitsOf } from './schema.ts';
import { SERVICES, type ServiceDescription } from './services.ts';

export interface RestRoute {
  readonly service: ServiceDescription;
  readonly operation: string;
  readonly protocol: 'rest-json' | 'rest-xml';
  /** Values of the path's labels by member, decoded. */
  readonly labels: ReadonlyMap<string, string>;
  readonly search: URLSearchParams;
}

/**
 * The operation of a method and a path. `signingName` is that of the request's signature: without one, all REST services are looked at.
 * @returns undefined when the request is not for a REST service
 * @throws AwsError when it is, but AWS has no such operation
 */
export function routeRest(method: string, url: string, signingName: string | undefined): RestRoute | undefined {
  const { pathname, searchParams } = new URL(url, 'http://rest');
  const services = SERVICES.filter(
    (each) => each.rest !== false && (signingName ?? each.signingName) === each.signingName,
  );
  for (const service of services) {
    for (const [operation, schema] of service.operations) {
      const labels = labelsOf(schema, method, segmentsOf(service, pathname));
      if (labels !== undefined) {
        const protocol = service.rest === true ? 'rest-json' : 'rest-xml';
        return { service, operation, protocol, labels, search: searchParams };
      }
    }
  }
  const [service] = services;
  if (signingName === undefined || service === undefined) {
    return undefined;
  }
  throw new AwsError('UnknownOperationException', `${service.title} has no operation ${method} ${pathname}.`, 404);
}

/** Clients of Route 53, which is REST-XML, end some paths with a slash, and AWS takes both. */
function segmentsOf({ rest }: ServiceDescription, pathname: string): readonly string[] {
  const path = rest === true ? pathname : pathname.replace(/\/$/, '');
  return path.slice(1).split('/');
}

/** The labels' values when the path is that of the operation. */
function labelsOf(
  schema: OperationSchema,
  method: string,
  segments: readonly string[],
): Map<string, string> | undefined {
  const [wantedMethod, pattern] = traitsOf(schema)['http'] as readonly [string, string];
  const wanted = pattern.slice(1).split('/');
  if (method !== wantedMethod || wanted.length !== segments.length) {
    return undefined;
  }
  const labels = new Map<string, string>();
  for (const [index, segment] of segments.entries()) {
    const label = /^\{(.+)\}$/.exec(wanted[index] ?? '')?.[1];
    if (label !== undefined && segment !== '') {
      labels.set(label, decoded(segment));
    } else if (segment !== wanted[index]) {
      return undefined;
    }
  }
  return labels;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError('SerializationException', `The path has a broken escape: ${segment.slice(0, 100)}`);
  }
}

/**
 * All members of a request, as `check()` judges them: what the API does not know, in the body or in the query string, is among them.
 * `body` is the parsed body.
 */
export function gatherInput(route: RestRoute, schema: OperationSchema, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return body;
  }
  const bindings = httpBindings(schema[4]);
  const misplaced = Object.keys(body).filter((name) => bindings.has(name));
  if (misplaced.length > 0) {
    const names = misplaced.join(', ');
    throw new AwsError(
      'SerializationException',
      `${route.operation} takes ${names} in its path or query, not in its body.`,
    );
  }
  const query = [...new Set(route.search.keys())].map((name) => {
    const known = [...bindings].find(([, binding]) => binding.query === name);
    return known === undefined
      ? [name, route.search.get(name)]
      : [known[0], readQuery(known[1].shape, route.search.getAll(name))];
  });
  return { ...body, ...Object.fromEntries(query), ...Object.fromEntries(route.labels) };
}

/** Texts stay texts where the shape wants something else, and `check()` says so. */
function readQuery(shape: Shape, values: readonly string[]): unknown {
  if (shape.kind === 'list') {
    return values.map((value) => readQuery(shape.element(), [value]));
  }
  const [value = ''] = values;
  if (values.length > 1) {
    return values;
  }
  if (shape.kind === 'number') {
    return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  }
  return shape.kind === 'boolean' && /^(true|false)$/.test(value) ? value === 'true' : value;
}
