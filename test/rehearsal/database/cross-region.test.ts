import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { DatabaseSettings } from '../../../src/platform/model/rehearsal.ts';
import { createAddressPlan } from '../../../src/rehearsal/world/addresses.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { CrossRegionDatabase } from '../../../src/rehearsal/world/database/cross-region.ts';
import { startDatabases } from '../../../src/rehearsal/world/database/databases.ts';
import { ledger, startWriters } from './lab.ts';

const [WEST, EAST] = ['us-west-2', 'us-east-2'];
const settings: DatabaseSettings = {
  engine: 'postgres',
  port: 5432,
  zones: ['us-west-2a', 'us-west-2b'],
  urlVariable: 'DATABASE_URL',
  replica: { name: 'orders', environment: 'dr', zone: 'us-east-2a', lagSeconds: 0.3 },
};

async function twoRegions() {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-regions-'));
  const plans = {
    primary: await createAddressPlan({ zones: settings.zones.flatMap((zone) => zone ?? []), mode: 'auto' }),
    standby: await createAddressPlan({ zones: ['us-east-2a'], mode: 'auto' }),
  };
  const clock = createClock(200);
  const databases = await startDatabases(
    { orders: { ...settings, replica: undefined } },
    { addresses: plans.primary, clock, directory: path.join(directory, 'west') },
  );
  const regions = { primary: WEST ?? '', standby: EAST ?? '' };
  const where = { databases, name: 'orders', settings, regions, plans, clock };
  const database = await CrossRegionDatabase.start({ ...where, directory: path.join(directory, 'replicas') });
  onTestFinished(async () => {
    await database.stop();
    await databases.stop();
    await Promise.all([plans.primary.release(), plans.standby.release()]);
    await rm(directory, { recursive: true, force: true });
  });
  const addressIn = (region: string) => database.instances(region)[0]?.address ?? { host: '', port: 0 };
  return { database, regions, addressIn };
}

function signalAll(pids: readonly number[], signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of pids) {
    process.kill(pid, signal);
  }
}

it('loses with its region exactly what was not yet in the other one, and nothing on the way back', async () => {
  const { database, regions, addressIn } = await twoRegions();
  const [first, second] = [
    { name: 'orders', region: regions.primary },
    { name: 'orders', region: regions.standby },
  ];
  expect(database.instances(regions.standby)).toMatchObject([{ ...second, source: first, status: 'available' }]);
  expect(database.instances(regions.primary)).toMatchObject([{ ...first, source: undefined, replicas: [second] }]);
  await expect(async () => database.promote(first)).rejects.toThrow(/no read replica/);

  const writers = startWriters(addressIn(regions.primary), 4);
  await expect.poll(() => writers.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(100);
  const stood = database.pids();
  database.setOutOfReach(true);
  signalAll(stood, 'SIGSTOP');
  const acknowledged = new Set(writers.acknowledged.keys());
  const { appliedPosition, acknowledgedPosition } = await database.promote(second);

  const kept = await ledger(addressIn(regions.standby), 'orders');
  const lost = [...acknowledged].filter((id) => !kept.has(id));
  expect(kept.size).toBe(appliedPosition);
  // An acknowledgement may still have been on its way to its client.
  expect(lost.length).toBeLessThanOrEqual(acknowledgedPosition - appliedPosition);
  expect(acknowledgedPosition - appliedPosition - lost.length).toBeLessThanOrEqual(4);
  const newest = Math.min(...lost.map((id) => writers.acknowledged.get(id) ?? 0));
  expect(newest).toBeGreaterThan(appliedPosition);
  expect(database.instances(regions.standby)).toMatchObject([{ source: undefined, status: 'available' }]);

  signalAll(stood, 'SIGCONT');
  await writers.stop();
  await database.rebuild();
  expect(database.instances(regions.primary)).toMatchObject([{ ...first, source: second }]);
  expect(database.instances(regions.standby)).toMatchObject([{ replicas: [first] }]);
  const here = startWriters(addressIn(regions.standby), 2, 'later');
  await expect.poll(() => here.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(20);
  await here.stop();
  const copied = async () => (await ledger(addressIn(regions.primary), 'later')).size;
  await expect.poll(copied, { timeout: 60_000 }).toBeGreaterThanOrEqual(here.acknowledged.size);
  const back = await database.promote(first);

  expect(back.acknowledgedPosition - back.appliedPosition).toBe(0);
  const all = await ledger(addressIn(regions.primary), 'later');
  expect([...here.acknowledged.keys()].filter((id) => !all.has(id))).toEqual([]);
  expect((await ledger(addressIn(regions.primary), 'orders')).size).toBe(kept.size);
}, 180_000);
