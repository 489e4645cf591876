import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClockOffset,
  clockOffsetOf,
  localMomentOf,
  type Stamp,
  sureDifference,
} from '../../../../src/operations/common/outage/clock-offset.ts';
import type { Probe } from '../../../../src/operations/common/outage/probes.ts';
import { recoveryOf } from '../../../../src/operations/common/outage/recovery.ts';

/** A day at 12:00:00.5, so that times are not whole seconds; in ms since 1970. */
const NOON = Date.UTC(2026, 10, 21, 12, 0, 0, 500);
const date = (ms: number) => new Date(NOON + ms);
/** Made `serverMs` after it was sent, by a clock that is `aheadMs` ahead, and answered `tookMs` after it was sent. */
const stamp = (sentMs: number, serverMs: number, tookMs: number, aheadMs: number): Stamp => ({
  at: date(sentMs + serverMs + aheadMs),
  sentAt: date(sentMs),
  answeredAt: date(sentMs + tookMs),
});
const known = (stamps: readonly Stamp[]): ClockOffset => {
  const offset = clockOffsetOf(stamps);
  if (offset === undefined) {
    throw new Error('no stamp');
  }
  return offset;
};

describe('clockOffsetOf', () => {
  it('lies between what the sending and the answer of a call allow', () => {
    expect(clockOffsetOf([stamp(0, 30, 100, 700)])).toEqual({
      least: expect.closeTo(0.629, 6),
      most: expect.closeTo(0.731, 6),
    });
    expect(clockOffsetOf([])).toBeUndefined();
  });

  it('is what several calls allow together', () => {
    const { least, most } = known([stamp(0, 90, 100, 0), stamp(1000, 5, 100, 0)]);
    expect(least).toBeCloseTo(-0.011, 6);
    expect(most).toBeCloseTo(0.006, 6);
  });

  it('is what any of them allows where none fits all: a clock was set meanwhile', () => {
    const { least, most } = known([stamp(0, 5, 10, 0), stamp(1000, 5, 10, 900)]);
    expect(least).toBeCloseTo(-0.006, 6);
    expect(most).toBeCloseTo(0.906, 6);
  });

  it('takes times in whole seconds for cut', () => {
    const cut = (ms: number) => new Date(Math.floor(ms / 1000) * 1000);
    const { at, ...call } = stamp(0, 20, 40, 0);
    const { least, most } = known([{ ...call, at: cut(at.getTime()) }]);
    expect(least).toBeLessThanOrEqual(0);
    expect(most).toBeGreaterThanOrEqual(0);
    expect(most - least).toBeCloseTo(1.041, 6);
  });

  it('holds the truth, however long both ways take and however the clocks differ', () => {
    const call = fc.record({
      sent: fc.nat(5000),
      took: fc.nat(900),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(call, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: -5000, max: 5000 }),
        (calls, ahead) => {
          const { least, most } = known(
            calls.map(({ sent, took, share }) => stamp(sent, Math.floor(took * share), took, ahead)),
          );
          return least <= ahead / 1000 + 1e-9 && most >= ahead / 1000 - 1e-9;
        },
      ),
    );
  });
});

describe('sureDifference', () => {
  it('is nothing where the clocks may agree, and else the nearer end', () => {
    expect(sureDifference({ least: -0.2, most: 0.1 })).toBe(0);
    expect(sureDifference({ least: 4, most: 4.5 })).toBe(4);
    expect(sureDifference({ least: -4.5, most: -4 })).toBe(4);
  });
});

/** Twenty requests a second over two minutes, each answered after 10 ms; those sent in the outage fail. Seconds after noon. */
function probesAround([from, to]: readonly [number, number]): Probe[] {
  return Array.from({ length: 2400 }, (_, index) => {
    const second = index / 20;
    const at = NOON / 1000 + second;
    return { at, end: at + 0.01, ok: second < from || second >= to };
  });
}

describe('a recovery by a clock that is not quite known', () => {
  const until = NOON / 1000 + 120;
  /** The fault at 10 s by this machine's clock, told by one that is `ahead` ahead; the call to start it took `took`. */
  const recovery = (ahead: number, took: number, outage: readonly [number, number]) => {
    const offset = known([stamp(8000, Math.floor(took * 500), took * 1000, ahead * 1000)]);
    const { from, to } = localMomentOf(date(10_000 + ahead * 1000), offset);
    return recoveryOf(probesAround(outage), {
      faultAt: from,
      laterBy: to - from,
      until,
      holdSeconds: 60,
      noisy: false,
    });
  };

  it.each([
    [0.9, 0.4],
    [-0.9, 0.4],
    [0.9, 0.02],
    [0, 0.9],
  ])('holds the truth where it is %s s ahead, known by a call of %s s, and is as wide as that', (ahead, took) => {
    const found = recovery(ahead, took, [10, 14]);
    if (found.kind !== 'recovered') {
      throw new Error(found.kind);
    }
    expect(found.lower).toBeLessThanOrEqual(4);
    expect(found.upper).toBeGreaterThanOrEqual(4);
    expect(found.upper - found.lower).toBeCloseTo(0.05 + took + 0.002, 2);
  });

  it('misses no outage that by the other clock was over before the fault', () => {
    // A fault at 10 s that is felt for 0.3 s; by the other clock it began at 10.9 s.
    expect(recovery(0.9, 0.1, [10, 10.3])).toMatchObject({ kind: 'recovered' });
  });

  it('has a lower bound from the latest moment where there was no recovery', () => {
    const found = recovery(0, 0.8, [10, 200]);
    expect(found).toMatchObject({ kind: 'censored' });
    expect(found.kind === 'censored' && found.beyond).toBeLessThanOrEqual(119.95 - 10);
    expect(found.kind === 'censored' && found.beyond).toBeGreaterThan(119.95 - 10 - 0.9);
  });
});
