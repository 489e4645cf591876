/** A run that is killed at any moment, drawn by a seed: nothing lasts. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Call } from '../plan/rest-proxy.ts';
import { changeOf, DARK_ZONE, untilNothingIsLeft } from './dark-zone.ts';
import { type Lab, startLab } from './lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

/** The same moments each time. */
const SEED = 20261121;
const MOMENTS = 10;

let lab: Lab;
/** How long a run takes here and now, so that the moments fall into all of it on a busy machine too. */
let wholeMs = Number.NaN;
/** Runs that were killed, and those of them whose fault had been asked for. */
const killed = { all: 0, underFault: 0 };

beforeAll(async () => {
  lab = await startLab();
  await lab.untilWhole();
  const begunAt = Date.now();
  const { code, stderr } = await lab.run(DARK_ZONE);
  expect([0, 1], stderr).toContain(code);
  wholeMs = Date.now() - begunAt;
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
const moments = Array.from({ length: MOMENTS }, (_, index) => (index + random.next().value) / MOMENTS);

it.each(moments.map((share) => Math.round(share * 1000)))(
  'killed after %i ‰ of a run: nothing is left',
  async (share) => {
    lab.proxy.clear();
    const process = await lab.begin(DARK_ZONE);
    const timer = setTimeout(() => process.child.kill('SIGKILL'), (share / 1000) * wholeMs);
    const { code, stderr } = await process.ended;
    clearTimeout(timer);
    const isKilled = process.child.signalCode === 'SIGKILL';
    // A run that was faster than its moment has seen to its end itself.
    expect(isKilled || code === 0 || code === 1, stderr).toBe(true);
    killed.all += isKilled ? 1 : 0;
    killed.underFault += isKilled && lab.proxy.calls.some(isStartOfRun) ? 1 : 0;
    await untilNothingIsLeft(lab);
  },
);

const isStartOfRun = (call: Call) => changeOf(call) === 'POST experiments of the run';

it('some were killed before the fault was asked for, and some after', () => {
  expect(killed.underFault).toBeGreaterThan(0);
  expect(killed.all).toBeGreaterThan(killed.underFault);
});
