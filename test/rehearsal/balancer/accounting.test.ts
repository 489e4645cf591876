import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../src/rehearsal/world/addresses/sockets.ts';
import { quantile } from '../../../src/statistics/log-histogram.ts';
import { askMany, forward, group, HOST, type Lab, type LabServer, serve, startLab, sum, target } from './lab.ts';

let lab: Lab;
let servers: LabServer[] = [];

afterEach(async () => {
  await Promise.all([lab.balancer.stop(), ...servers.splice(0).map((server) => server.close())]);
});

describe('traffic rows', () => {
  it('agree exactly with what the client and the servers saw', async () => {
    const statuses = [200, 200, 200, 301, 404, 500];
    let next = 0;
    const mixed = () =>
      serve((request, response) => {
        if (request.url === '/break') {
          request.socket.destroy();
          return;
        }
        response.writeHead(statuses[next++ % statuses.length] ?? 200).end();
      });
    const [a, b, c] = await Promise.all([mixed(), mixed(), mixed()]);
    servers = [a, b, c];
    const nobody = await freePort(HOST);
    lab = await startLab();
    const fixed = {
      arn: 'fixed',
      priority: 1,
      conditions: [{ field: 'path-pattern', values: ['/no'] }],
      action: { type: 'fixed-response', status: 404, contentType: 'text/plain', body: '' },
    } as const;
    const empty = {
      arn: 'empty',
      priority: 2,
      conditions: [{ field: 'path-pattern', values: ['/empty'] }],
      action: { type: 'forward', groups: [{ arn: 'empty', weight: 1 }] },
    } as const;
    const dead = {
      ...empty,
      arn: 'dead',
      priority: 3,
      conditions: [{ field: 'path-pattern', values: ['/dead'] }],
    } as const;
    await lab.configure(
      [
        forward({ blue: 3, green: 1 }),
        fixed,
        empty,
        { ...dead, action: { type: 'forward', groups: [{ arn: 'dead', weight: 1 }] } },
      ],
      [
        group('blue', [target(a.port), target(b.port, { zone: 'zone-b' })]),
        group('green', [target(c.port)]),
        group('empty', []),
        group('dead', [target(nobody)]),
      ],
    );
    await Promise.all([a, b, c].map((server) => lab.becomes(server.port, 'healthy')));
    await lab.becomes(nobody, 'unhealthy');
    const seen = await Promise.all([
      askMany(lab.port, 1500, 8),
      askMany(lab.port, 60, 2, '/break'),
      askMany(lab.port, 50, 2, '/no'),
      askMany(lab.port, 40, 2, '/empty'),
      askMany(lab.port, 30, 2, '/dead'),
    ]);
    const client = new Map<number, number>();
    for (const [key, count] of seen.flatMap((each) => [...each])) {
      const status = Number(key.split(' ')[0]);
      client.set(status, (client.get(status) ?? 0) + count);
    }

    const totals = await lab.totals();
    expect(totals).toMatchObject({
      requests: 1680,
      target2xx: client.get(200),
      target3xx: client.get(301),
      target4xx: (client.get(404) ?? 0) - 50,
      target5xx: client.get(500),
      elb4xx: 50,
      elb502: 90,
      elb503: 40,
      elb504: 0,
      clientClosed: 0,
      connectionErrors: 30,
      failOpenRequests: 30,
    });
    expect(client.get(502)).toBe(90);
    expect(client.get(503)).toBe(40);

    const of = (name: string, zone: string) =>
      sum(lab.rows.filter((row) => row.targetGroup === `targetgroup/${name}/1` && row.zone === zone))['requests'];
    expect(of('blue', 'zone-a')).toBe(a.requests());
    expect(of('blue', 'zone-b')).toBe(b.requests());
    expect(of('green', 'zone-a')).toBe(c.requests());
    expect(sum(lab.rows.filter((row) => row.targetGroup === null))['requests']).toBe(90);
  });

  it('time from the request to the head of the response', async () => {
    servers = [await serve((_request, response) => setTimeout(() => response.end(), 100))];
    lab = await startLab();
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(servers[0]?.port ?? 0)])]);
    await lab.becomes(servers[0]?.port ?? 0, 'healthy');
    await askMany(lab.port, 20, 5);
    const totals = await lab.totals();
    const buckets = new Map(lab.rows.flatMap((row) => row.responseTime.map(([bucket, count]) => [bucket, count])));
    expect(lab.rows.flatMap((row) => row.responseTime).reduce((total, [, count]) => total + count, 0)).toBe(20);
    expect(quantile(buckets, 0)).toBeGreaterThan(0.098);
    // In seconds, and of one request each: not the sum of those that waited for one another.
    expect(quantile(buckets, 0.5)).toBeLessThan(2);
    expect(totals['responseTimeSum']).toBeGreaterThan(20 * 0.099);
  });
});
