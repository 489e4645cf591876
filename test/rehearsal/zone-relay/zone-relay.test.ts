/** A task's way to a database over real sockets and processes: two tasks in two zones, whose addresses are those of real loopback subnets. */
import http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskAddress } from '../../../src/rehearsal/world/addresses/plan.ts';
import type { TargetImpairment } from '../../../src/rehearsal/world/balancer/protocol.ts';
import { startZoneRelays, type ZoneRelays } from '../../../src/rehearsal/world/zone-relay/client.ts';
import type { WayFaults } from '../../../src/rehearsal/world/zone-relay/protocol.ts';
import { eventually, type Lab, ledger, send, startLab, ZONES } from '../database/lab.ts';

const [A, B] = ZONES;
const NOTHING: WayFaults = { darkZones: [], impairments: [], blackholes: [] };
const PORT = 5432;

interface Task {
  readonly zone: string;
  readonly addresses: readonly TaskAddress[];
  /** Its DATABASE_URL, in parts. */
  readonly database: { readonly host: string; readonly port: number };
}

let lab: Lab;
let relays: ZoneRelays;
let first: Task;
let second: Task;

beforeEach(async () => {
  lab = await startLab({}, 500);
  const { database, addresses } = lab;
  relays = await startZoneRelays({ addresses, databases: () => [{ address: database.address, port: PORT }] });
  first = await newTask(A);
  second = await newTask(B);
});

afterEach(async () => {
  await relays.stop();
  await lab.stop();
});

async function newTask(zone: string): Promise<Task> {
  const task = { zone, addresses: [await lab.addresses.task(zone, 3000)] };
  const { host, port } = lab.database.address;
  const { DATABASE_URL = '', OTHER } = await relays.lead(task, {
    DATABASE_URL: `http://${host}:${port}`,
    OTHER: 'as it was',
  });
  expect(OTHER).toBe('as it was');
  const url = new URL(DATABASE_URL);
  return { ...task, database: { host: url.hostname, port: Number(url.port) } };
}

const addressOf = ({ addresses: [address] }: Task) => ({ host: address?.host ?? '', port: address?.port ?? 0 });

const impaired = (task: Task, more: Partial<TargetImpairment>): WayFaults => ({
  ...NOTHING,
  impairments: [
    { ...addressOf(task), delayMs: 0, jitterMs: 0, lossPercent: 0, flowsPercent: 100, blocked: false, ...more },
  ],
});

/** Writes an entry from a task; how long it took in ms. */
async function write(task: Task, id: string): Promise<number> {
  const at = performance.now();
  expect((await send('PUT', task.database, `/ledgers/orders/${id}`, id)).status).toBe(201);
  return performance.now() - at;
}

/** Writes that have been sent and not been answered yet, by what became of them. */
function begin(task: Task, id: string): { state: string; readonly done: Promise<void> } {
  const begun = { state: 'waits', done: Promise.resolve() };
  begun.done = send('PUT', task.database, `/ledgers/orders/${id}`, id).then(
    ({ status }) => {
      begun.state = String(status);
    },
    () => {
      begun.state = 'failed';
    },
  );
  return begun;
}

const kept = async () => [...(await ledger(lab.database.address, 'orders')).keys()];

describe('a task’s way to a database', () => {
  it('goes through an address of its own zone, another port for each task, and carries what is sent both ways', async () => {
    expect(lab.addresses.zoneOf(first.database.host, first.database.port) ?? A).toBe(A);
    expect(first.database).not.toEqual(second.database);
    const value = 'x'.repeat(50_000);
    expect((await send('PUT', first.database, '/keys/long', value)).status).toBe(201);
    expect((await send('GET', second.database, '/keys/long')).body).toMatchObject({ value });
    await relays.release(first);
    await expect(write(first, 'released')).rejects.toThrow();
    await write(second, 'still-there');
  });

  it('is cut and refuses in a failover, as the database’s name does, and leads to the new primary afterwards', async () => {
    await write(first, 'before');
    const failover = lab.database.failover();
    await expect(
      (async () => {
        for (;;) {
          await send('PUT', first.database, '/keys/tried', true);
        }
      })(),
    ).rejects.toThrow();
    expect(await failover).toBe('completed');
    await write(first, 'after');
    expect(await kept()).toEqual(['before', 'after']);
  });
});

