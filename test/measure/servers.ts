/** Small real servers for the load to meet. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

export interface LoggedRequest {
  readonly id: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly status: number;
}

export interface TestServer {
  readonly url: string;
  /** Every request that the server saw, in order. */
  readonly log: LoggedRequest[];
  close(): Promise<void>;
}

/** An HTTP server that logs each request's id before it answers; `answer` writes the answer and returns its status. */
export async function serveHttp(
  answer: (request: IncomingMessage, response: ServerResponse, index: number) => number,
): Promise<TestServer> {
  const log: LoggedRequest[] = [];
  const server = createServer((request, response) => {
    const at = Date.now() / 1000;
    const status = answer(request, response, log.length);
    log.push({ id: String(request.headers['x-request-id']), at, status });
  });
  return { url: await listen(server), log, close: () => stop(server) };
}

/** A TCP server: `connection` does what it likes with the socket. */
export async function serveTcp(connection: (socket: Socket) => void): Promise<Omit<TestServer, 'log'>> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    connection(socket);
  });
  const url = await listen(server);
  return {
    url,
    close: () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      return stop(server);
    },
  };
}

/** A URL on which nobody listens: a port that was free a moment ago. */
export async function nobodyListens(): Promise<string> {
  const server = createTcpServer();
  const url = await listen(server);
  await stop(server);
  return url;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function stop(server: Server & { closeAllConnections?: () => void }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}
