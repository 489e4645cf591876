/**
 * The one name of a database: an address and port that stay, held by a process of its own that passes connections on to the primary.
 * Without a target it does not listen: connections are cut and new ones refused.
 */
import net from 'node:net';
import type { FromRelay, ToRelay } from './protocol.ts';

/** Runs the helper process; returns at once, the process ends when the parent is gone. */
export function runDatabaseRelay(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {});
  }
  process.on('disconnect', () => process.exit(0));
  const send = (message: FromRelay): void => {
    if (process.connected) {
      process.send?.(message);
    }
  };
  const relay = new Relay();
  let turn: Promise<unknown> = Promise.resolve();
  process.on('message', (message: ToRelay) => {
    turn = turn.then(() =>
      relay.point(message).then(
        () => send({ type: 'done', request: message.request }),
        (error: unknown) => send({ type: 'failed', request: message.request, message: (error as Error).message }),
      ),
    );
  });
  send({ type: 'ready' });
}

class Relay {
  #server: net.Server | undefined;
  readonly #sockets = new Set<net.Socket>();

  async point({ listen, target }: Omit<ToRelay, 'request'>): Promise<void> {
    await this.#close();
    if (target === undefined) {
      return;
    }
    const server = net.createServer({ allowHalfOpen: true }, (client) => this.#connect(client, target));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...listen, exclusive: true }, resolve);
    });
    this.#server = server;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }

  #connect(client: net.Socket, target: { readonly host: string; readonly port: number }): void {
    const upstream = net.connect({ ...target, allowHalfOpen: true });
    const pair = [client, upstream];
    for (const socket of pair) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        for (const other of pair) {
          other.destroy();
        }
      });
    }
    client.pipe(upstream);
    upstream.pipe(client);
  }
}
