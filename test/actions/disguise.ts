/** The rehearsal platform without its own page: to a client it is an AWS endpoint like any other. */
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Disguise {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts on a free port of 127.0.0.1; calls go on to `target`. */
export async function disguise(target: string): Promise<Disguise> {
  const server = createServer((incoming, outgoing) => {
    if (incoming.method !== 'POST') {
      outgoing.writeHead(404).end();
      return;
    }
    const { headers, method, url = '/' } = incoming;
    const onward = send(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
