/**
 * The AWS endpoint of the rehearsal platform: every service on one port, over HTTP, for any AWS client (`AWS_ENDPOINT_URL`).
 * It listens where it is told, which is loopback: nothing here asks who is calling.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from './body.ts';
import { admit, createRegistry, perform } from './dispatch.ts';
import { AwsError, type InternalCall, type RequestContext, type ServiceId, type ServiceModule } from './operation.ts';
import { errorReply, type Reply, readInput, reply } from './protocols.ts';
import { createRequestLog, type RequestRecord } from './request-log.ts';
import { credentialScope, type Route, route } from './route.ts';
import { copyBySchema } from './schema.ts';
import { type ServiceDescription, serviceById } from './services.ts';

/** Where a failure of ours happened; what the client gets is only the request's id. */
export interface BugContext {
  readonly service: ServiceId | undefined;
  readonly operation: string | undefined;
  readonly requestId: string;
}

export interface WireOptions {
  readonly services: readonly ServiceModule[];
  readonly accountId: string;
  /** The region of calls in process, and of requests whose signature names none. */
  readonly region: string;
  /** Told of every error that is not an `AwsError`: a bug of the platform. The client gets a 500 without details. */
  readonly onBug?: (error: unknown, context: BugContext) => void;
  /** Asked about every request of a client before anything looks at its input; an error is the answer to it, in the service's own form. */
  readonly fault?: (request: ClientRequest) => AwsError | undefined;
}

/** Which operation somebody calls; the operation need not exist. */
export interface ClientRequest {
  readonly service: ServiceDescription;
  readonly operation: string;
  readonly accessKeyId: string | undefined;
}

/** Reads a whole request and answers it; never rejects. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Wire {
  /** Starts listening; port 0 takes a free one. Rejects with the system's error (`EADDRINUSE`). Once only. */
  listen(host: string, port: number): Promise<{ endpoint: string; port: number }>;
  /** Refuses new connections, lets requests in flight end for a second, then closes every socket. */
  close(): Promise<void>;
  readonly call: InternalCall;
  /** Adds operations, also after creation: services call each other through `call`, so they are made one after the other. */
  register(service: ServiceModule): void;
  /** Has requests that are signed for a service answered by it itself: one whose protocol is not among those of this wire. */
  handle(signingName: string, handler: RawHandler): void;
  /** What `GET /_surefoot` answers from now on: which platform this is. Not AWS's; clients of AWS never ask it. */
  describe(information: object): void;
  /** Whether anybody is there: while not, every connection that asks something is cut. */
  setReachable(reachable: boolean): void;
  /** Requests that came while nobody was there. */
  unanswered(): number;
  /** The most recent requests and in-process calls, oldest first; successful in-process reads are left out. */
  requests(): readonly RequestRecord[];
}

/** How long requests in flight may take when the server closes, in ms. */
const CLOSE_GRACE = 1000;

/** Clients keep connections; one that the server closes just as a request leaves costs the client a retry. In ms. */
const KEEP_ALIVE = 60_000;

/** The wire layer with these services. Nothing listens yet; `call` works at once. */
export function createWire(options: WireOptions): Wire {
  const registry = createRegistry();
  for (const service of options.services) {
    registry.register(service);
  }
  const log = createRequestLog();
  const core: Core = {
    options,
    registry,
    log,
    information: {},
    raw: new Map(),
    isOpen: () => server.listening,
    dark: false,
    cut: 0,
  };
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE },
    (request, response) => void serve(core, request, response),
  );
  return {
    listen: (host, port) => listen(server, host, port),
    close: () => close(server),
    call: createCall(core),
    register: (service) => registry.register(service),
    handle: (signingName, handler) => void core.raw.set(signingName, handler),
    describe: (information) => {
      core.information = information;
    },
    setReachable: (reachable) => {
      core.dark = !reachable;
    },
    unanswered: () => core.cut,
    requests: () => log.recent(),
  };
}

interface Core {
  readonly options: WireOptions;
  readonly registry: ReturnType<typeof createRegistry>;
  readonly log: ReturnType<typeof createRequestLog>;
  information: object;
  readonly raw: Map<string, RawHandler>;
  dark: boolean;
  /** Requests that came in the dark. */
  cut: number;
  readonly isOpen: () => boolean;
}

