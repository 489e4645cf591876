import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, type Lab, ledger, send, startLab, startWriters, ZONES } from './lab.ts';

let lab: Lab | undefined;

afterEach(async () => {
  await lab?.stop();
  lab = undefined;
});

const withReplica = (lagSeconds: number) => ({
  replica: { name: 'orders-replica', zone: ZONES[2], lagSeconds },
});

function replicaOf({ database }: Lab) {
  if (database.replica === undefined) {
    throw new Error('no replica');
  }
  return database.replica;
}

describe('a read replica', () => {
  it('has a write later, and takes none itself', async () => {
    lab = await startLab(withReplica(0));
    const { address } = replicaOf(lab).member;
    await send('PUT', lab.database.address, '/ledgers/orders/1', 1);
    let status = 404;
    while (status === 404) {
      ({ status } = await send('GET', address, '/ledgers/orders/1'));
    }
    expect(status).toBe(200);
    expect((await send('PUT', address, '/ledgers/orders/2', 2)).status).toBe(503);
  });

  it('has every acknowledged write of a source that takes none any more', async () => {
    lab = await startLab(withReplica(0.2));
    const { address } = replicaOf(lab).member;
    const { database } = lab;
    const writers = startWriters(database.address, 4);
    await eventually(() => writers.acknowledged.size > 50);
    const { body } = await send('PUT', database.address, '/settings/read-only', true);
    // Clients know of no acknowledgement after that answer.
    const acknowledged = writers.acknowledged.size;
    expect((await send('PUT', database.address, '/ledgers/orders/late', 1)).status).toBe(503);
    await sleep(500);
    await writers.stop();
    expect(writers.acknowledged.size - acknowledged).toBeLessThanOrEqual(4);
    const positionOf = async () => ((await send('GET', address, '/health')).body as { position: number }).position;
    expect(await positionOf()).toBe((body as { position: number }).position);
    const kept = await ledger(address, 'orders');
    expect([...writers.acknowledged.keys()].filter((id) => !kept.has(id))).toEqual([]);
    await send('PUT', database.address, '/settings/read-only', false);
    expect((await send('PUT', database.address, '/ledgers/orders/late', 1)).status).toBe(201);
    expect((await send('PUT', address, '/settings/read-only', true)).status).toBe(503);
  });

  it('has nothing younger than its lag', async () => {
    lab = await startLab(withReplica(3600));
    await send('PUT', lab.database.address, '/ledgers/orders/1', 1);
    // Long enough for what is sent at once to have come.
    await sleep(500);
    expect(await ledger(replicaOf(lab).member.address, 'orders')).toEqual(new Map());
    await lab.database.setReplicaLag(0);
    let kept = await ledger(replicaOf(lab).member.address, 'orders');
    while (kept.size === 0) {
      kept = await ledger(replicaOf(lab).member.address, 'orders');
    }
    expect([...kept.keys()]).toEqual(['1']);
  });

  it.each(['while its source lives', 'once primary and standby are gone'])(
    'loses exactly the acknowledged writes that its position lacks when it is promoted %s',
    async (when) => {
      lab = await startLab(withReplica(0), 500);
      const { database, databases } = lab;
      const writers = startWriters(database.address, 4);
      await eventually(() => writers.acknowledged.size > 100);
      await database.setReplicaLag(3_600_000);
      const atLag = writers.acknowledged.size;
      await eventually(() => writers.acknowledged.size > atLag + 100);
      if (when !== 'while its source lives') {
        await Promise.all([databases.faults.setZoneDark(ZONES[0], true), databases.faults.setZoneDark(ZONES[1], true)]);
      } else {
        await writers.stop();
      }
      const { appliedPosition, acknowledgedPosition } = await databases.faults.promote('orders-replica');
      await writers.stop();

      const { address } = replicaOf(lab).member;
      const kept = await ledger(address, 'orders');
      const lost = [...writers.acknowledged].filter(([id]) => !kept.has(id));
      const beyond = [...writers.acknowledged].filter(([, position]) => position > appliedPosition);
      expect(lost).toEqual(beyond);
      expect(kept.size).toBe(appliedPosition);
      expect(lost.length).toBeGreaterThan(50);
      expect(kept.size).toBeGreaterThan(0);
      // What the platform counts is what the primary acknowledged: a client whose answer was cut off knows of fewer.
      const highest = Math.max(...writers.acknowledged.values());
      expect(acknowledgedPosition).toBeGreaterThanOrEqual(highest);
      expect(acknowledgedPosition - appliedPosition).toBeGreaterThanOrEqual(lost.length);
      if (when === 'while its source lives') {
        expect(acknowledgedPosition - appliedPosition).toBe(lost.length);
      }
      expect((await send('PUT', address, '/ledgers/orders/own', 1)).body).toEqual({
        position: appliedPosition + 1,
        replayed: false,
      });
      expect(lab.happenings).toContain('orders-replica promoted');
    },
  );

  it('stays what it is when its process dies', async () => {
    lab = await startLab(withReplica(0), 1000);
    const replica = replicaOf(lab);
    await send('PUT', lab.database.address, '/ledgers/orders/1', 1);
    await lab.databases.faults.promote('orders-replica');
    const before = await ledger(replica.member.address, 'orders');
    await replica.member.crash();
    await eventually(() => lab?.happenings.includes('orders-replica restarted') === true);
    expect(await ledger(replica.member.address, 'orders')).toEqual(before);
    expect((await send('PUT', replica.member.address, '/ledgers/orders/2', 2)).status).toBe(201);
    expect((await send('GET', lab.database.address, '/ledgers/orders/2')).status).toBe(404);
    await expect(lab.databases.faults.promote('orders-replica')).rejects.toThrow('no read replica to promote');
  });
});
