import { afterEach, describe, expect, it } from 'vitest';
import { eventually, type Lab, ledger, send, startLab, startWriters, ZONES } from './lab.ts';

let lab: Lab | undefined;

afterEach(async () => {
  await lab?.stop();
  lab = undefined;
});

describe('a Multi-AZ database', () => {
  it('keeps a write once, however often it is sent, and refuses another value under its id', async () => {
    lab = await startLab();
    const { address } = lab.database;
    expect(await send('PUT', address, '/ledgers/orders/1', { total: 5 })).toEqual({
      status: 201,
      body: { position: 1, replayed: false },
    });
    expect(await send('PUT', address, '/ledgers/orders/1', { total: 5 })).toEqual({
      status: 200,
      body: { position: 1, replayed: true },
    });
    expect((await send('PUT', address, '/ledgers/orders/1', { total: 6 })).status).toBe(409);
    expect((await send('PUT', address, '/keys/theme', 'dusk')).body).toEqual({ position: 2, replayed: false });
    expect((await send('GET', address, '/keys/theme')).body).toEqual({ position: 2, value: 'dusk' });
    expect((await send('GET', address, '/keys/none')).status).toBe(404);
    expect((await send('PUT', address, '/tables/orders', {})).status).toBe(404);
    expect(lab.database.acknowledged).toBe(2);
  });

  it('fails over on demand: cuts connections, refuses new ones, and serves from the other zone without a loss', async () => {
    lab = await startLab();
    const { database, happenings } = lab;
    const before = database.primary.zone;
    const writers = startWriters(database.address, 4);
    await eventually(() => writers.acknowledged.size > 50);
    expect(await database.failover()).toBe('completed');
    const atSwitch = writers.acknowledged.size;
    await eventually(() => writers.acknowledged.size > atSwitch + 50);
    await writers.stop();

    expect(before).toBe(ZONES[0]);
    expect([database.primary.zone, database.standby?.zone]).toEqual([ZONES[1], ZONES[0]]);
    expect(writers.failures()).toBeGreaterThan(0);
    const kept = await ledger(database.address, 'orders');
    for (const [id, position] of writers.acknowledged) {
      expect(kept.get(id)?.position, id).toBe(position);
    }
    expect(happenings).toEqual(['orders failover-started', 'orders restarted', 'orders failover-completed']);
    await database.until(() => database.inSync);
    expect(await database.failover()).toBe('completed');
    expect((await ledger(database.address, 'orders')).size).toBe(kept.size);
  });
});

describe('a death', () => {
  it('of the standby holds writes up until it is settled that it must not take over, and is mended', async () => {
    lab = await startLab({}, 15);
    const { database } = lab;
    await database.standby?.crash();
    expect((await send('PUT', database.address, '/ledgers/orders/alone', 1)).status).toBe(201);
    expect(database.inSync).toBe(false);
    expect(await database.failover()).toBe('abandoned');
    expect(database.status).toBe('available');
    await database.until(() => database.inSync);
    expect(await database.failover()).toBe('completed');
    expect((await send('GET', database.address, '/ledgers/orders/alone')).status).toBe(200);
    expect(lab.happenings[0]).toBe('orders failover-abandoned');
  });

  it('of the primary ends in a failover by itself', async () => {
    lab = await startLab({}, 500);
    const { database, happenings } = lab;
    await lab.databases.faults.killPrimary('orders');
    await eventually(() => happenings.includes('orders failover-completed'));
    expect(database.primary.zone).toBe(ZONES[1]);
    expect((await send('PUT', database.address, '/ledgers/orders/1', 1)).status).toBe(201);
  });

  it('of a database without standby ends in a recovery in place, with everything that was acknowledged', async () => {
    lab = await startLab({ zones: [ZONES[1]] }, 500);
    const { database, happenings } = lab;
    expect((await send('PUT', database.address, '/ledgers/orders/1', 1)).status).toBe(201);
    await database.killPrimary();
    await expect(send('PUT', database.address, '/ledgers/orders/2', 2)).rejects.toThrow();
    await eventually(() => happenings.includes('orders recovery-completed'));
    expect((await send('GET', database.address, '/ledgers/orders/1')).status).toBe(200);
    expect(() => database.failover()).toThrow('only a Multi-AZ database can fail over');
  });
});

describe('a zone without power', () => {
  it('is left by the primary, and stays without a standby until the power is back', async () => {
    lab = await startLab({}, 500);
    const { database, databases, happenings } = lab;
    await databases.faults.setZoneDark(ZONES[0], true);
    await eventually(() => happenings.includes('orders failover-completed'));
    expect(database.primary.zone).toBe(ZONES[1]);
    expect((await send('PUT', database.address, '/ledgers/orders/1', 1)).status).toBe(201);
    expect([database.standby?.alive, database.inSync]).toEqual([false, false]);
    await databases.faults.setZoneDark(ZONES[0], false);
    await database.until(() => database.inSync);
    expect(database.standby?.zone).toBe(ZONES[0]);
  });
});

describe('a reboot', () => {
  it('brings the same primary back under its name', async () => {
    lab = await startLab({}, 500);
    const { database, databases, happenings } = lab;
    const { pid } = database.primary;
    expect((await send('PUT', database.address, '/ledgers/orders/1', 1)).status).toBe(201);
    await databases.faults.reboot('orders', { failover: false });
    expect(database.primary.zone).toBe(ZONES[0]);
    expect(database.primary.pid).not.toBe(pid);
    expect((await send('GET', database.address, '/ledgers/orders/1')).status).toBe(200);
    expect(happenings).toEqual(['orders shut-down', 'orders restarted']);
    await database.until(() => database.inSync);
    await expect(databases.faults.reboot('bills', { failover: true })).rejects.toThrow('there is orders');
  });
});
