/** Load, and deaths at seeded moments: whatever happens, no acknowledged write is lost, and none is there twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, type Lab, ledger, startLab, startWriters } from './lab.ts';

let lab: Lab | undefined;

afterEach(async () => {
  await lab?.stop();
  lab = undefined;
});

/** mulberry32: numbers in [0, 1) that are the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DEATHS = 6;

describe('synchronous failover under load', () => {
  it.each([1, 2, 3])('loses no acknowledged write with deaths at moments of seed %i', async (seed) => {
    lab = await startLab({}, 500);
    const { database } = lab;
    const random = randomNumbers(seed);
    const writers = startWriters(database.address, 4);
    let failovers = 0;
    for (let death = 0; death < DEATHS; death += 1) {
      const served = writers.acknowledged.size;
      await eventually(() => writers.acknowledged.size > served + 20);
      await sleep(random() * 300);
      const kind = random();
      if (kind < 0.5) {
        await database.killPrimary();
      } else if (kind < 0.7) {
        await database.standby?.crash();
      } else if (kind < 0.85) {
        failovers += (await database.failover()) === 'completed' ? 1 : 0;
      } else {
        await Promise.all([database.killPrimary(), database.standby?.crash()]);
      }
    }
    const served = writers.acknowledged.size;
    await eventually(() => writers.acknowledged.size > served + 20);
    await writers.stop();
    await database.until(() => database.status === 'available' && database.inSync);

    const kept = await ledger(database.address, 'orders');
    const lost = [...writers.acknowledged].filter(([id, position]) => kept.get(id)?.position !== position);
    expect(lost).toEqual([]);
    const positions = [...kept.values()].map(({ position }) => position).sort((a, b) => a - b);
    expect(positions).toEqual(positions.map((_, index) => index + 1));
    const started = lab.happenings.filter((each) => each.endsWith('failover-started')).length;
    expect(started).toBeGreaterThanOrEqual(failovers);
    expect(lab.happenings.filter((each) => each.endsWith('failover-completed'))).toHaveLength(started);
  });
});
