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
