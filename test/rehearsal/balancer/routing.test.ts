import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RuleConfig } from '../../../src/rehearsal/world/balancer/protocol.ts';
import { ask, askMany, forward, group, type Lab, type LabServer, serve, startLab, target } from './lab.ts';

let lab: Lab;
let blue: LabServer;
let green: LabServer;

beforeAll(async () => {
  [lab, blue, green] = await Promise.all([
    startLab(),
    serve((_request, response) => response.end('blue')),
    serve((_request, response) => response.end('green')),
  ]);
});

afterAll(async () => {
  await Promise.all([lab.balancer.stop(), blue.close(), green.close()]);
});

const groups = () => [group('blue', [target(blue.port)]), group('green', [target(green.port)])];

/** Within five standard deviations of the binomial: a correct balancer fails this once in two million runs. */
function expectShare(count: number, of: number, share: number): void {
  const deviation = Math.sqrt(of * share * (1 - share));
  expect(Math.abs(count - of * share)).toBeLessThan(5 * deviation);
}

describe('weighted forward', () => {
  it('splits requests by weight', async () => {
    await lab.configure([forward({ blue: 900, green: 99 })], groups());
    await Promise.all([lab.becomes(blue.port, 'healthy'), lab.becomes(green.port, 'healthy')]);
    const seen = await askMany(lab.port, 3000, 20);
    expect((seen.get('200 blue') ?? 0) + (seen.get('200 green') ?? 0)).toBe(3000);
    expectShare(seen.get('200 green') ?? 0, 3000, 99 / 999);
  });

  it('sends nothing to weight 0', async () => {
    await lab.configure([forward({ blue: 1, green: 0 })], groups());
    const before = green.requests();
    expect(await askMany(lab.port, 500, 20)).toEqual(new Map([['200 blue', 500]]));
    expect(green.requests()).toBe(before);
  });

  it('answers 503 when all weights are 0', async () => {
    await lab.configure([forward({ blue: 0, green: 0 })], groups());
    const { status, body, headers } = await ask(lab.port);
    expect(status).toBe(503);
    expect(body).toContain('503 Service Temporarily Unavailable');
    expect(headers['server']).toBe('awselb/2.0');
  });
});

describe('rules', () => {
  const ruleTo = (name: string, priority: number, conditions: RuleConfig['conditions']): RuleConfig => ({
    arn: `${priority}`,
    priority,
    conditions,
    action: { type: 'forward', groups: [{ arn: name, weight: 1 }] },
  });

  beforeEach(() =>
    lab.configure(
      [
        forward({ blue: 1 }),
        ruleTo('green', 30, [{ field: 'path-pattern', values: ['/g?een/*'] }]),
        ruleTo('green', 20, [{ field: 'http-header', name: 'X-Test', values: ['yes'] }]),
        ruleTo('green', 10, [{ field: 'host-header', values: ['green.*'] }]),
        {
          arn: 'fixed',
          priority: 5,
          conditions: [{ field: 'path-pattern', values: ['/teapot'] }],
          action: { type: 'fixed-response', status: 418, contentType: 'application/json', body: '{"tea":true}' },
        },
      ],
      groups(),
    ),
  );

  it.each([
    ['/green/x?y', {}, 'green'],
    ['/green', {}, 'blue'],
    ['/?/green/x', {}, 'blue'],
    ['/', { 'X-TEST': 'Yes' }, 'green'],
    ['/', { 'X-Test': 'no' }, 'blue'],
    ['/', { Host: 'Green.example.com:8080' }, 'green'],
  ])('%s with %j goes to %3$s', async (path, headers, expected) => {
    expect((await ask(lab.port, path, { headers })).body).toBe(expected);
  });

  it('answers fixed responses by itself', async () => {
    const { status, body, headers } = await ask(lab.port, '/teapot?x=1');
    expect([status, body, headers['content-type']]).toEqual([418, '{"tea":true}', 'application/json']);
  });
});

describe('choice of target in a group', () => {
  it('goes round the targets', async () => {
    await lab.configure([forward({ both: 1 })], [group('both', [target(blue.port), target(green.port)])]);
    await Promise.all([lab.becomes(blue.port, 'healthy', 'both'), lab.becomes(green.port, 'healthy', 'both')]);
    expect(await askMany(lab.port, 400, 1)).toEqual(
      new Map([
        ['200 green', 200],
        ['200 blue', 200],
      ]),
    );
  });

  it('prefers the target with fewer outstanding requests', async () => {
    const slow = await serve((_request, response) => setTimeout(() => response.end('slow'), 300));
    const targets = [target(blue.port), target(slow.port)];
    await lab.configure([forward({ both: 1 })], [group('both', targets, { algorithm: 'least_outstanding_requests' })]);
    await Promise.all([lab.becomes(blue.port, 'healthy', 'both'), lab.becomes(slow.port, 'healthy', 'both')]);
    const seen = await askMany(lab.port, 300, 6);
    // Round robin would give 150; here a slow request holds its target back until the others are as busy.
    expect(seen.get('200 slow') ?? 0).toBeLessThan(100);
    expect(seen.get('200 slow') ?? 0).toBeGreaterThan(0);
    await slow.close();
  });
});

describe('what a target is told', () => {
  it('gets the forwarding headers and the path and host as the client sent them', async () => {
    const echo = await serve((request, response) => response.end(JSON.stringify([request.url, request.headers])));
    await lab.configure([forward({ echo: 1 })], [group('echo', [target(echo.port)])]);
    const { body } = await ask(lab.port, '/a%20b?c=%2F', {
      headers: { Host: 'shop.example.com', Connection: 'close' },
    });
    const [url, headers] = JSON.parse(body);
    expect(url).toBe('/a%20b?c=%2F');
    expect(headers).toMatchObject({
      host: 'shop.example.com',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(lab.port),
      connection: 'keep-alive',
    });
    await echo.close();
  });
});
