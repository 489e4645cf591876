/** A proxy before a rehearsal platform that writes down every request to FIS and to EventBridge Scheduler, and can act before or after one. */
import { createServer, type IncomingMessage, type RequestOptions, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** `refuse`: an error in AWS's form, in place of the call. `change`: what becomes of the body of the answer. `hold`: until when the call waits. */
export type Fate =
  | { readonly hold: Promise<unknown> }
  | { readonly before: () => void }
  | { readonly after: () => void }
  | { readonly refuse: { readonly code: string; readonly message: string; readonly status: number } }
  | { readonly change: (body: string) => string };

export interface RestProxy {
  readonly endpoint: string;
  readonly calls: readonly Call[];
  /** Is asked of each of these calls; what it gives is run instead of the call, or in place of its answer, or is the answer. */
  strike: ((call: Call) => Fate | undefined) | undefined;
  clear(): void;
  close(): Promise<void>;
}

const WATCHED = /^\/(?:experiment|safetyLever|action|schedules)/;

export async function startRestProxy(target: string): Promise<RestProxy> {
  const calls: Call[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const body = await buffer(incoming);
    const call = { method, path: url.split('?')[0] ?? url, body: body.toString('utf8') };
    const watched = WATCHED.test(url);
    if (watched) {
      calls.push(call);
    }
    const fate = watched ? proxy.strike?.(call) : undefined;
    if (fate !== undefined && 'before' in fate) {
      fate.before();
      return;
    }
    if (fate !== undefined && 'refuse' in fate) {
      const { code, message, status } = fate.refuse;
      outgoing.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code });
      outgoing.end(JSON.stringify({ message }));
      return;
    }
    await (fate !== undefined && 'hold' in fate ? fate.hold : undefined);
    const answer = await passOn(new URL(url, target), { method, headers }, body);
    const content = await buffer(answer);
    if (fate !== undefined && 'after' in fate) {
      fate.after();
      return;
    }
    const { 'content-length': _, ...others } = answer.headers;
    const sent = changed(content, fate);
    outgoing.writeHead(answer.statusCode ?? 502, others).end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: RestProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    strike: undefined,
    clear() {
      calls.length = 0;
      proxy.strike = undefined;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

function passOn(url: URL, options: RequestOptions, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    send(url, options, resolve).once('error', reject).end(body);
  });
}

function changed(content: Buffer, fate: Fate | undefined): Buffer {
  return fate !== undefined && 'change' in fate ? Buffer.from(fate.change(content.toString('utf8'))) : content;
}
