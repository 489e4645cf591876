/** A long way to a service: a port of this machine behind which every request takes longer to arrive. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Passage } from '../../world/zone-relay/passage.ts';

export interface FarWay {
  /** For k6's option `hosts`: what connects to the service comes here. */
  readonly hosts: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Relays to the address of `url`; what is sent there arrives `milliseconds` later, and what comes back at once. */
export async function startFarWay(url: URL, milliseconds: number): Promise<FarWay> {
  const port = Number(url.port || 80);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: url.hostname, port });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
      socket.once('close', () => open.delete(socket));
    }
    new Passage(near, far, (arrive) => {
      const timer = setTimeout(arrive, milliseconds);
      return () => clearTimeout(timer);
    });
    new Passage(far, near, (arrive) => {
      arrive();
      return () => undefined;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    hosts: { [url.host]: `127.0.0.1:${(server.address() as AddressInfo).port}` },
    close: async () => {
      for (const socket of open) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}
