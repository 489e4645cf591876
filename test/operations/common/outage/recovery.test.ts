import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Probe, ProbeLog } from '../../../../src/operations/common/outage/probes.ts';
import {
  failuresTogether,
  type RecoveryRequest,
  reaches,
  recoveryOf,
  servedOf,
} from '../../../../src/operations/common/outage/recovery.ts';

const FAULT = 1000;
const GAP = 0.05;
const window: RecoveryRequest = { faultAt: FAULT, until: FAULT + 120, holdSeconds: 60, noisy: false };

/** Twenty requests a second from 30 s before the fault on, each answered after 10 ms; those of `bad` fail. */
function probes(bad: (at: number) => boolean, until = window.until): Probe[] {
  const all: Probe[] = [];
  for (let index = 0; FAULT - 30 + index * GAP < until; index += 1) {
    const at = FAULT - 30 + index * GAP;
    all.push({ at, end: at + 0.01, ok: !bad(at) });
  }
  return all;
}

const between = (from: number, to: number) => (at: number) => at >= FAULT + from - 1e-9 && at < FAULT + to - 1e-9;

describe('recoveryOf', () => {
  it('brackets the end of an outage by two requests', () => {
    const found = recoveryOf(probes(between(1, 4)), window);
    expect(found).toMatchObject({ kind: 'recovered' });
    if (found.kind === 'recovered') {
      expect(found.impact).toBeCloseTo(1, 6);
      expect(found.lower).toBeCloseTo(3.95, 6);
      expect(found.upper).toBeCloseTo(4, 6);
    }
  });

  it('holds the truth between its ends, whatever the outage, and to a request', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 0.2, max: 30, noNaN: true }),
        (from, lasts) => {
          const found = recoveryOf(probes(between(from, from + lasts)), window);
          if (found.kind !== 'recovered') {
            return false;
          }
          const truth = from + lasts;
          return found.lower <= truth + 1e-6 && found.upper >= truth - 1e-6 && found.upper - found.lower <= GAP + 1e-6;
        },
      ),
    );
  });

  it('counts a relapse: it is back when it stays back', () => {
    const relapse = (at: number) => between(1, 2)(at) || between(30, 31)(at);
    expect(recoveryOf(probes(relapse), window)).toMatchObject({ kind: 'recovered', upper: expect.closeTo(31, 5) });
  });

  it('is censored when it was not back, or not for long enough, and never gives an upper end', () => {
    expect(recoveryOf(probes(between(1, 200)), window)).toEqual({
      kind: 'censored',
      impact: expect.closeTo(1, 5),
      beyond: expect.closeTo(119.95, 5),
    });
    expect(recoveryOf(probes(between(1, 61)), window)).toMatchObject({ kind: 'censored' });
    expect(recoveryOf(probes(between(1, 60)), window)).toMatchObject({ kind: 'recovered' });
  });

  it('says how short an outage would have gone unseen', () => {
    expect(
      recoveryOf(
        probes(() => false),
        window,
      ),
    ).toEqual({ kind: 'unfelt', resolution: expect.closeTo(GAP, 5) });
    const sparse = probes(() => false).filter(({ at }) => !between(5, 8)(at));
    expect(recoveryOf(sparse, window)).toMatchObject({ kind: 'unfelt', resolution: expect.closeTo(3.05, 5) });
  });

  it('looks at no failure of before the fault, but at what was under way when it came', () => {
    const before = { at: FAULT - 5, end: FAULT - 4, ok: false };
    const across = { at: FAULT - 0.5, end: FAULT + 0.5, ok: false };
    const good = probes(() => false);
    expect(recoveryOf([before, ...good], window).kind).toBe('unfelt');
    const found = recoveryOf(
      [...good, across].sort((a, b) => a.at - b.at),
      window,
    );
    expect(found).toMatchObject({ kind: 'recovered', lower: 0 });
  });

  it('counts what never ended as a failure', () => {
    const open = { at: FAULT + 2.01, end: undefined, ok: false };
    const all = [...probes(() => false), open].sort((a, b) => a.at - b.at);
    expect(recoveryOf(all, window)).toMatchObject({ kind: 'recovered', lower: expect.closeTo(2.01, 5) });
  });

  it('passes over single failures only where there were such before', () => {
    const alone = (at: number) => Math.abs(at - (FAULT + 50)) < 1e-6;
    expect(recoveryOf(probes(alone), { ...window, noisy: true }).kind).toBe('unfelt');
    expect(recoveryOf(probes(alone), window).kind).toBe('recovered');
    const both = (at: number) => alone(at) || between(1, 3)(at);
    expect(recoveryOf(probes(both), { ...window, noisy: true })).toMatchObject({ upper: expect.closeTo(3, 5) });
  });
});

describe('servedOf', () => {
  it('has planned = ok + lost, and the exact share', () => {
    const served = servedOf(probes(between(0, 6)), window);
    expect(served).toEqual({ planned: 2400, ok: 2280, lost: 120 });
    expect(reaches(served, { numerator: 95n, denominator: 1n })).toBe(true);
    expect(reaches(served, { numerator: 9501n, denominator: 100n })).toBe(false);
  });
});

describe('failuresTogether', () => {
  it('counts failures that have another within a second', () => {
    const at = (...times: number[]) => times.map((each) => ({ at: each, end: each, ok: false }));
    expect(failuresTogether(at(1, 5, 9))).toBe(0);
    expect(failuresTogether(at(1, 1.9, 9))).toBe(2);
  });
});

describe('ProbeLog', () => {
  it('matches ends with starts, counts drops, and what is under way as not answered', () => {
    const log = new ProbeLog();
    log.take({ kind: 'origin', at: 100 });
    log.take({ kind: 'start', id: 1, at: 100 });
    log.take({ kind: 'start', id: 2, at: 101 });
    log.take({ kind: 'start', id: 3, at: 102 });
    log.take({ kind: 'drop', count: 2, at: 102.5 });
    log.take({ kind: 'end', id: 2, at: 101.2, outcome: { status: 503, code: 1503 } });
    log.take({ kind: 'end', id: 1, at: 103, outcome: { status: 200, code: 0 } });
    const drops = { at: 102.5, end: undefined, ok: false };
    const ended = [
      { at: 100, end: 103, ok: true },
      { at: 101, end: 101.2, ok: false },
    ];
    expect(log.origin).toBe(100);
    expect(log.settled(0, 200)).toEqual([...ended, drops, drops]);
    expect(log.between(0, 200)).toEqual([...ended, { at: 102, end: undefined, ok: false }, drops, drops]);
    expect(log.between(101, 102)).toHaveLength(1);
  });
});
