/** What clients may ask of a node over HTTP/1.1: keys and ledgers in JSON. It is no SQL, so that any language's HTTP client will do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json, Write } from '../protocol.ts';
import type { Contents } from './contents.ts';
import { type Acknowledgement, Conflict, NotPrimary, ReadOnly } from './primary.ts';

/** A body of a client; longer ones are refused. */
const LONGEST_BODY = 64 * 1024;
const PAGE = 1000;

/** What of a node the clients can see. */
export interface Readable {
  /** undefined: this node does not show its contents (a standby, or a node without a role). */
  readonly contents: Contents | undefined;
  readonly position: number;
  readonly role: string;
  /** @throws NotPrimary, ReadOnly, Conflict */
  submit(write: Write): Promise<Acknowledgement>;
  /** Resolves when no write is under way any more. @throws NotPrimary */
  setReadOnly(readOnly: boolean): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Answers one client's request; every failure becomes an answer. */
export async function answerClient(node: Readable, request: IncomingMessage): Promise<Answer> {
  const [pathname = '/', query = ''] = (request.url ?? '/').split('?');
  const path = pathname.split('/').slice(1).map(decoded);
  try {
    if (request.method === 'GET') {
      request.resume();
      return read(node, path, new URLSearchParams(query));
    }
    return await write(node, request, path);
  } catch (error) {
    return failure(error);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function failure(error: unknown): Answer {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NotPrimary || error instanceof ReadOnly) {
    return { status: 503, body: { error: `not acknowledged: ${message}` } };
  }
  if (error instanceof Conflict) {
    return { status: 409, body: { error: message } };
  }
  return { status: 400, body: { error: message } };
}

/** GET /health, /keys/<key>, /ledgers/<ledger>[?after=<position>], /ledgers/<ledger>/<id>. */
function read(node: Readable, path: readonly string[], query: URLSearchParams): Answer {
  const { contents, role, position } = node;
  if (path[0] === 'health') {
    return { status: contents === undefined ? 503 : 200, body: { role, position } };
  }
  if (contents === undefined) {
    return { status: 503, body: { error: `this node is ${role}: it answers no queries` } };
  }
  const [kind, name = '', id] = path;
  if (kind === 'keys' && id === undefined) {
    return found(contents.value(name));
  }
  if (kind === 'ledgers' && id !== undefined) {
    return found(contents.entry(name, id));
  }
  if (kind === 'ledgers') {
    const after = Number(query.get('after') ?? 0);
    return { status: 200, body: { entries: contents.entries(name, after, PAGE), position } };
  }
  return notFound();
}

/**
 * PUT /keys/<key>, PUT /ledgers/<ledger>/<id>. 201: written; 200: the ledger had it already. PUT /settings/read-only with true or false: as
 * long as the process lives no write is taken, or again; answered when none is under way any more.
 */
async function write(node: Readable, request: IncomingMessage, path: readonly string[]): Promise<Answer> {
  if (request.method === 'PUT' && path.join('/') === 'settings/read-only') {
    const readOnly = (await readJson(request)) === true;
    await node.setReadOnly(readOnly);
    return { status: 200, body: { readOnly, position: node.position } };
  }
  const [kind, name = '', id] = path;
  const isLedger = kind === 'ledgers' && id !== undefined && id !== '';
  if (request.method !== 'PUT' || name === '' || !(isLedger || (kind === 'keys' && id === undefined))) {
    request.resume();
    return request.method === 'PUT' ? notFound() : { status: 405, body: { error: 'GET or PUT' } };
  }
  const value = (await readJson(request)) as Json;
  const acknowledgement = await node.submit(
    isLedger ? { type: 'append', ledger: name, id, value } : { type: 'put', key: name, value },
  );
  return { status: acknowledgement.replayed ? 200 : 201, body: acknowledgement };
}

const found = (value: object | undefined): Answer => (value === undefined ? notFound() : { status: 200, body: value });
const notFound = (): Answer => ({ status: 404, body: { error: 'not found' } });

/** A body as JSON. @throws Error when it is none, or longer than `longest` bytes */
export async function readJson(request: IncomingMessage, longest = LONGEST_BODY): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longest) {
      throw new Error(`the body is longer than ${longest} bytes`);
    }
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** Sends an answer as JSON. */
export function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
