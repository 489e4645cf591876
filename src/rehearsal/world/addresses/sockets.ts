/** Finding out by trying: whether an address can be bound, and holding one. */
import net from 'node:net';

/** Listens on an address; rejects with the system's error. Port 0 takes any free one. */
export function bind(host: string, port: number): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

/** Frees what `bind` took. */
export function unbind(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Whether an address is there and free. */
export async function canBind(host: string, port: number): Promise<boolean> {
  try {
    await unbind(await bind(host, port));
    return true;
  } catch {
    return false;
  }
}

/** A port that is free on `host` now. */
export async function freePort(host: string): Promise<number> {
  const server = await bind(host, 0);
  const address = server.address();
  await unbind(server);
  if (address === null || typeof address === 'string') {
    throw new Error(`${host} has no port to give`);
  }
  return address.port;
}

const PRIVILEGED_SHIFT = 8000;
const FIRST_UNPRIVILEGED = 1024;

/** `port` where it can be bound; a privileged one else moves by 8000; else any free one. */
export async function listenerPort(host: string, port: number): Promise<number> {
  if (await canBind(host, port)) {
    return port;
  }
  if (port < FIRST_UNPRIVILEGED && (await canBind(host, port + PRIVILEGED_SHIFT))) {
    return port + PRIVILEGED_SHIFT;
  }
  return freePort(host);
}
