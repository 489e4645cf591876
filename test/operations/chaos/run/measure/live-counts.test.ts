import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DowntimeBudget } from '../../../../../src/operations/chaos/run/measure/downtime-budget.ts';
import { LiveCounts } from '../../../../../src/operations/chaos/run/measure/live-counts.ts';

const ORIGIN = 1_000_000;
const OK = { status: 200, code: 0 };

describe('LiveCounts', () => {
  it('knows nothing before the first request', () => {
    expect(new LiveCounts(50).asOf(ORIGIN)).toBeUndefined();
  });

  it('is as of the newest that was heard of, and of a second ago where that is older', () => {
    const counts = new LiveCounts(50);
    counts.take({ kind: 'origin', at: ORIGIN });
    expect(counts.asOf(ORIGIN + 0.5)).toBeUndefined();
    expect(counts.asOf(ORIGIN + 3)).toEqual({ second: 2, planned: 101, ok: 0 });
    counts.take({ kind: 'start', id: 1, at: ORIGIN + 2.5 });
    expect(counts.asOf(ORIGIN + 3)).toEqual({ second: 2.5, planned: 126, ok: 0 });
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
            const now = counts.asOf(ORIGIN + ms / 1000);
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
