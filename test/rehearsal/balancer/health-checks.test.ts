import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../src/rehearsal/world/addresses/sockets.ts';
import {
  ask,
  askMany,
  forward,
  group,
  HOST,
  type Lab,
  type LabServer,
  pause,
  serve,
  startLab,
  target,
  until,
} from './lab.ts';

let lab: Lab;
let one: LabServer;
let two: LabServer;

beforeEach(async () => {
  [lab, one, two] = await Promise.all([
    startLab(),
    serve((_request, response) => response.end('one')),
    serve((_request, response) => response.end('two')),
  ]);
});

afterEach(async () => {
  await Promise.all([lab.balancer.stop(), one.close(), two.close()]);
});

const both = () => lab.configure([forward({ tg: 1 })], [group('tg', [target(one.port), target(two.port)])]);

describe('health checks', () => {
  it('start at once, and say initial before the configuration is acknowledged', async () => {
    one.health = 'hang';
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(one.port)])]);
    expect(lab.healthReports).toEqual([
      {
        targetGroupArn: 'tg',
        host: HOST,
        port: one.port,
        state: 'initial',
        reason: 'Elb.InitialHealthChecking',
        description: 'Initial health checks in progress',
      },
    ]);
  });

  it('take a failing target out, say why in the words of AWS, and bring it back after enough passes', async () => {
    await both();
    await Promise.all([lab.becomes(one.port, 'healthy'), lab.becomes(two.port, 'healthy')]);
    one.health = 503;
    expect(await lab.becomes(one.port, 'unhealthy')).toMatchObject({
      reason: 'Target.ResponseCodeMismatch',
      description: 'Health checks failed with these codes: [503]',
    });
    expect(await askMany(lab.port, 50, 2)).toEqual(new Map([['200 two', 50]]));
    one.health = 'hang';
    const reason = () => lab.healthReports.findLast((report) => report.port === one.port)?.reason;
    await until(
      () => reason() === 'Target.Timeout',
      () => `the reason is ${reason()}`,
    );
    const checksBefore = one.checks();
    one.health = 200;
    await lab.becomes(one.port, 'healthy');
    // The threshold of the group: so many passes in a row, counted by the target itself.
    expect(one.checks() - checksBefore).toBeGreaterThanOrEqual(3);
    expect((await askMany(lab.port, 50, 2)).get('200 one')).toBe(25);
  });

  it('say FailedHealthChecks of a target that is not there', async () => {
    const nobody = await freePort(HOST);
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(nobody), target(two.port)])]);
    expect(await lab.becomes(nobody, 'unhealthy')).toMatchObject({
      reason: 'Target.FailedHealthChecks',
      description: 'Health checks failed',
    });
  });

  it('use a new connection each and call themselves ELB-HealthChecker/2.0', async () => {
    const agents = new Set<string | undefined>();
    const ports = new Set<number | undefined>();
    const checked = await serve((request, response) => {
      agents.add(request.headers['user-agent']);
      ports.add(request.socket.remotePort);
      response.end();
    });
    const checks = { ...group('tg', []).healthCheck, path: '/ready' };
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(checked.port)], { healthCheck: checks })]);
    await until(
      () => checked.requests() >= 3,
      () => `${checked.requests()} checks`,
    );
    expect([...agents]).toEqual(['ELB-HealthChecker/2.0']);
    expect(ports.size).toBeGreaterThanOrEqual(3);
    await checked.close();
  });

  it('leave groups alone that no rule names, and begin when one does', async () => {
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(two.port)]), group('idle', [target(one.port)])]);
    await pause(150);
    expect(lab.healthReports.filter((report) => report.port === one.port)).toMatchObject([
      { state: 'unused', reason: 'Target.NotInUse' },
    ]);
    await lab.configure(
      [forward({ tg: 1, idle: 0 })],
      [group('tg', [target(two.port)]), group('idle', [target(one.port)])],
    );
    await lab.becomes(one.port, 'healthy');
  });
});

describe('fail-open', () => {
  it('sends traffic to all registered targets when none is healthy, and counts it', async () => {
    one.health = 500;
    two.health = 500;
    await both();
    await Promise.all([lab.becomes(one.port, 'unhealthy'), lab.becomes(two.port, 'unhealthy')]);
    expect(await askMany(lab.port, 40, 1)).toEqual(
      new Map([
        ['200 one', 20],
        ['200 two', 20],
      ]),
    );
    one.health = 200;
    await lab.becomes(one.port, 'healthy');
    expect(await askMany(lab.port, 40, 1)).toEqual(new Map([['200 one', 40]]));
    expect(await lab.totals()).toMatchObject({ requests: 80, target2xx: 80, failOpenRequests: 40 });
  });

  it('counts new targets among those registered', async () => {
    one.health = 'hang';
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(one.port)])]);
    expect((await ask(lab.port)).status).toBe(200);
    expect(await lab.totals()).toMatchObject({ requests: 1, failOpenRequests: 1 });
  });

  it('keeps a new target out while another one is healthy', async () => {
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(two.port)])]);
    await lab.becomes(two.port, 'healthy');
    one.health = 'hang';
    await both();
    expect(await askMany(lab.port, 40, 2)).toEqual(new Map([['200 two', 40]]));
  });
});
