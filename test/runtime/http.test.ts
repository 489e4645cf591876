import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { httpProbe } from '../../src/runtime/http.ts';

let server: Server | undefined;
const sockets = new Set<Socket>();

async function serve(answer: RequestListener): Promise<string> {
  sockets.clear();
  const started = createServer(answer);
  server = started;
  started.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/path?x=1`;
}

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

it('asks once, on a connection of its own, and follows nobody elsewhere', async () => {
  const url = await serve((request, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:9/', 'x-seen': String(request.headers['x-mine']) });
    response.end(`${request.method} ${request.url}`);
  });
  for (let time = 1; time <= 3; time += 1) {
    const answer = await httpProbe({ url, headers: { 'x-mine': 'yes' }, timeoutMs: 5000 });
    expect(answer).toMatchObject({ status: 302, body: 'GET /path?x=1' });
    expect(answer.headers['x-seen']).toBe('yes');
    expect(answer.seconds).toBeGreaterThan(0);
    expect(sockets.size).toBe(time);
  }
});

it('names the cause when nobody listens', async () => {
  const url = await serve(() => undefined);
  await new Promise((resolve) => server?.close(resolve));
  server = undefined;
  await expect(httpProbe({ url, timeoutMs: 5000 })).rejects.toThrow(/ECONNREFUSED/);
});

it.each(['no answer', 'half an answer'])('gives up after its time: %s', async (kind) => {
  const url = await serve((_, response) => {
    if (kind === 'half an answer') {
      response.writeHead(200).write('half');
    }
  });
  await expect(httpProbe({ url, timeoutMs: 200 })).rejects.toThrow('no answer within 0.2 s');
});

it("ends with the signal's reason", async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const url = await serve(() => controller.abort(reason));
  await expect(httpProbe({ url, timeoutMs: 5000, signal: controller.signal })).rejects.toBe(reason);
});

it('reads no more than it keeps', async () => {
  const url = await serve((_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(16 * 1024, 'a'))) {
        // As fast as it is taken.
      }
    };
    response.writeHead(200).on('drain', more);
    more();
  });
  const answer = await httpProbe({ url, timeoutMs: 5000 });
  expect(answer.body.length).toBe(64 * 1024);
});
