/** Faults between a real balancer process and real servers: what a client sees, what health checks see, and what is counted. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  type NetworkFaults,
  NO_FAULTS,
  type TargetImpairment,
} from '../../../src/rehearsal/world/balancer/protocol.ts';
import { ask, forward, group, HOST, type Lab, type LabServer, serve, startLab, sum, target, until } from './lab.ts';

let lab: Lab;
const servers: LabServer[] = [];

afterEach(async () => {
  await Promise.all([lab.balancer.stop(), ...servers.splice(0).map((server) => server.close())]);
});

async function server(name: string): Promise<LabServer> {
  const made = await serve((_, response) => response.end(name));
  servers.push(made);
  return made;
}

const SLOW_CHECKS = {
  path: '/health',
  intervalMs: 60_000,
  timeoutMs: 2000,
  healthyThreshold: 3,
  unhealthyThreshold: 2,
  matcher: '200',
};
const CHECKS_OF_A_QUARTER = { ...SLOW_CHECKS, intervalMs: 100, timeoutMs: 250 };
const dark = (...zones: string[]): NetworkFaults => ({ ...NO_FAULTS, darkZones: zones });
const impaired = (port: number, more: Partial<TargetImpairment>): NetworkFaults => ({
  ...NO_FAULTS,
  impairments: [
    { host: HOST, port, delayMs: 0, jitterMs: 0, lossPercent: 0, flowsPercent: 100, blocked: false, ...more },
  ],
});

/** The totals once so many requests have been counted, which is a moment after their clients have had their answers. */
async function counted(requests: number): Promise<Record<string, number>> {
  await until(
    () => sum(lab.rows)['requests'] === requests,
    () => `${sum(lab.rows)['requests']} requests are counted`,
  );
  return sum(lab.rows);
}

/** One server in each of two zones, both healthy. */
async function twoZones(healthCheck = CHECKS_OF_A_QUARTER, idleTimeoutMs = 60_000) {
  lab = await startLab({ idleTimeoutMs });
  const [a, b] = [await server('a'), await server('b')];
  await lab.configure(
    [forward({ tg: 1 })],
    [group('tg', [target(a.port), target(b.port, { zone: 'zone-b' })], { healthCheck })],
  );
  await lab.becomes(a.port, 'healthy');
  await lab.becomes(b.port, 'healthy');
  return { a, b };
}

describe('a zone that goes dark', () => {
  it('loses its health checks by time-out, and its traffic with them, until it is lit again', async () => {
    const { a, b } = await twoZones();
    await lab.balancer.disturb(dark('zone-a'));
    expect(await lab.becomes(a.port, 'unhealthy')).toMatchObject({ reason: 'Target.Timeout' });
    const before = a.requests();
    for (let i = 0; i < 6; i++) {
      expect((await ask(lab.port)).body).toBe('b');
    }
    expect(a.requests()).toBe(before);
    expect(b.requests()).toBe(6);
    await lab.balancer.disturb(NO_FAULTS);
    await lab.becomes(a.port, 'healthy');
    const bodies = [await ask(lab.port), await ask(lab.port)].map(({ body }) => body);
    expect(bodies.sort()).toEqual(['a', 'b']);
  });

  it('has requests hang over connections that are open until the idle timeout, which is a 504 and no connection error', async () => {
    const { a } = await twoZones(SLOW_CHECKS, 1000);
    // Two requests, one to each: from now on each has an idle connection.
    await ask(lab.port);
    await ask(lab.port);
    await lab.balancer.disturb(dark('zone-a'));
    const seen = [await ask(lab.port), await ask(lab.port)].map(({ status }) => status);
    expect(seen.sort()).toEqual([200, 504]);
    expect(a.requests()).toBe(1);
    expect(await counted(4)).toMatchObject({ requests: 4, target2xx: 3, elb504: 1, connectionErrors: 0 });
  });

  it('lets no new connection be made, which is a 504 and a connection error', async () => {
    const { a } = await twoZones(SLOW_CHECKS);
    await lab.balancer.disturb(dark('zone-a'));
    const seen = [await ask(lab.port), await ask(lab.port)].map(({ status }) => status);
    expect(seen.sort()).toEqual([200, 504]);
    expect(a.requests()).toBe(0);
    expect(await counted(2)).toMatchObject({ requests: 2, elb504: 1, connectionErrors: 1 });
  }, 30_000);

  it('holds the response of a request in flight, which comes when the zone is lit again', async () => {
    lab = await startLab();
    let respond = () => {};
    const slow = await serve((_, response) => {
      respond = () => void response.end('late');
    });
    servers.push(slow);
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(slow.port)], { healthCheck: SLOW_CHECKS })]);
    await lab.becomes(slow.port, 'healthy');
    let done = false;
    const asked = ask(lab.port).finally(() => {
      done = true;
    });
    await until(
      () => slow.requests() === 1,
      () => 'the request has not come',
    );
    await lab.balancer.disturb(dark('zone-a'));
    respond();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(done).toBe(false);
    await lab.balancer.disturb(NO_FAULTS);
    expect(await asked).toMatchObject({ status: 200, body: 'late' });
    expect(await counted(1)).toMatchObject({ requests: 1, target2xx: 1, elb504: 0 });
  });

  it('breaks a response off whose rest does not come within the idle timeout', async () => {
    lab = await startLab({ idleTimeoutMs: 500 });
    let more = () => {};
    const streaming = await serve((_, response) => {
      response.write('first');
      more = () => void response.end('last');
    });
    servers.push(streaming);
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(streaming.port)], { healthCheck: SLOW_CHECKS })]);
    await lab.becomes(streaming.port, 'healthy');
    const asked = ask(lab.port);
    await until(
      () => streaming.requests() === 1,
      () => 'the request has not come',
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await lab.balancer.disturb(dark('zone-a'));
    more();
    expect((await asked).status).toBe(0);
  });

  it('leaves nothing in flight behind when the client goes first', async () => {
    const { a } = await twoZones(SLOW_CHECKS);
    await lab.balancer.disturb(dark('zone-a', 'zone-b'));
    const { default: net } = await import('node:net');
    const client = net.connect(lab.port, HOST, () => client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    const inFlight = () =>
      lab.balancer.inFlight('tg', HOST, a.port) + lab.balancer.inFlight('tg', HOST, servers[1]?.port ?? 0);
    await until(
      () => inFlight() === 1,
      () => 'nothing is in flight',
    );
    client.destroy();
    await until(
      () => inFlight() === 0,
      () => 'something is in flight still',
    );
    expect(await counted(1)).toMatchObject({ requests: 1, clientClosed: 1 });
  });
});

