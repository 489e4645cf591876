/** A run that is killed at any moment, drawn by a seed: nothing lasts. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { DARK_ZONE, untilNothingIsLeft } from './dark-zone.ts';
import { type Lab, startLab } from './lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

/** The same moments each time. */
const SEED = 20261121;
const MOMENTS = 10;
/** As long as a run takes on a machine with nothing else to do. */
const RUN_MS = 9000;

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

beforeEach(() => lab.untilWhole());

afterAll(async () => {
  await lab?.close();
  expect(lab.artguard.bugs).toEqual([]);
});

/** Numbers from 0 to below 1 (Marsaglia, "Xorshift RNGs", 2003). */
function* randoms(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield (state >>> 0) / 2 ** 32;
  }
}

/** One in each tenth of the run, so that every part of it has its turn. */
const random = randoms(SEED);
const moments = Array.from({ length: MOMENTS }, (_, index) => ((index + random.next().value) / MOMENTS) * RUN_MS);

it.each(moments.map((ms) => Math.round(ms)))('killed %i ms after its start: nothing is left', async (ms) => {
  lab.proxy.clear();
  const process = await lab.begin(DARK_ZONE);
  const timer = setTimeout(() => process.child.kill('SIGKILL'), ms);
  const { code, stderr } = await process.ended;
  clearTimeout(timer);
  // A run that was faster than its moment has seen to its end itself.
  expect(process.child.signalCode === 'SIGKILL' || code === 0 || code === 1, stderr).toBe(true);
  await untilNothingIsLeft(lab);
});
