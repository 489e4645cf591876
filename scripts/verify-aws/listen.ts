/** Reads along with an SDK client: every answer of AWS is judged by the contract tests' own walker, in the process that asked. */

import { Readable } from 'node:stream';
import { type Exchange, judge } from '../../test/contract/exchange.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body?: unknown;
}

interface Answered {
  readonly response: Response;
}

type Next = (args: { readonly request: unknown }) => Promise<Answered>;

/** A client of the AWS SDK, as far as this touches it. */
export interface Listenable {
  readonly middlewareStack: {
    add(middleware: (next: Next) => Next, options: { readonly step: 'deserialize'; readonly priority: 'low' }): void;
  };
}

/** Hands every exchange of the client to `told`, from now on; what the client sees is the same. */
export function listen(client: Listenable, told: (exchange: Exchange) => void): void {
  const middleware = (next: Next) => async (args: { readonly request: unknown }) => {
    const answered = await next(args);
    const body = await bytesOf(answered.response.body);
    answered.response.body = Readable.from(body.length === 0 ? [] : [body]);
    told(judge(rawOf(args.request as Request, answered.response, body)));
    return answered;
  };
  // The last before the wire: what it sees is what AWS sent, before anything was made of it.
  client.middlewareStack.add(middleware, { step: 'deserialize', priority: 'low' });
}

function rawOf(request: Request, response: Response, body: Buffer) {
  const query = Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one ?? ''] as [string, string]),
  );
  const search = new URLSearchParams(query).toString();
  return {
    request: {
      headers: lowerCased(request.headers),
      method: request.method,
      url: `${request.path}${search === '' ? '' : `?${search}`}`,
      body: Buffer.from(typeof request.body === 'string' || request.body instanceof Uint8Array ? request.body : ''),
    },
    response: { status: response.statusCode, headers: lowerCased(response.headers), body },
  };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) {
    return Buffer.alloc(0);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
