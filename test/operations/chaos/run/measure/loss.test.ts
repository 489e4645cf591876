import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../../../../src/measure/counting/stream.ts';
import { lossOf } from '../../../../../src/operations/chaos/run/measure/loss.ts';
import { type Write, WriteLog, writePrefix } from '../../../../../src/operations/chaos/run/measure/writes.ts';

const start = (id: number, at: number): StreamEvent => ({ kind: 'start', id, at });
const end = (id: number, at: number, status: number, code = 0): StreamEvent => ({
  kind: 'end',
  id,
  at,
  outcome: { status, code },
});

describe('WriteLog', () => {
  it('takes an answer of 2xx for an acknowledgement, and leaves all else unknown', () => {
    const log = new WriteLog(writePrefix('run', 'load'));
    const events = [
      end(0, 1.5, 201),
      end(1, 1.6, 200),
      end(2, 1.7, 302),
      end(3, 1.8, 409),
      end(4, 1.9, 503),
      end(5, 2, 0, 1050),
      end(6, 2.1, 201, 1220),
    ];
    for (const [id] of [...events, undefined].entries()) {
      log.take(start(id, 1 + id / 100));
    }
    events.forEach((event) => void log.take(event));
    expect(log.all.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined)).toEqual([
      { id: 'run-load-0', sentAt: 1, acknowledgedAt: 1.5 },
      { id: 'run-load-1', sentAt: 1.01, acknowledgedAt: 1.6 },
    ]);
    expect(log.all).toHaveLength(8);
  });
});

/** Acknowledged at these moments, named by them; null was not acknowledged. */
const writes = (...moments: readonly (number | null)[]): Write[] =>
  moments.map((at, index) => ({
    id: at === null ? `unknown-${index}` : `at-${at}`,
    sentAt: (at ?? 0) - 0.1,
    acknowledgedAt: at ?? undefined,
  }));
const ledger = (...ids: readonly string[]) => {
  const times = new Map<string, number>();
  for (const id of ids) {
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
};

describe('lossOf', () => {
  it('loses nothing when all that was acknowledged is there, whatever became of the rest', () => {
    const loss = lossOf(writes(1, 2, null, 3, null), ledger('at-1', 'at-2', 'at-3', 'unknown-4', 'of-others'), 2.5);
    expect(loss).toEqual({
      lost: [],
      lostAfterFault: 0,
      acknowledged: 3,
      acknowledgedBeforeFault: 2,
      unknown: { sent: 2, there: 1 },
      repeated: 0,
      rpo: { lower: 0, upper: 0 },
    });
  });

  it('reckons from the oldest that is lost, between it and the one before, to the fault', () => {
    const loss = lossOf(writes(3, 1, 2, 4), ledger('at-1', 'at-3'), 6);
    expect(loss.lost.map(({ id }) => id)).toEqual(['at-2', 'at-4']);
    expect(loss.rpo).toEqual({ lower: 4, upper: 5 });
  });

  it('reckons to the newest that is lost where the service acknowledged on after the fault had begun', () => {
    const loss = lossOf(writes(1, 2, 7, 8), ledger('at-1', 'at-2'), 5);
    expect([loss.lostAfterFault, loss.rpo]).toEqual([2, { lower: 1, upper: 6 }]);
  });

  it('has no upper end when nothing older than the oldest lost one is there', () => {
    expect(lossOf(writes(1, 2), ledger('at-2'), 5).rpo).toEqual({ lower: 4, upper: undefined });
  });

  it('reckons to both ends of the moment at which the fault may have begun', () => {
    expect(lossOf(writes(1, 2, 4), ledger('at-1'), 6, 0.5).rpo).toEqual({ lower: 4, upper: 5.5 });
    // What was acknowledged later than that decides alone.
    expect(lossOf(writes(1, 2, 9), ledger('at-1'), 6, 0.5).rpo).toEqual({ lower: 7, upper: 8 });
    expect(lossOf(writes(1, 2), ledger('at-1', 'at-2'), 6, 0.5).rpo).toEqual({ lower: 0, upper: 0 });
  });

  it('counts what is there twice', () => {
    expect(lossOf(writes(1, 2), ledger('at-1', 'at-1', 'at-2'), 5).repeated).toBe(1);
  });

  it('is exact in number, and never shorter than what is lost lies back', () => {
    const model = fc.array(fc.record({ at: fc.integer({ min: 0, max: 1000 }), kept: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(model, fc.integer({ min: 0, max: 1000 }), (all, faultAt) => {
        const sent = all.map(({ at, kept }, index) => ({ id: `${index}`, sentAt: at, acknowledgedAt: at, kept }));
        const there = ledger(...sent.flatMap(({ id, kept }) => (kept ? [id] : [])));
        const { lost, rpo } = lossOf(sent, there, faultAt);
        const gone = sent.filter(({ kept }) => !kept).map(({ acknowledgedAt }) => acknowledgedAt);
        expect(lost).toHaveLength(gone.length);
        const span = gone.length === 0 ? 0 : Math.max(faultAt, ...gone) - Math.min(...gone);
        expect(rpo.lower).toBe(span);
        expect(rpo.upper ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(span);
      }),
    );
  });
});
