/**
 * Users of a name, seen from the wire: a process that takes their connections and leads each to the address that DNS gives. Clients such as
 * k6 ask the system's resolver, which no rehearsal may touch; here several resolvers, each with a cache of its own, ask the platform's DNS
 * server instead, and keep its answers for exactly as long as it allows. Bytes are passed on as they are.
 */
import { Resolver } from 'node:dns/promises';
import net from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ToDnsRelay {
  readonly listen: Address;
  /** The DNS server. */
  readonly server: Address;
  readonly name: string;
  /** Where what the name leads to listens. */
  readonly targetPort: number;
  /** How many caches: users do not all have the same old answer. */
  readonly resolvers: number;
}

/** How many connections were begun to an address in one second; to `''` where there was none. */
export interface ConnectionCount {
  readonly second: number;
  readonly address: string;
  readonly connections: number;
}

export type FromDnsRelay =
  | { readonly type: 'ready' }
  | { readonly type: 'listening' }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'counts'; readonly counts: readonly ConnectionCount[] };

const REPORT_EACH_MS = 500;

/** Runs the helper process; returns at once, the process ends when the parent is gone. */
export function runDnsRelay(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {});
  }
  process.on('disconnect', () => process.exit(0));
  const send = (message: FromDnsRelay): void => {
    if (process.connected) {
      process.send?.(message);
    }
  };
  const counts = new Map<string, ConnectionCount>();
  process.once('message', (order: ToDnsRelay) => {
    listen(order, (address) => count(counts, address)).then(
      () => send({ type: 'listening' }),
      (error: unknown) => send({ type: 'failed', message: (error as Error).message }),
    );
  });
  setInterval(() => {
    if (counts.size > 0) {
      send({ type: 'counts', counts: [...counts.values()] });
      counts.clear();
    }
  }, REPORT_EACH_MS);
  send({ type: 'ready' });
}

function count(counts: Map<string, ConnectionCount>, address: string): void {
  const second = Math.floor(Date.now() / 1000);
  const key = `${second} ${address}`;
  const connections = (counts.get(key)?.connections ?? 0) + 1;
  counts.set(key, { second, address, connections });
}

async function listen(order: ToDnsRelay, onConnection: (address: string) => void): Promise<void> {
  const { server, name, targetPort } = order;
  const caches = Array.from({ length: order.resolvers }, () => cachedAddresses(server, name));
  // A client of HTTP that ends its side has given up: what was begun for it ends too, also where nobody answers.
  const relay = net.createServer((client) => {
    client.on('error', () => {});
    const cache = caches[Math.floor(Math.random() * caches.length)];
    const addresses = cache === undefined ? Promise.resolve([]) : cache();
    addresses.then(
      (found) => {
        const host = found[Math.floor(Math.random() * found.length)];
        onConnection(host ?? '');
        if (host === undefined) {
          client.resetAndDestroy();
        } else {
          join(client, { host, port: targetPort });
        }
      },
      () => {
        onConnection('');
        client.resetAndDestroy();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    relay.once('error', reject);
    relay.listen({ ...order.listen, exclusive: true }, resolve);
  });
}

/** A resolver's cache for one name: asked again once the answer's time is over, by one question for all who wait. */
function cachedAddresses({ host, port }: Address, name: string): () => Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([`${host}:${port}`]);
  let known: { readonly addresses: readonly string[]; readonly until: number } | undefined;
  let asking: Promise<readonly string[]> | undefined;
  const ask = async () => {
    const answers = await resolver.resolve4(name, { ttl: true });
    const seconds = Math.min(...answers.map(({ ttl }) => ttl));
    known = { addresses: answers.map(({ address }) => address), until: performance.now() + seconds * 1000 };
    return known.addresses;
  };
  return () => {
    if (known !== undefined && performance.now() < known.until) {
      return Promise.resolve(known.addresses);
    }
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

/** What one side does the other one sees: data, the end, and a connection that breaks or is refused as a reset. */
function join(client: net.Socket, target: Address): void {
  const upstream = net.connect({ ...target });
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', (hadError) => (hadError ? other.resetAndDestroy() : other.destroy()));
  }
  client.pipe(upstream);
  upstream.pipe(client);
}
