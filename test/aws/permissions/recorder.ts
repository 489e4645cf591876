/** A proxy before an AWS endpoint that notes which operation each request asks for, and with what: what a policy must allow. */
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { routeRest } from '../../../src/rehearsal/wire/rest.ts';
import { credentialScope } from '../../../src/rehearsal/wire/route.ts';

export interface Call {
  /** The service of the signature: `ecs`, `monitoring`. */
  readonly service: string;
  readonly region: string;
  readonly operation: string;
  /** Members of the input by their names, as far as they name resources. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Recorder {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** What was asked for since the last time that this was called. */
  take(): Call[];
  close(): Promise<void>;
}

export interface RecorderOptions {
  /** Answers what surefoot asks of a platform, where `target` does not: which one it is. */
  readonly about?: (endpoint: string) => object;
  /** Told of each call once it was answered, before the caller hears of it. */
  readonly after?: (call: Call) => Promise<void>;
}

/** Starts it on a free port of 127.0.0.1 before `target`; requests and answers pass unchanged. */
export async function startRecorder(target: string, { about, after }: RecorderOptions = {}): Promise<Recorder> {
  const agent = new Agent({ keepAlive: true });
  let calls: Call[] = [];
  let endpoint = '';
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await read(incoming);
    if (incoming.url === '/_surefoot' && about !== undefined) {
      outgoing.end(JSON.stringify(about(endpoint)));
      return;
    }
    const call = callOf(incoming, body);
    if (call !== undefined) {
      calls.push(call);
    }
    const answer = await forward(target, agent, incoming, body);
    await (call === undefined ? undefined : after?.(call));
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch((error: unknown) => outgoing.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Undefined for what is no request to AWS: surefoot asks which platform it is. */
function callOf({ headers, method = 'GET', url = '/' }: IncomingMessage, body: Buffer): Call | undefined {
  const scope = credentialScope(headers.authorization);
  if (scope === undefined) {
    return undefined;
  }
  const { signingName: service, region } = scope;
  const found = service === 's3' ? s3Call(method, url, headers) : decoded(service, { headers, method, url }, body);
  return { service, region, ...found };
}

interface Head {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly url: string;
}

function decoded(service: string, { headers, method, url }: Head, body: Buffer): Pick<Call, 'operation' | 'input'> {
  const target = headers['x-amz-target'];
  const text = body.toString('utf8');
  if (typeof target === 'string') {
    return { operation: target.slice(target.lastIndexOf('.') + 1), input: JSON.parse(text || '{}') };
  }
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const form = Object.fromEntries(new URLSearchParams(text));
    return { operation: form['Action'] ?? 'unknown', input: form };
  }
  const rest = routeRest(method, url, service);
  if (rest === undefined) {
    throw new Error(`nobody knows which operation of ${service} is ${method} ${url}`);
  }
  const content = rest.protocol === 'rest-json' && text !== '' ? (JSON.parse(text) as object) : {};
  return {
    operation: rest.operation,
    input: { ...content, ...Object.fromEntries(rest.search), ...Object.fromEntries(rest.labels) },
  };
}

/** The operations of S3 that surefoot uses, path style (AWS: "Amazon S3 REST API"). */
function s3Call(method: string, url: string, headers: IncomingHttpHeaders): Pick<Call, 'operation' | 'input'> {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, Bucket = '', ...rest] = pathname.split('/').map(decodeURIComponent);
  const Key = rest.join('/');
  const version = searchParams.get('versionId');
  const input = { Bucket, Key, ...(version === null ? {} : { VersionId: version }) };
  if (Key === '') {
    return { operation: searchParams.has('versioning') ? 'GetBucketVersioning' : 'ListObjectVersions', input };
  }
  const source = headers['x-amz-copy-source'];
  if (method === 'PUT' && typeof source === 'string') {
    return { operation: 'CopyObject', input: { ...input, CopySource: source } };
  }
  const operations: Readonly<Record<string, string>> = {
    GET: 'GetObject',
    PUT: 'PutObject',
    DELETE: 'DeleteObject',
    HEAD: 'HeadObject',
  };
  return { operation: operations[method] ?? method, input };
}

async function forward(
  target: string,
  agent: Agent,
  { method = 'GET', headers, url = '/' }: IncomingMessage,
  body: Buffer,
) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    send(new URL(url, target), { agent, method, headers }, resolve).once('error', reject).end(body);
  });
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await read(answer) };
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
