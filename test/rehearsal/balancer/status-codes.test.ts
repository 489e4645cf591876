import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../src/rehearsal/world/addresses/sockets.ts';
import {
  ask,
  askRaw,
  forward,
  group,
  HOST,
  type Lab,
  LOAD_BALANCER,
  pause,
  serve,
  serveRaw,
  startLab,
  sum,
  target,
  until,
} from './lab.ts';

let lab: Lab;
const cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all([lab.balancer.stop(), ...cleanUp.splice(0).map((each) => each())]);
});

/** A lab whose one group has one target at `port`. */
async function labWith(port: number, idleTimeoutMs = 60_000): Promise<void> {
  lab = await startLab({ idleTimeoutMs });
  await lab.configure([forward({ tg: 1 })], [group('tg', [target(port)])]);
}

async function rawServer(handler: (socket: net.Socket) => void): Promise<number> {
  const server = await serveRaw(handler);
  cleanUp.push(server.close);
  return server.port;
}

describe('502', () => {
  it('when the target refuses the connection, counted as a connection error', async () => {
    await labWith(await freePort(HOST));
    expect((await ask(lab.port)).status).toBe(502);
    expect(await lab.totals()).toMatchObject({ requests: 1, elb502: 1, connectionErrors: 1 });
  });

  it('when the target closes with the request outstanding', async () => {
    await labWith(await rawServer((socket) => socket.once('data', () => socket.end())));
    expect((await ask(lab.port)).status).toBe(502);
    expect(await lab.totals()).toMatchObject({ requests: 1, elb502: 1, connectionErrors: 0 });
  });

  it('when the target resets', async () => {
    await labWith(await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy())));
    expect((await ask(lab.port)).status).toBe(502);
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['has a bad status line', 'HTTP/1.1 abc OK\r\n\r\n'],
    ['has a header that is not one', 'HTTP/1.1 200 OK\r\nX Y: 1\r\nContent-Length: 0\r\n\r\n'],
    ['has more header than the limit of 32 K', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`],
  ])('when the response %s', async (_name, text) => {
    await labWith(await rawServer((socket) => socket.once('data', () => socket.write(text))));
    expect((await ask(lab.port)).status).toBe(502);
    expect(await lab.totals()).toMatchObject({ requests: 1, elb502: 1, target2xx: 0 });
  });

  it('and a request is never sent twice', async () => {
    let heads = 0;
    await labWith(
      await rawServer((socket) =>
        socket.on('data', (chunk) => {
          if (!chunk.toString().startsWith('GET /health')) {
            heads++;
          }
          socket.destroy();
        }),
      ),
    );
    expect((await ask(lab.port)).status).toBe(502);
    expect((await ask(lab.port, '/', { method: 'POST', payload: 'x' })).status).toBe(502);
    expect(heads).toBe(2);
  });
});

describe('503', () => {
  it('when the group has no targets; the row has no group', async () => {
    lab = await startLab();
    await lab.configure([forward({ tg: 1 })], [group('tg', [])]);
    expect((await ask(lab.port)).status).toBe(503);
    expect(await lab.totals()).toMatchObject({ requests: 1, elb503: 1 });
    expect(lab.rows.map(({ loadBalancer, targetGroup, zone }) => [loadBalancer, targetGroup, zone])).toEqual([
      [LOAD_BALANCER, null, null],
    ]);
  });
});

describe('504', () => {
  it('when the target does not answer before the idle timeout', async () => {
    const slow = await serve(() => undefined);
    cleanUp.push(slow.close);
    await labWith(slow.port, 700);
    const start = performance.now();
    expect((await ask(lab.port)).status).toBe(504);
    expect(performance.now() - start).toBeGreaterThan(690);
    expect(await lab.totals()).toMatchObject({ requests: 1, elb504: 1, connectionErrors: 0 });
  });

  it('when no connection comes about in 10 s', { timeout: 90_000 }, async () => {
    // A listener with a full backlog: the kernel drops further SYNs, as a security group would.
    const { port, fill } = await fullBacklog();
    await labWith(port);
    const start = performance.now();
    expect((await ask(lab.port)).status).toBe(504);
    expect(performance.now() - start).toBeGreaterThan(9_500);
    expect(await lab.totals()).toMatchObject({ requests: 1, elb504: 1, connectionErrors: 1 });
    fill();
  });
});

/** A port whose accept queue is full and is never emptied: its event loop is another process that has stopped reading. */
async function fullBacklog(): Promise<{ port: number; fill: () => void }> {
  const { spawn } = await import('node:child_process');
  const script = `
    const net = require('node:net');
    const server = net.createServer();
    server.listen({ port: 0, host: '${HOST}', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port) + '\\n');
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
  );
  const sockets = Array.from({ length: 6 }, () => net.connect(port, HOST).on('error', () => undefined));
  await pause(200);
  return {
    port,
    fill: () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      child.kill('SIGKILL');
    },
  };
}

describe('what the client does', () => {
  it('counts as 460 when it closes before an answer, and the target is told', async () => {
    let told = false;
    const slow = await serve((request) => void request.on('close', () => (told = true)));
    cleanUp.push(slow.close);
    await labWith(slow.port);
    const socket = net.connect(lab.port, HOST, () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    await until(
      () => slow.requests() === 1,
      () => 'the target has no request',
    );
    socket.destroy();
    await until(
      () => told,
      () => 'the target was not told',
    );
    expect(await lab.totals()).toMatchObject({ requests: 1, clientClosed: 1, elb4xx: 0, target2xx: 0 });
  });

  it('counts as 400 when it closes in the middle of its body, and the target is told', async () => {
    let told = false;
    const sink = await serve((request) => {
      request.resume();
      request.on('error', () => {
        told = true;
      });
    });
    cleanUp.push(sink.close);
    await labWith(sink.port);
    const socket = net.connect(lab.port, HOST, () =>
      socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf'),
    );
    await until(
      () => sink.requests() === 1,
      () => 'the target has no request',
    );
    socket.destroy();
    await until(
      () => told,
      () => 'the target was not told',
    );
    expect(await lab.totals()).toMatchObject({ requests: 1, elb4xx: 1, clientClosed: 0 });
  });

  it.each([
    ['no HTTP', 'hello there\r\n\r\n', 400],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a target that cannot be forwarded', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ['too much header', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`, 400],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 405],
  ])('is refused: %s', async (_name, text, status) => {
    const server = await serve((_request, response) => response.end());
    cleanUp.push(server.close);
    await labWith(server.port);
    expect(await askRaw(lab.port, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(server.requests()).toBe(0);
    expect(await lab.totals()).toMatchObject({ requests: 1, elb4xx: 1 });
  });

  it('is 408 when a body stalls for the idle timeout', async () => {
    const sink = await serve((request) => void request.resume());
    cleanUp.push(sink.close);
    await labWith(sink.port, 400);
    const answer = await askRaw(
      lab.port,
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 100\r\n\r\nhalf',
    );
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(await lab.totals()).toMatchObject({ requests: 1, elb4xx: 1 });
  });
});

describe('a response that breaks off', () => {
  it('breaks off for the client too, and the code that the target gave is counted', async () => {
    await labWith(
      await rawServer((socket) =>
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
          setTimeout(() => socket.destroy(), 50);
        }),
      ),
    );
    expect((await ask(lab.port)).status).toBe(0);
    await pause(50);
    expect(await lab.totals()).toMatchObject({ requests: 1, target2xx: 1, elb502: 0 });
    expect(sum(lab.rows)['requests']).toBe(1);
  });
});
