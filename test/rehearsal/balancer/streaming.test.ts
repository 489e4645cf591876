import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, forward, group, HOST, type Lab, type LabServer, pause, serve, startLab, target, until } from './lab.ts';

let lab: Lab;
let server: LabServer;

afterEach(async () => {
  clearInterval(watch);
  await Promise.all([lab.balancer.stop(), server.close()]);
});

async function startWith(handler: http.RequestListener): Promise<void> {
  [lab, server] = await Promise.all([startLab(), serve(handler)]);
  await lab.configure([forward({ tg: 1 })], [group('tg', [target(server.port)])]);
  await lab.becomes(server.port, 'healthy');
}

/** Resident memory of the balancer in MB, from the kernel. */
function residentMegabytes(): number {
  const status = readFileSync(`/proc/${lab.balancer.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

let watch: NodeJS.Timeout | undefined;

/** How far the balancer's memory has grown at most, in MB, looked at every 20 ms. */
function watchMemory(): { growth: () => number } {
  const start = residentMegabytes();
  let peak = start;
  watch = setInterval(() => {
    peak = Math.max(peak, residentMegabytes());
  }, 20);
  return { growth: () => Math.max(peak, residentMegabytes()) - start };
}

const CHUNK = randomBytes(1 << 20);
const MEGABYTES = 200;

/** Writes 200 MB with respect for back pressure and gives back their hash. */
async function pour(stream: NodeJS.WritableStream): Promise<string> {
  const hash = createHash('sha256');
  for (let i = 0; i < MEGABYTES; i++) {
    hash.update(CHUNK);
    if (!stream.write(CHUNK)) {
      await new Promise((resolve) => stream.once('drain', resolve));
    }
  }
  stream.end();
  return hash.digest('hex');
}

async function hashOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}

describe.skipIf(process.platform !== 'linux')('bodies of 200 MB', () => {
  it.each<[string, Record<string, string>]>([
    ['with a length', { 'Content-Length': String(MEGABYTES << 20) }],
    ['chunked', {}],
  ])('pass in both directions, %s, without being kept', { timeout: 60_000 }, async (_name, headers) => {
    let received = '';
    await startWith(async (request, response) => {
      received = await hashOf(request);
      response.writeHead(200, headers);
      await pour(response);
    });
    const memory = watchMemory();
    const request = http.request({ host: HOST, port: lab.port, method: 'POST', headers });
    const answered = new Promise<http.IncomingMessage>((resolve) => request.on('response', resolve));
    const sent = await pour(request);
    const response = await answered;
    expect(await hashOf(response)).toBe(sent);
    expect(received).toBe(sent);
    expect(memory.growth()).toBeLessThan(100);
  });

  it('wait for a client that does not read', async () => {
    await startWith((_request, response) => void pour(response));
    const memory = watchMemory();
    const request = http.get({ host: HOST, port: lab.port });
    const response = await new Promise<http.IncomingMessage>((resolve) => request.on('response', resolve));
    await pause(700);
    expect(memory.growth()).toBeLessThan(100);
    let bytes = 0;
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
    }
    expect(bytes).toBe(MEGABYTES << 20);
  });
});

describe('streaming', () => {
  it('passes a response head on before there is a body, and each part as it comes', async () => {
    let begin: () => void = () => undefined;
    let finish: () => void = () => undefined;
    await startWith((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      begin = () => response.write('data: 1\n\n');
      finish = () => response.end('data: 2\n\n');
    });
    const request = http.get({ host: HOST, port: lab.port });
    const response = await new Promise<http.IncomingMessage>((resolve) => request.on('response', resolve));
    // The head is here, and nothing of the body was written yet.
    const parts: string[] = [];
    response.on('data', (chunk: Buffer) => parts.push(chunk.toString()));
    begin();
    await until(
      () => parts.length === 1,
      () => `${parts.length} parts came`,
    );
    finish();
    await until(
      () => parts.join('') === 'data: 1\n\ndata: 2\n\n',
      () => `got ${parts.join('')}`,
    );
  });

  it('ends a response whose whole body came some time after its head', async () => {
    await startWith((_request, response) => {
      response.writeHead(200, { 'Content-Length': 4 }).flushHeaders();
      setTimeout(() => response.end('body'), 50);
    });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 3; i++) {
      expect(await ask(lab.port, '/', { agent })).toMatchObject({ status: 200, body: 'body' });
    }
    agent.destroy();
  });

  it('passes bytes as they are, below and above the size that leaves in one write', async () => {
    const sizes = [0, 1, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 100_000];
    const body = randomBytes(100_000);
    await startWith((request, response) => {
      const part = body.subarray(0, Number(request.url?.slice(1)));
      response.writeHead(200, { 'Content-Length': part.length }).end(part);
    });
    for (const size of sizes) {
      const response = await fetch(`http://${HOST}:${lab.port}/${size}`);
      expect(Buffer.from(await response.arrayBuffer()).equals(body.subarray(0, size))).toBe(true);
    }
  });

  it('passes a request on before its body is complete', async () => {
    const parts: string[] = [];
    await startWith((request, response) => {
      request.on('data', (chunk: Buffer) => parts.push(chunk.toString()));
      request.on('end', () => response.end('done'));
    });
    const request = http.request({ host: HOST, port: lab.port, method: 'PUT' });
    const answered = new Promise<http.IncomingMessage>((resolve) => request.on('response', resolve));
    request.write('one');
    await until(
      () => parts.length === 1,
      () => 'the first part has not come',
    );
    request.end('two');
    expect((await answered).statusCode).toBe(200);
    expect(parts.join('')).toBe('onetwo');
  });

  it('delivers an answer that came before the body was sent, and the connection stays usable', async () => {
    await startWith((request, response) => {
      if (request.method === 'POST') {
        response.writeHead(413).end('too much');
      } else {
        response.end('next');
      }
    });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const big = 'x'.repeat(8 << 20);
    expect(await ask(lab.port, '/', { method: 'POST', payload: big, agent })).toMatchObject({
      status: 413,
      body: 'too much',
    });
    expect(await ask(lab.port, '/', { agent })).toMatchObject({ status: 200, body: 'next' });
    agent.destroy();
    expect(await lab.totals()).toMatchObject({ requests: 2, target4xx: 1, target2xx: 1 });
  });

  it.each(['HEAD', 'DELETE', 'PATCH', 'OPTIONS'])('passes %s', async (method) => {
    await startWith((request, response) => response.writeHead(200, { 'X-Method': request.method }).end('body'));
    const { status, headers, body } = await ask(lab.port, '/', { method });
    expect([status, headers['x-method'], body]).toEqual([200, method, method === 'HEAD' ? '' : 'body']);
  });

  it.each([204, 304])('passes %s, which has no body', async (status) => {
    await startWith((_request, response) => response.writeHead(status, { ETag: '"a"' }).end());
    expect(await ask(lab.port)).toMatchObject({ status, body: '', headers: { etag: '"a"' } });
  });
});