function createCall({ options, registry, log }: Core): InternalCall {
  return async <Output>(serviceId: ServiceId, name: string, input: object): Promise<Output> => {
    const entry = { service: serviceId, operation: name, at: new Date(), origin: 'platform' } as const;
    try {
      const found = registry.find(serviceById(serviceId), name, 'UnknownOperationException');
      admit(found, input, 'typed');
      const context = { region: options.region, accountId: options.accountId, requestId: randomUUID() };
      const { schema } = found.operation;
      const output = await perform(found, copyBySchema(schema[4], input), context);
      log.add({ ...entry, status: 200 });
      return copyBySchema(schema[5], output) as Output;
    } catch (error) {
      const [status, code] = error instanceof AwsError ? [error.status, error.code] : [500, 'InternalFailure'];
      log.add({ ...entry, status, code });
      throw error;
    }
  };
}

async function serve(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (core.dark) {
    core.cut += 1;
    request.socket.destroy();
    return;
  }
  if (request.method === 'GET' && request.url === '/_surefoot') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(core.information));
    return;
  }
  const raw = core.raw.get(credentialScope(request.headers.authorization)?.signingName ?? '');
  if (raw !== undefined && request.headers.origin === undefined) {
    await raw(request, response);
    return;
  }
  const requestId = randomUUID();
  const at = new Date();
  const progress: Progress = { route: undefined };
  const outcome = await answer(core, request, requestId, progress).then(
    (ok) => ({ reply: ok, code: undefined }),
    (error: unknown) => failure(core, request, requestId, progress, error),
  );
  core.log.add({
    service: progress.route?.service.id ?? 'unknown',
    operation: progress.route?.operation ?? 'unknown',
    at,
    status: outcome.reply.status,
    origin: 'client',
    ...(outcome.code === undefined ? {} : { code: outcome.code }),
  });
  const { status, headers, body } = outcome.reply;
  // A connection that is kept would hold up a server that closes.
  response.shouldKeepAlive &&= core.isOpen();
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** How far a request came, for the log and for the form of an error. */
interface Progress {
  route: Route | undefined;
}

async function answer(core: Core, request: IncomingMessage, requestId: string, progress: Progress): Promise<Reply> {
  refuseBrowsers(request);
  const body = await readBody(request);
  const found = route(request, body);
  progress.route = found;
  const scope = credentialScope(request.headers.authorization);
  const fault = core.options.fault?.({
    service: found.service,
    operation: found.operation,
    accessKeyId: scope?.accessKeyId,
  });
  if (fault !== undefined) {
    throw fault;
  }
  const unknownCode = found.protocol === 'query' ? 'InvalidAction' : 'UnknownOperationException';
  const registered = core.registry.find(found.service, found.operation, unknownCode);
  const { schema } = registered.operation;
  const input = readInput(found, schema, body);
  admit(registered, input.raw, input.form);
  const context: RequestContext = {
    region: scope?.region ?? core.options.region,
    accountId: core.options.accountId,
    requestId,
    accessKeyId: scope?.accessKeyId,
  };
  const output = await perform(registered, input.finish(), context);
  return reply(found, schema, output, requestId);
}

/** A web page may send forms to loopback ports. Browsers mark such requests with `Origin`; AWS clients never do. */
function refuseBrowsers(request: IncomingMessage): void {
  if (request.headers.origin !== undefined) {
    throw new AwsError('AccessDeniedException', 'Requests from web pages are refused: use an AWS client.', 403);
  }
}

function failure(core: Core, request: IncomingMessage, requestId: string, progress: Progress, error: unknown) {
  const service = progress.route?.service;
  const sentForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const protocol = progress.route?.protocol ?? (sentForm ? 'query' : 'json');
  const known = error instanceof AwsError ? error : bug(core, requestId, progress, error);
  return { reply: errorReply(service, protocol, known, requestId), code: known.code };
}

function bug(core: Core, requestId: string, progress: Progress, error: unknown): AwsError {
  const { service, operation } = progress.route ?? { service: undefined, operation: undefined };
  core.options.onBug?.(error, { service: service?.id, operation, requestId });
  const where = service === undefined ? '' : ` in ${service.id}.${operation}`;
  return new AwsError(
    'InternalFailure',
    `surefoot's rehearsal platform failed${where}. This is a bug of surefoot, not of the request; its log has the details under request ${requestId}.`,
    500,
  );
}

function listen(server: Server, host: string, port: number): Promise<{ endpoint: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const actual = (server.address() as AddressInfo).port;
      const name = host.includes(':') ? `[${host}]` : host;
      resolve({ endpoint: `http://${name}:${actual}`, port: actual });
    });
  });
}

function close(server: Server): Promise<void> {
  if (!server.listening) {
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    const force = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE);
    server.close((error) => {
      clearTimeout(force);
      error === undefined ? resolve() : reject(error);
    });
    server.closeIdleConnections();
  });
}
