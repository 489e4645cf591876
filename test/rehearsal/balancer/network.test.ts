/** The retransmissions of TCP as the balancer's network makes them, on timers moved by hand. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Network, retransmissionTimeoutMs } from '../../../src/rehearsal/world/balancer/network.ts';
import { NO_FAULTS, type TargetImpairment } from '../../../src/rehearsal/world/balancer/protocol.ts';

const PLACE = { host: '127.0.1.10', port: 8000, zone: 'zone-a' };
const HARMLESS: TargetImpairment = {
  host: PLACE.host,
  port: undefined,
  delayMs: 0,
  jitterMs: 0,
  lossPercent: 0,
  flowsPercent: 100,
  blocked: false,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The milliseconds after which a segment sent now arrives; undefined when it does not within `withinMs`. */
async function arrival(
  network: Network,
  journey: 'handshake' | 'to-target' | 'from-target',
  withinMs = 60_000,
): Promise<number | undefined> {
  const start = Date.now();
  let arrived: number | undefined;
  const forget = network.send(PLACE, journey, () => {
    arrived = Date.now() - start;
  });
  await vi.advanceTimersByTimeAsync(withinMs);
  forget();
  return arrived;
}

const withImpairment = (more: Partial<TargetImpairment>, random?: () => number): Network => {
  const network = new Network(random);
  network.set({ ...NO_FAULTS, impairments: [{ ...HARMLESS, ...more }] });
  return network;
};

/** Gives these numbers, then the last one for ever. */
const numbers = (...values: readonly number[]) => {
  let index = 0;
  return () => values[Math.min(index++, values.length - 1)] ?? 0;
};

describe('a segment', () => {
  it('arrives at once where there is no fault', async () => {
    expect(await arrival(new Network(), 'handshake')).toBe(0);
  });

  it('to or from a dark zone does not arrive; elsewhere it does', async () => {
    const network = new Network();
    network.set({ ...NO_FAULTS, darkZones: ['zone-a'] });
    expect(await arrival(network, 'to-target')).toBeUndefined();
    expect(await arrival(network, 'from-target')).toBeUndefined();
    network.set({ ...NO_FAULTS, darkZones: ['zone-b'] });
    expect(await arrival(network, 'to-target')).toBe(0);
  });

  it('waits for its next retransmission when the fault is over', async () => {
    const network = new Network();
    network.set({ ...NO_FAULTS, darkZones: ['zone-a'] });
    setTimeout(() => network.set(NO_FAULTS), 1500);
    // Sent at 0, 0.2, 0.6, 1.4, 3.0 s.
    expect(await arrival(network, 'to-target')).toBe(3000);
  });

  it('is delayed on its way from the target only, and a handshake with it', async () => {
    const network = withImpairment({ delayMs: 250 });
    expect(await arrival(network, 'from-target')).toBe(250);
    expect(await arrival(network, 'handshake')).toBe(250);
    expect(await arrival(network, 'to-target')).toBe(0);
  });

  it('is delayed by the jitter more or less', async () => {
    // Which flow it is of, whether it is lost, how far the jitter goes.
    const arrivals = [0, 0.75].map((swing) =>
      arrival(withImpairment({ delayMs: 100, jitterMs: 10 }, numbers(0, 0, swing)), 'from-target'),
    );
    expect(await Promise.all(arrivals)).toEqual([90, 105]);
  });

  it('that is lost twice stalls for 200 and 400 ms, a handshake for 1 and 2 s', async () => {
    // Which flow it is of, then for each attempt whether it is lost.
    const twice = () => numbers(0, 0.05, 0.05, 0.5);
    expect(await arrival(withImpairment({ lossPercent: 7 }, twice()), 'from-target')).toBe(600);
    expect(await arrival(withImpairment({ lossPercent: 7 }, twice()), 'handshake')).toBe(3000);
  });

  it('to a port that is blocked does not arrive, what the target sends does, and other ports are as before', async () => {
    const network = withImpairment({ port: 8000, blocked: true });
    expect(await arrival(network, 'to-target')).toBeUndefined();
    expect(await arrival(network, 'from-target')).toBe(0);
    expect(await arrival(withImpairment({ port: 9000, blocked: true }), 'to-target')).toBe(0);
  });

  it('of a flow that is not concerned is not delayed', async () => {
    expect(
      await arrival(
        withImpairment({ delayMs: 100, flowsPercent: 30 }, () => 0.3),
        'from-target',
      ),
    ).toBe(0);
    expect(
      await arrival(
        withImpairment({ delayMs: 100, flowsPercent: 30 }, () => 0.29),
        'from-target',
      ),
    ).toBe(100);
  });
});

it('time-outs double up to two minutes', () => {
  expect([0, 1, 2, 3].map((attempt) => retransmissionTimeoutMs('to-target', attempt))).toEqual([200, 400, 800, 1600]);
  expect([0, 1].map((attempt) => retransmissionTimeoutMs('handshake', attempt))).toEqual([1000, 2000]);
  expect(retransmissionTimeoutMs('to-target', 30)).toBe(120_000);
});
