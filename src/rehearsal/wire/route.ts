/** Finds out which AWS service and operation a request is for, as all services share one port. */
import type { IncomingHttpHeaders } from 'node:http';
import { type MalformedForm, parseForm } from './form.ts';
import { AwsError } from './operation.ts';
import { type RestRoute, routeRest } from './rest.ts';
import { SERVICES, type ServiceDescription } from './services.ts';

/** What a request is for; `form` is there for requests in the Query protocol. */
export type Route =
  | RestRoute
  | {
      readonly service: ServiceDescription;
      readonly operation: string;
      readonly protocol: 'json' | 'query';
      readonly form: ReadonlyMap<string, string>;
    };

/** The parts of a request's head that say what it is for. */
export interface RequestHead {
  readonly headers: IncomingHttpHeaders;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

export interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly signingName: string;
}

/**
 * The SigV4 credential scope. The platform has no IAM: whoever reaches the loopback port may do everything, so the signature is not
 * looked at, and a request without any is accepted too. Only what the client meant, and who it says it is, are read from it.
 */
export function credentialScope(authorization: string | undefined): Scope | undefined {
  const match = /Credential=([^/\s,]*)\/\d{8}\/([^/\s,]+)\/([^/\s,]+)\/aws4_request/.exec(authorization ?? '');
  const [, accessKeyId = '', region, signingName] = match ?? [];
  return region === undefined || signingName === undefined ? undefined : { accessKeyId, region, signingName };
}

/** Routes by `X-Amz-Target`, else by the form's `Action` and `Version` with the signature's scope, else by method and path. Throws `AwsError`. */
export function route({ headers, method = 'GET', url = '/' }: RequestHead, body: Buffer): Route {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    return routeTarget(target);
  }
  const scope = credentialScope(headers.authorization);
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return routeForm(readPairs(body), scope);
  }
  if (headers['smithy-protocol'] !== undefined) {
    throw unsupported(
      `The protocol ${headers['smithy-protocol']} is not supported here (${url}). ` +
        'Use a client that speaks AWS JSON or Query, such as the AWS SDK for JavaScript or boto3.',
    );
  }
  const rest = routeRest(method, url, scope?.signingName);
  if (rest !== undefined) {
    return rest;
  }
  if (scope !== undefined && !SERVICES.some((service) => service.signingName === scope.signingName)) {
    throw unsupported(noSuchService(scope.signingName));
  }
  throw new AwsError(
    'MissingAction',
    `This is surefoot's rehearsal platform, an AWS endpoint for ${titles()}. A request to it has an X-Amz-Target header, an Action in a form, or a path of a REST service.`,
  );
}

function routeTarget(target: string): Route {
  const dot = target.lastIndexOf('.');
  const prefix = target.slice(0, Math.max(dot, 0));
  const service = SERVICES.find(({ json }) => json?.targetPrefix === prefix);
  if (service === undefined) {
    throw unsupported(noSuchService(prefix === '' ? target : prefix));
  }
  return { service, operation: target.slice(dot + 1), protocol: 'json', form: new Map() };
}

function routeForm(form: ReadonlyMap<string, string>, scope: Scope | undefined): Route {
  const operation = form.get('Action');
  const version = form.get('Version');
  if (operation === undefined || operation === '') {
    throw new AwsError('MissingAction', 'The form has no Action parameter.');
  }
  const speakers = SERVICES.filter((service) => service.query !== undefined);
  const service =
    scope === undefined
      ? speakers.find(({ query }) => query?.version === version)
      : speakers.find(({ signingName }) => signingName === scope.signingName);
  if (service === undefined) {
    throw unsupported(noSuchService(scope?.signingName ?? `with the API version ${version ?? '(none)'}`));
  }
  if (version !== undefined && service.query?.version !== version) {
    throw new AwsError(
      'InvalidAction',
      `Could not find operation ${operation} for version ${version}; ${service.title} here is ${service.query?.version}.`,
    );
  }
  return { service, operation, protocol: 'query', form };
}

function readPairs(body: Buffer): ReadonlyMap<string, string> {
  try {
    return parseForm(body.toString('utf8'));
  } catch (error) {
    throw malformedForm(error as MalformedForm);
  }
}

/** The error for a form that cannot be read, as in https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html */
export function malformedForm(error: MalformedForm): AwsError {
  return new AwsError('MalformedQueryString', `The form contains a syntax error: ${error.message}.`, 404);
}

function unsupported(message: string): AwsError {
  return new AwsError('UnsupportedOperationException', message);
}

function noSuchService(name: string): string {
  return `surefoot's rehearsal platform has no AWS service ${name}; it has ${titles()}.`;
}

function titles(): string {
  return SERVICES.map((service) => service.title).join(', ');
}
