import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ask,
  askMany,
  forward,
  group,
  HOST,
  type Lab,
  type LabServer,
  pause,
  type Seen,
  serve,
  startLab,
  target,
  until,
} from './lab.ts';

let lab: Lab;
let slow: LabServer;
let other: LabServer;
let answerSlow: (() => void)[];

beforeEach(async () => {
  answerSlow = [];
  [lab, slow, other] = await Promise.all([
    startLab(),
    serve((_request, response) => void answerSlow.push(() => response.end('slow'))),
    serve((_request, response) => response.end('other')),
  ]);
});

afterEach(async () => {
  await Promise.all([lab.balancer.stop(), slow.close(), other.close()]);
});

function answerAll(): void {
  for (const answer of answerSlow.splice(0)) {
    answer();
  }
}

const configure = (drainUntil?: number) =>
  lab.configure(
    [forward({ tg: 1 })],
    [group('tg', [target(slow.port, drainUntil === undefined ? {} : { drainUntil }), target(other.port)])],
  );

/** A request that the slow target has and holds; in an object, as a promise would be awaited with the function. */
async function holdOne(): Promise<{ readonly held: Promise<Seen> }> {
  await configure();
  await Promise.all([lab.becomes(slow.port, 'healthy'), lab.becomes(other.port, 'healthy')]);
  for (;;) {
    const held = ask(lab.port);
    await Promise.race([
      held,
      until(
        () => slow.requests() === 1,
        () => 'the slow target has no request',
      ),
    ]);
    if (slow.requests() === 1) {
      return { held };
    }
  }
}

describe('a deregistered target', () => {
  it('gets no new request, and the one in flight finishes', async () => {
    const { held } = await holdOne();
    await configure(Date.now() + 60_000);
    expect(lab.balancer.inFlight('tg', HOST, slow.port)).toBe(1);
    expect(lab.healthReports.at(-1)).toMatchObject({
      port: slow.port,
      state: 'draining',
      reason: 'Target.DeregistrationInProgress',
    });
    expect(await askMany(lab.port, 100, 4)).toEqual(new Map([['200 other', 100]]));
    answerSlow[0]?.();
    expect(await held).toMatchObject({ status: 200, body: 'slow' });
    await until(
      () => lab.balancer.inFlight('tg', HOST, slow.port) === 0,
      () => 'still in flight',
    );
    expect(slow.requests()).toBe(1);
  });

  it('loses what is in flight when the delay is over: 502', async () => {
    const { held } = await holdOne();
    const end = Date.now() + 300;
    await configure(end);
    expect((await held).status).toBe(502);
    expect(Date.now()).toBeGreaterThanOrEqual(end - 5);
    expect(await lab.totals()).toMatchObject({ elb502: 1, connectionErrors: 0 });
  });

  it('comes back when it is registered again', async () => {
    const { held } = await holdOne();
    await configure(Date.now() + 200);
    await configure();
    await lab.becomes(slow.port, 'healthy');
    const second = ask(lab.port);
    const third = ask(lab.port);
    await until(
      () => slow.requests() === 2,
      () => 'the target gets no requests again',
    );
    await pause(300);
    answerAll();
    expect((await held).status).toBe(200);
    expect([(await second).status, (await third).status]).toEqual([200, 200]);
  });

  it('loses idle connections at once, so that a server waiting for them can end', async () => {
    await configure();
    await Promise.all([lab.becomes(slow.port, 'healthy'), lab.becomes(other.port, 'healthy')]);
    const answering = setInterval(() => answerAll(), 5);
    await askMany(lab.port, 50, 5);
    clearInterval(answering);
    await configure(Date.now() + 60_000);
    await until(
      () => slow.connections() === 0,
      () => `${slow.connections()} connections are open`,
    );
  });
});

describe('rolling through all targets under load', () => {
  it('loses no request', async () => {
    const servers = await Promise.all(
      Array.from({ length: 4 }, () => serve((_request, response) => setTimeout(() => response.end('ok'), 5))),
    );
    const ports = servers.map((server) => server.port);
    const registered = (...which: number[]) =>
      lab.configure(
        [forward({ tg: 1 })],
        [
          group(
            'tg',
            which.map((i) => target(ports[i] ?? 0)),
          ),
        ],
      );
    await registered(0, 1);
    await Promise.all([lab.becomes(ports[0] ?? 0, 'healthy'), lab.becomes(ports[1] ?? 0, 'healthy')]);
    const load = askMany(lab.port, 3000, 10);
    let done = false;
    void load.then(() => (done = true));
    let changes = 0;
    for (let first = 0; !done; first++) {
      const [leaving, staying, coming] = [first % 4, (first + 1) % 4, (first + 2) % 4];
      await registered(leaving, staying, coming);
      await lab.becomes(ports[coming] ?? 0, 'healthy');
      await lab.configure(
        [forward({ tg: 1 })],
        [
          group('tg', [
            target(ports[leaving] ?? 0, { drainUntil: Date.now() + 5000 }),
            target(ports[staying] ?? 0),
            target(ports[coming] ?? 0),
          ]),
        ],
      );
      await registered(staying, coming);
      changes += 3;
    }
    expect(await load).toEqual(new Map([['200 ok', 3000]]));
    expect(changes).toBeGreaterThan(10);
    expect(servers.every((server) => server.requests() > 0)).toBe(true);
    await Promise.all(servers.map((server) => server.close()));
  });
});
