/** The example's service, as a real process with real requests: each version does what its settings say. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { requirePlatform } from '../../src/platform/load.ts';
import { resolveService } from '../../src/platform/select.ts';

const EXAMPLE = 'examples/artguard/surefoot.yml';
const started: ChildProcess[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
  }
  for (const folder of folders.splice(0)) {
    await rm(folder, { recursive: true });
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts the server with these settings and resolves once it listens. */
async function start(settings: Readonly<Record<string, string>>) {
  const port = await freePort();
  const child = spawn(process.execPath, ['examples/artguard/service/server.mjs'], {
    env: { HOST: '127.0.0.1', PORT: String(port), ANALYZE_MS: '5', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  if (child.stdout === null) {
    throw new Error('no stdout');
  }
  await once(child.stdout, 'data');
  return { child, url: `http://127.0.0.1:${port}` };
}

async function logFile(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'artguard-'));
  folders.push(folder);
  return path.join(folder, 'requests.log');
}

async function logOf(file: string): Promise<Record<string, unknown>[]> {
  return (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Resolves once the log has this line. */
async function logged(file: string, event: string, id: string): Promise<void> {
  await expect.poll(() => logOf(file), { timeout: 20_000 }).toContainEqual(expect.objectContaining({ event, id }));
}

async function statuses(url: string, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const response = await fetch(`${url}/analyze`);
    await response.arrayBuffer();
    found.push(response.status);
  }
  return found;
}

describe('the routes', () => {
  it('answers JSON and names its revision', async () => {
    const { url } = await start({ SUREFOOT_REVISION: '1.1.0' });
    const health = await fetch(`${url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok', version: 'unknown' }]);
    const analysis = await fetch(`${url}/analyze?model=v2`, { method: 'POST', body: 'x'.repeat(300_000) });
    expect(analysis.headers.get('x-surefoot-revision')).toBe('1.1.0');
    expect(await analysis.json()).toEqual({ authentic: expect.any(Boolean), confidence: expect.any(Number) });
    expect((await fetch(`${url}/other`)).status).toBe(404);
    expect((await fetch(`${url}/analyze`, { method: 'DELETE' })).status).toBe(405);
  });

  it('takes the time it is told to, within the spread, the same for the same seed', async () => {
    const times = async () => {
      const log = await logFile();
      const { child, url } = await start({ ANALYZE_MS: '40-1040', SEED: '7', REQUEST_LOG: log });
      await statuses(url, 5);
      child.kill('SIGTERM');
      await once(child, 'exit');
      return (await logOf(log)).filter(({ event }) => event === 'end').map(({ ms }) => Number(ms));
    };
    const first = await times();
    const second = await times();
    expect(first).toHaveLength(5);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(39);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(100);
    for (const [index, ms] of first.entries()) {
      // Timers may be late on a busy machine, but the sequence is the same: far nearer than two draws from a second would be.
      expect(Math.abs(ms - (second[index] ?? 0))).toBeLessThan(300);
    }
  });
});

describe('the log of requests', () => {
  it('has a start and an end for each, with the id, and an abort where the client left', async () => {
    const log = await logFile();
    const { child, url } = await start({ REQUEST_LOG: log, ANALYZE_MS: '3000', SUREFOOT_REVISION: 'r1' });
    await fetch(`${url}/analyze`, { headers: { 'x-request-id': 'a-1' } });
    const leaving = new AbortController();
    const left = fetch(`${url}/analyze`, { headers: { 'x-request-id': 'a-2' }, signal: leaving.signal });
    await logged(log, 'start', 'a-2');
    leaving.abort();
    await expect(left).rejects.toThrow();
    await logged(log, 'abort', 'a-2');
    const pending = fetch(`${url}/analyze`, { headers: { 'x-request-id': 'a-3' } }).catch(() => 'lost');
    await logged(log, 'start', 'a-3');
    child.kill('SIGKILL');
    expect(await pending).toBe('lost');
    expect((await logOf(log)).map(({ event, id, path: route, status }) => [event, id, route, status])).toEqual([
      ['start', 'a-1', '/analyze', undefined],
      ['end', 'a-1', '/analyze', 200],
      ['start', 'a-2', '/analyze', undefined],
      ['abort', 'a-2', '/analyze', null],
      ['start', 'a-3', '/analyze', undefined],
    ]);
  });
});

describe('the versions of the example', () => {
  async function settingsOf(image: string): Promise<Record<string, string>> {
    const { rehearsal } = resolveService(await requirePlatform(EXAMPLE), { environment: 'dev' });
    const settings = rehearsal?.images[`artguard-backend:${image}`];
    if (settings === undefined) {
      throw new Error(`no image ${image}`);
    }
    return { ...settings };
  }

  it('1.1.0 is good', async () => {
    const { url } = await start(await settingsOf('1.1.0'));
    expect(await statuses(url, 60)).toEqual(Array(60).fill(200));
  });

  it('1.2.0-failing is good for a smoke check and then fails half of its requests', async () => {
    const { url } = await start(await settingsOf('1.2.0-failing'));
    expect(await statuses(url, 40)).toEqual(Array(40).fill(200));
    const later = await statuses(url, 100);
    const failed = later.filter((status) => status === 500).length;
    // The sequence is seeded, so this count is one number; the bounds say what it means (half, ± 4 standard deviations).
    expect(failed).toBeGreaterThan(30);
    expect(failed).toBeLessThan(70);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('1.2.1-broken fails every analysis and is healthy', async () => {
    const { url } = await start(await settingsOf('1.2.1-broken'));
    expect(await statuses(url, 5)).toEqual(Array(5).fill(500));
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('1.3.0-crash ends with 1 before it listens', async () => {
    const child = spawn(process.execPath, ['examples/artguard/service/server.mjs'], {
      env: { PORT: '0', ...(await settingsOf('1.3.0-crash')) },
      stdio: 'ignore',
    });
    started.push(child);
    expect(await once(child, 'exit')).toEqual([1, null]);
  });

  it('1.4.0-slow does not listen before its cold start is over', async () => {
    const settings = await settingsOf('1.4.0-slow');
    expect(settings).toMatchObject({ START_SECONDS: '20', ANALYZE_MS: '8000-14000' });
    const began = performance.now();
    await start({ ...settings, START_SECONDS: '1', ANALYZE_MS: '5' });
    expect(performance.now() - began).toBeGreaterThan(990);
  });
});

describe('1.6.0-limited', () => {
  /** Sends requests at once, and tells their answers and how long all took. */
  async function burst(url: string, count: number): Promise<{ statuses: number[]; ms: number }> {
    const began = performance.now();
    const found = await Promise.all(
      Array.from({ length: count }, async () => {
        const response = await fetch(`${url}/analyze`);
        await response.arrayBuffer();
        return response.status;
      }),
    );
    return { statuses: found, ms: performance.now() - began };
  }

  it('works on so many at once, lets as many wait, and turns the rest away', async () => {
    const { url } = await start({ ANALYZE_MS: '1000', WORKERS: '3' });
    const { statuses: found, ms } = await burst(url, 10);
    expect(found.filter((status) => status === 200)).toHaveLength(6);
    expect(found.filter((status) => status === 503)).toHaveLength(4);
    expect(ms).toBeGreaterThanOrEqual(1990);
    expect(await statuses(url, 1)).toEqual([200]);
  });

  it('gives the place of one who leaves to the next', async () => {
    const log = await logFile();
    const { url } = await start({ ANALYZE_MS: '120000', WORKERS: '1', QUEUE: '2', REQUEST_LOG: log });
    const leave = ['a', 'b', 'c'].map((id) => {
      const leaving = new AbortController();
      const request = fetch(`${url}/analyze`, { headers: { 'x-request-id': id }, signal: leaving.signal });
      request.catch(() => undefined);
      return { id, leave: () => leaving.abort() };
    });
    for (const { id } of leave) {
      await logged(log, 'start', id);
    }
    expect(await statuses(url, 1)).toEqual([503]);
    leave[0]?.leave();
    leave[1]?.leave();
    await logged(log, 'abort', 'a');
    await logged(log, 'abort', 'b');
    // One is worked on, none waits: two more find a place in the queue, the third does not.
    const others = Array.from({ length: 2 }, (_, index) =>
      fetch(`${url}/analyze`, { headers: { 'x-request-id': `d${index}` } }).catch(() => undefined),
    );
    await logged(log, 'start', 'd0');
    await logged(log, 'start', 'd1');
    expect(others).toHaveLength(2);
    expect(await statuses(url, 1)).toEqual([503]);
  });
});

describe('SIGTERM', () => {
  it('finishes the request in flight, takes no new one, and ends with 0', async () => {
    const log = await logFile();
    const { child, url } = await start({ ANALYZE_MS: '4000', REQUEST_LOG: log });
    const agent = new Agent({ keepAlive: true });
    const answered = new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
      httpRequest(`${url}/analyze`, { agent, headers: { 'x-request-id': 'last' } }, (response) => {
        response.resume();
        resolve({ status: response.statusCode, connection: response.headers.connection });
      })
        .on('error', reject)
        .end();
    });
    await logged(log, 'start', 'last');
    child.kill('SIGTERM');
    const open = () =>
      fetch(`${url}/health`).then(
        () => true,
        () => false,
      );
    await expect.poll(open, { timeout: 20_000 }).toBe(false);
    child.kill('SIGTERM'); // Said twice, it is no more urgent.
    await sleep(50);
    expect(child.exitCode).toBeNull();
    expect(await answered).toEqual({ status: 200, connection: 'close' });
    expect(await once(child, 'exit')).toEqual([0, null]);
    agent.destroy();
  });

  it('does not wait for idle connections', async () => {
    const { child, url } = await start({});
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve, reject) =>
      httpRequest(`${url}/health`, { agent }, (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end(),
    );
    // It would keep them for longer than a test may take.
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    agent.destroy();
  });

  it('ends a cold start at once', async () => {
    const log = await logFile();
    const child = spawn(process.execPath, ['examples/artguard/service/server.mjs'], {
      env: { PORT: '0', START_SECONDS: '300', REQUEST_LOG: log },
      stdio: 'ignore',
    });
    started.push(child);
    // It opens its log when it begins.
    await expect.poll(() => existsSync(log), { timeout: 20_000 }).toBe(true);
    await sleep(500);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
