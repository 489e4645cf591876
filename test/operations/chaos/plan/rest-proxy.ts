/** A proxy before a rehearsal platform that writes down every request to FIS, and can act before or after one. */
import { createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface RestProxy {
  readonly endpoint: string;
  readonly calls: readonly Call[];
  /** Is asked of each call to FIS; what it gives is run instead of the call, or in place of its answer. */
  strike: ((call: Call) => { readonly before: () => void } | { readonly after: () => void } | undefined) | undefined;
  clear(): void;
  close(): Promise<void>;
}

const FIS = /^\/(?:experiment|safetyLever|action)/;

export async function startRestProxy(target: string): Promise<RestProxy> {
  const calls: Call[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const body = await buffer(incoming);
    const call = { method, path: url.split('?')[0] ?? url, body: body.toString('utf8') };
    const ofFis = FIS.test(url);
    if (ofFis) {
      calls.push(call);
    }
    const fate = ofFis ? proxy.strike?.(call) : undefined;
    if (fate !== undefined && 'before' in fate) {
      fate.before();
      return;
    }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      send(new URL(url, target), { method, headers }, resolve).once('error', reject).end(body);
    });
    const content = await buffer(answer);
    if (fate !== undefined) {
      fate.after();
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(content);
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
