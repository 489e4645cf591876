/** The log of single requests says what became of each, to the moment. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AccessLogLine } from '../../../src/rehearsal/world/balancer/access-log.ts';
import { forward, group, HOST, type Lab, serve, startLab, target } from './lab.ts';

let lab: Lab;
let folder: string;
let file: string;
const cleanUp: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-access-'));
  file = path.join(folder, 'access.log');
});

afterEach(async () => {
  await Promise.all([lab.balancer.stop(), ...cleanUp.splice(0).map((each) => each())]);
  await rm(folder, { recursive: true, force: true });
});

const lines = async (): Promise<AccessLogLine[]> =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Resolves when the answer, or the end of the connection, is there. */
function get(id: string, { closeAfterMs, agent }: { closeAfterMs?: number; agent?: http.Agent } = {}): Promise<void> {
  return new Promise((resolve) => {
    const headers = { 'x-request-id': id };
    const request = http.get({ host: HOST, port: lab.port, path: `/${id}?q=1`, headers, agent: agent ?? false });
    request.on('response', (response) => response.resume().on('close', resolve));
    request.on('error', () => resolve());
    if (closeAfterMs !== undefined) {
      setTimeout(() => request.destroy(), closeAfterMs);
    }
  });
}

it('has a line for each request, with its times, its status and whether it came whole', async () => {
  const server = await serve((request, response) => {
    if (request.url?.startsWith('/cut')) {
      response.writeHead(200, { 'content-length': 100 });
      response.write('a part', () => response.destroy());
    } else if (!request.url?.startsWith('/left')) {
      response.writeHead(201).end('whole');
    }
  });
  cleanUp.push(server.close);
  lab = await startLab({}, { accessLog: file });
  await lab.configure([forward({ tg: 1 })], [group('tg', [target(server.port)])]);
  await lab.becomes(server.port, 'healthy');
  const agent = new http.Agent({ keepAlive: true });
  const before = Date.now();
  await get('kept', { agent });
  await get('single');
  await get('cut');
  await get('left', { closeAfterMs: 100 });
  agent.destroy();
  await lab.configure([forward({ tg: 1 })], [group('tg', [])]);
  await get('nobody');
  const after = Date.now();
  const found = await vi.waitFor(async () => {
    const all = await lines();
    expect(all).toHaveLength(5);
    return all;
  });
  const short = (id: string) => {
    const line = found.find((one) => one.id === id);
    return [line?.status, line?.whole, line?.single];
  };
  expect(short('kept')).toEqual([201, true, false]);
  expect(short('single')).toEqual([201, true, true]);
  expect(short('cut')).toEqual([200, false, true]);
  expect(short('left')).toEqual([460, false, true]);
  expect(short('nobody')).toEqual([503, true, true]);
  for (const { received, ended, path: at, id, method } of found) {
    expect([method, at]).toEqual(['GET', `/${id}?q=1`]);
    // Two clocks of one machine: whole milliseconds here, fractions there.
    expect(received).toBeGreaterThanOrEqual(before - 5);
    expect(ended).toBeGreaterThanOrEqual(received);
    expect(ended).toBeLessThanOrEqual(after + 5);
  }
});
