import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DowntimeBudget } from '../../../../../src/operations/chaos/run/measure/downtime-budget.ts';
import { LiveCounts } from '../../../../../src/operations/chaos/run/measure/live-counts.ts';

const ORIGIN = 1_000_000;
const OK = { status: 200, code: 0 };

describe('LiveCounts', () => {
  it('knows nothing before the first request', () => {
    const counts = new LiveCounts(50);
    expect([counts.counted, counts.shortfall]).toEqual([undefined, 'it has told of no request yet']);
  });

  it('is as of the newest that was heard of, so that a generator that stands still is no outage', () => {
    const counts = new LiveCounts(50);
    counts.take({ kind: 'origin', at: ORIGIN });
    expect(counts.counted).toBeUndefined();
    counts.take({ kind: 'start', id: 1, at: ORIGIN + 2.5 });
    expect(counts.counted).toEqual({ second: 2.5, planned: 126, ok: 0 });
    counts.take({ kind: 'end', id: 1, at: ORIGIN + 3, outcome: OK });
    expect(counts.counted).toEqual({ second: 3, planned: 151, ok: 1 });
  });

  /** All that is due in so many seconds, but for each of which `isSent` says no. */
  const sentIn = (seconds: number, isSent: (id: number) => boolean): LiveCounts => {
    const counts = new LiveCounts(50);
    counts.take({ kind: 'origin', at: ORIGIN });
    for (let id = 0; id <= seconds * 50; id += 1) {
      if (isSent(id)) {
        counts.take({ kind: 'start', id, at: ORIGIN + id / 50 });
      }
    }
    return counts;
  };

  it('is not what was asked for as soon as requests are dropped', () => {
    const counts = sentIn(10, () => true);
    expect(counts.shortfall).toBeUndefined();
    counts.take({ kind: 'drop', count: 3, at: ORIGIN + 10 });
    expect(counts.shortfall).toMatch(/^3 requests were not sent in time/);
  });

  it('is not what was asked for when too few were sent, but for what k6 may not have written yet', () => {
    expect(sentIn(10, (id) => id % 10 > 0).shortfall).toBeUndefined();
    expect(sentIn(10, (id) => id % 5 > 0).shortfall).toMatch(/^only 400 requests were sent in 10\.0 s, of 50 a second/);
    expect(sentIn(1, (id) => id === 50).shortfall).toBeUndefined();
  });

  it('with the budget: any full outage is seen at its length, however often and whenever it is looked at', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 50, max: 1500 }),
        (rate, outage, everyMs) => {
          const counts = new LiveCounts(rate);
          const budget = new DowntimeBudget(1e9);
          counts.take({ kind: 'origin', at: ORIGIN });
          const [from, until, end] = [5, 5 + outage, 10 + outage];
          let sent = 0;
          for (let ms = 0; ms <= end * 1000; ms += everyMs) {
            for (; sent / rate <= ms / 1000; sent += 1) {
              const due = sent / rate;
              counts.take({ kind: 'start', id: sent, at: ORIGIN + due });
              if (due < from || due >= until) {
                counts.take({ kind: 'end', id: sent, at: ORIGIN + due, outcome: OK });
              }
            }
            const now = counts.counted;
            if (now !== undefined) {
              budget.take(now);
            }
          }
          // One request more or less at each end, and one look that has not come yet.
          expect(Math.abs(budget.downtimeSeconds - outage)).toBeLessThanOrEqual(3 / rate + 2 * (everyMs / 1000));
        },
      ),
    );
  });
});