describe('a delay', () => {
  it('of 200 ms makes a query on an open connection take at least that, a connection as much again, and is for its task alone', async () => {
    await relays.disturb(impaired(first, { delayMs: 200 }));
    expect(await write(first, 'connects')).toBeGreaterThanOrEqual(398);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const query = () =>
      new Promise<number>((resolve, reject) => {
        const at = performance.now();
        http
          .get({ ...first.database, path: '/ledgers/orders', agent }, (response) => {
            response.resume().on('end', () => resolve(performance.now() - at));
          })
          .on('error', reject);
      });
    await query();
    expect(await query()).toBeGreaterThanOrEqual(199);
    agent.destroy();
    await relays.disturb(impaired(first, { delayMs: 1500 }));
    const slow = begin(first, 'slow');
    await write(second, 'neighbour');
    await slow.done;
    expect(await kept()).toEqual(['connects', 'neighbour', 'slow']);
    await relays.disturb(NOTHING);
    expect(await write(first, 'again')).toBeGreaterThan(0);
  });

  it('keeps the order of the pieces of a long write, whatever the jitter', async () => {
    await relays.disturb(impaired(first, { delayMs: 20, jitterMs: 20 }));
    const value = Array.from({ length: 2000 }, (_, index) => index);
    const text = JSON.stringify(value);
    const status = await new Promise((resolve, reject) => {
      const request = http.request({ ...first.database, method: 'PUT', path: '/keys/numbers', agent: false });
      request.on('error', reject).on('response', (response) => resolve(response.resume().statusCode));
      const piece = (from: number): void => {
        if (from >= text.length) {
          request.end();
        } else {
          request.write(text.slice(from, from + 200), () => setImmediate(piece, from + 200));
        }
      };
      piece(0);
    });
    expect(status).toBe(201);
    expect((await send('GET', lab.database.address, '/keys/numbers')).body).toMatchObject({ value });
  });
});

describe('a loss', () => {
  it('of everything stalls a write until TCP sends it again after the fault, and then keeps it once', async () => {
    await relays.disturb(impaired(first, { lossPercent: 100 }));
    const begun = begin(first, 'stalled');
    await write(second, 'meanwhile');
    expect(begun.state).toBe('waits');
    await relays.disturb(NOTHING);
    await begun.done;
    expect(begun.state).toBe('201');
    expect(await kept()).toEqual(['meanwhile', 'stalled']);
  });
});

describe('a blackhole', () => {
  it('of the database’s port hangs its task, not its neighbour; another port and a block of the task’s own port change nothing', async () => {
    await relays.disturb({ ...NOTHING, blackholes: [{ task: addressOf(first), databasePort: 3306 }] });
    await write(first, 'other-port');
    await relays.disturb(impaired(first, { blocked: true }));
    await write(first, 'own-port');
    await relays.disturb({ ...NOTHING, blackholes: [{ task: addressOf(first), databasePort: PORT }] });
    const begun = begin(first, 'hangs');
    await write(second, 'neighbour');
    expect(begun.state).toBe('waits');
    await relays.disturb(NOTHING);
    await begun.done;
    expect(await kept()).toEqual(['other-port', 'own-port', 'neighbour', 'hangs']);
  });

  it('lets nothing of a connection through that its task has given up before it stood', async () => {
    await relays.disturb({ ...NOTHING, blackholes: [{ task: addressOf(first), databasePort: PORT }] });
    const given = await new Promise<Error>((resolve) => {
      const request = http.request({
        ...first.database,
        method: 'PUT',
        path: '/ledgers/orders/given-up',
        agent: false,
      });
      request.on('error', resolve);
      request.on('socket', (socket) => socket.once('connect', () => setTimeout(() => request.destroy(), 50)));
      request.end('1');
    });
    expect(given.message).toBe('socket hang up');
    const hanging = begin(first, 'patient');
    await relays.disturb(NOTHING);
    await hanging.done;
    expect(await kept()).toEqual(['patient']);
  });
});

describe('a dark zone', () => {
  it('holds what its tasks send and get, on open connections too; tasks of other zones go on', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const answers: number[] = [];
    const ask = () =>
      http
        .get({ ...second.database, path: '/ledgers/orders', agent }, (response) => {
          response.resume().on('end', () => answers.push(response.statusCode ?? 0));
        })
        .on('error', () => answers.push(0));
    ask();
    await eventually(() => answers.length === 1);
    await relays.disturb({ ...NOTHING, darkZones: [B] });
    ask();
    const begun = begin(second, 'dark');
    await write(first, 'lit');
    expect([answers, begun.state]).toEqual([[200], 'waits']);
    await relays.disturb(NOTHING);
    await begun.done;
    await eventually(() => answers.length === 2);
    agent.destroy();
    expect([answers, begun.state]).toEqual([[200, 200], '201']);
    expect(await kept()).toEqual(['lit', 'dark']);
  });
});