describe('a zonal shift', () => {
  it('takes a zone out of rotation and leaves its health as it is, until it ends', async () => {
    const { a } = await twoZones();
    await lab.balancer.disturb({ ...NO_FAULTS, shifts: [{ loadBalancer: 'lb', zone: 'zone-a' }] });
    for (let i = 0; i < 4; i++) {
      expect((await ask(lab.port)).body).toBe('b');
    }
    expect(lab.healthReports.findLast(({ port }) => port === a.port)?.state).toBe('healthy');
    await lab.balancer.disturb(NO_FAULTS);
    const bodies = [await ask(lab.port), await ask(lab.port)].map(({ body }) => body);
    expect(bodies.sort()).toEqual(['a', 'b']);
  });

  it('of another load balancer, or of a group that is in this zone only, changes nothing', async () => {
    lab = await startLab();
    const only = await server('only');
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(only.port)])]);
    await lab.balancer.disturb({ ...NO_FAULTS, shifts: [{ loadBalancer: 'lb', zone: 'zone-a' }] });
    expect((await ask(lab.port)).body).toBe('only');
  });
});

describe('an impaired target', () => {
  it('answers later by its latency; with a new connection by twice that', async () => {
    const { a } = await twoZones(SLOW_CHECKS);
    await lab.balancer.disturb(impaired(a.port, { delayMs: 400 }));
    const took: number[] = [];
    for (let i = 0; i < 4; i++) {
      const start = performance.now();
      if ((await ask(lab.port)).body === 'a') {
        took.push(performance.now() - start);
      }
    }
    expect(took).toHaveLength(2);
    expect(took[0]).toBeGreaterThan(799);
    expect(took[1]).toBeGreaterThan(399);
    expect((await counted(4))['responseTimeSum']).toBeGreaterThan(0.79);
  });

  it('that loses all it sends fails its checks, and has 504 for its requests', async () => {
    const { a } = await twoZones(CHECKS_OF_A_QUARTER, 700);
    await ask(lab.port);
    await ask(lab.port);
    await lab.balancer.disturb(impaired(a.port, { lossPercent: 100 }));
    expect(await lab.becomes(a.port, 'unhealthy')).toMatchObject({ reason: 'Target.Timeout' });
  });

  it('with its port blocked gets nothing', async () => {
    const { a } = await twoZones();
    await lab.balancer.disturb(impaired(a.port, { blocked: true }));
    await lab.becomes(a.port, 'unhealthy');
    const checks = a.checks();
    expect((await ask(lab.port)).body).toBe('b');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(a.checks()).toBe(checks);
  });
});
