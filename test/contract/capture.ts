/** A proxy between AWS clients and an endpoint that keeps every request with its answer and holds both against AWS's models. */
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Exchange, judge } from './exchange.ts';

export interface Capture {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** All so far, in the order of their ends. */
  exchanges(): readonly Exchange[];
  /** Of all exchanges so far, each different one once; indices are left out, so that a fault in a hundred elements is one. */
  violations(): string[];
  close(): Promise<void>;
}

/** More than any test makes: a client in an endless loop is stopped instead of filling the memory. */
const MOST_EXCHANGES = 20_000;
const MOST_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** Starts a proxy on a free port of 127.0.0.1 before `target` (`http://127.0.0.1:4566`). */
export async function startCapture(target: string): Promise<Capture> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const exchanges: Exchange[] = [];
  const server = createServer((request, response) => {
    pass({ target, agent, exchanges }, request, response).catch((error: unknown) => {
      response.writeHead(502, { 'content-type': 'text/plain' });
      response.end(`capture: ${String(error)}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges: () => exchanges,
    violations: () => [
      ...new Set(exchanges.flatMap(({ violations }) => violations.map((text) => text.replaceAll(/\[\d+\]/g, '[]')))),
    ],
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Line {
  readonly target: string;
  readonly agent: Agent;
  readonly exchanges: Exchange[];
}

async function pass(
  { target, agent, exchanges }: Line,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (exchanges.length >= MOST_EXCHANGES) {
    throw new Error(`more than ${MOST_EXCHANGES} requests`);
  }
  const { method = 'GET', url = '/' } = incoming;
  const request = { headers: incoming.headers, method, url, body: await read(incoming) };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const { headers } = incoming;
    const onward = send(new URL(url, target), { agent, method, headers, timeout: TIMEOUT_MS }, resolve);
    onward.once('timeout', () => onward.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    onward.once('error', reject);
    onward.end(request.body);
  });
  const body = await read(answer);
  const status = answer.statusCode ?? 0;
  // There the platform describes itself to surefoot.
  if (url !== '/_surefoot') {
    exchanges.push(judge({ request, response: { status, headers: answer.headers, body } }));
  }
  outgoing.writeHead(status, answer.headers);
  outgoing.end(body);
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) {
      throw new Error(`a body of more than ${MOST_BYTES} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
