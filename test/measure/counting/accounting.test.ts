import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Closing, LoadBooks } from '../../../src/measure/counting/accounting.ts';
import { REORDER_SECONDS } from '../../../src/measure/counting/arrival-order.ts';
import type { StreamEvent } from '../../../src/measure/counting/stream.ts';
import { constantShape, planShape } from '../../../src/measure/shape-plan.ts';
import { type LoadBin, loadBinSchema, totalsOf } from '../../../src/report/evidence.ts';
import { bucketOf } from '../../../src/statistics/log-histogram.ts';

const ORIGIN = 1_795_232_599;
const RATE = 10;
const SECONDS = 6;
const plan = planShape({ shape: constantShape({ rate: RATE, maxSeconds: SECONDS }), timeoutSeconds: 2 });
const whole: Closing = { planned: plan.arrivals, unseen: 'dropped' };

type Fate = 'ok' | 'http-500' | 'timeout' | 'dropped' | 'open' | 'unseen';
const outcomes = {
  ok: { status: 200, code: 0, revision: 'a' },
  'http-500': { status: 500, code: 1500 },
  timeout: { status: 0, code: 1050 },
} as const;

/** What k6 would write for arrivals with these fates; the n-th started one has the number n. */
function eventsOf(fates: readonly Fate[], lateness: readonly number[] = []): StreamEvent[] {
  const events: StreamEvent[] = [{ kind: 'origin', at: ORIGIN }];
  let id = 0;
  for (const [index, fate] of fates.entries()) {
    const at = ORIGIN + (index + 1) / RATE + (lateness[index] ?? 0);
    if (fate === 'dropped') {
      events.push({ kind: 'drop', count: 1, at });
    } else if (fate !== 'unseen') {
      events.push({ kind: 'start', id, at });
      if (fate !== 'open') {
        events.push({ kind: 'end', id, at: at + 0.05, outcome: outcomes[fate] });
      }
      id += 1;
    }
  }
  return events.sort((a, b) => time(a) - time(b));
}

function time(event: StreamEvent): number {
  return 'at' in event ? event.at : 0;
}

function bookOf(events: readonly StreamEvent[], closing = whole) {
  const books = new LoadBooks(plan);
  for (const event of events) {
    books.take(event);
  }
  return { books, ...books.close(closing) };
}

/** Counted straight from the fates: what the bins must say. */
function expectedOf(fates: readonly Fate[]): unknown[] {
  return Array.from({ length: SECONDS }, (_, second) => {
    const here = fates.slice(second * RATE, (second + 1) * RATE);
    const count = (fate: Fate) => here.filter((each) => each === fate).length;
    const failed = Object.entries({ 'http-500': count('http-500'), timeout: count('timeout') });
    return {
      second,
      planned: RATE,
      ok: count('ok'),
      failed: Object.fromEntries(failed.filter(([, number]) => number > 0)),
      dropped: count('dropped') + count('unseen'),
      interrupted: count('open'),
    };
  });
}

function counts(bins: readonly LoadBin[]): unknown[] {
  return bins.map(({ second, planned, ok, failed, dropped, interrupted }) => ({
    second,
    planned,
    ok,
    failed,
    dropped,
    interrupted,
  }));
}

const seenFates = fc.array(fc.constantFrom<Fate>('ok', 'http-500', 'timeout', 'dropped', 'open'), {
  minLength: plan.arrivals,
  maxLength: plan.arrivals,
});

describe('the books of a load', () => {
  it('hold every arrival in its second with its fate', () => {
    fc.assert(
      fc.property(seenFates, (fates) => {
        const { bins, unseen, contradictions } = bookOf(eventsOf(fates));
        expect(counts(bins)).toEqual(expectedOf(fates));
        expect({ unseen, contradictions }).toEqual({ unseen: 0, contradictions: 0 });
        for (const bin of bins) {
          loadBinSchema.parse(bin);
        }
      }),
    );
  });

  it('are the same however the stream is shuffled within the reorder time', () => {
    fc.assert(
      fc.property(
        seenFates,
        fc.array(fc.double({ min: 0, max: REORDER_SECONDS / 2, noNaN: true }), { minLength: 150, maxLength: 150 }),
        (fates, delays) => {
          const events = eventsOf(fates);
          const shuffled = events
            .map((event, index) => ({ event, at: time(event) + (delays[index] ?? 0) }))
            .sort((a, b) => a.at - b.at)
            .map(({ event }) => event);
          const [sorted, mixed] = [bookOf(events), bookOf(shuffled)];
          expect(counts(mixed.bins)).toEqual(counts(sorted.bins));
          expect(mixed.contradictions).toBe(0);
        },
      ),
    );
  });

  it('add up to the plan, second by second, even for a stream in any order at all', () => {
    fc.assert(
      fc.property(
        seenFates.chain((fates) =>
          fc.record({
            fates: fc.constant(fates),
            events: fc.shuffledSubarray(eventsOf(fates), { minLength: 1 + plan.arrivals }),
          }),
        ),
        ({ fates, events }) => {
          const all = events.length === eventsOf(fates).length;
          const { bins } = bookOf(events);
          for (const bin of bins) {
            loadBinSchema.parse(bin);
            expect(bin.planned).toBe(RATE);
          }
          if (all) {
            expect(totalsOf(bins)).toEqual(totalsOf(bookOf(eventsOf(fates)).bins));
          }
        },
      ),
    );
  });

  it('give arrivals without a line to the generator, or to its sudden end', () => {
    const fates: Fate[] = Array.from({ length: plan.arrivals }, (_, index) => (index < 43 ? 'ok' : 'unseen'));
    const slow = bookOf(eventsOf(fates), { planned: 60, unseen: 'dropped' });
    expect(slow.unseen).toBe(17);
    expect(counts(slow.bins)).toEqual(expectedOf(fates));
    const killed = bookOf(eventsOf(fates), { planned: 45, unseen: 'interrupted' });
    expect(killed.bins.at(-1)).toMatchObject({ second: 4, planned: 5, ok: 3, dropped: 0, interrupted: 2 });
  });

  it('measure latency between the stamps of start and end, of ok requests only', () => {
    const { bins } = bookOf(eventsOf(['ok', 'http-500', 'timeout', 'ok']), { planned: 4, unseen: 'dropped' });
    expect(bins[0]?.latency).toEqual([[bucketOf(0.05), 2]]);
    expect(bins[0]?.byRevision).toEqual({ a: 2 });
  });

  it('count a late request in its planned second, and say how late the latest was', () => {
    const fates: Fate[] = Array.from({ length: plan.arrivals }, () => 'ok');
    const lateness = fates.map((_, index) => (index === 9 ? 0.13 : 0));
    const { books, bins } = bookOf(eventsOf(fates, lateness));
    expect(counts(bins)).toEqual(expectedOf(fates));
    // Arrival 9, planned at 0.9 s, began at 1.03 s; the one planned at 1.0 s took its place, so each was late by less.
    expect(books.latenessMax).toBeCloseTo(0.1, 1);
    expect(books.lateShare).toBe(0);
  });

  it('say which share came too late, the first second aside', () => {
    const fates: Fate[] = Array.from({ length: plan.arrivals }, () => 'ok');
    // All of the first second and the last six arrivals stood still for 0.4 s.
    const lateness = fates.map((_, index) => (index < 10 || index >= 54 ? 0.4 : 0));
    expect(bookOf(eventsOf(fates, lateness)).books.lateShare).toBeCloseTo(6 / 60, 9);
  });

  it('begin when k6 began to count, not when it began to bring virtual users to life', () => {
    const fates: Fate[] = Array.from({ length: plan.arrivals }, (_, index) => (index === 20 ? 'dropped' : 'ok'));
    const lateness = fates.map((_, index) => 0.6 + (index === 30 ? 0.05 : 0.001 * (index % 3)));
    const { books, bins } = bookOf(eventsOf(fates, lateness));
    expect(books.origin).toBeCloseTo(ORIGIN + 0.6, 6);
    expect(books.latenessMax).toBeCloseTo(0.05, 6);
    expect(books.lateShare).toBe(0);
    expect(counts(bins)).toEqual(expectedOf(fates));
  });

  it('know when all of a window has ended', () => {
    const books = new LoadBooks(plan);
    const fates: Fate[] = Array.from({ length: 40 }, (_, index) => (index === 5 ? 'open' : 'ok'));
    for (const event of eventsOf(fates)) {
      books.take(event);
    }
    expect(books.isComplete(0)).toBe(true);
    expect(books.isComplete(1)).toBe(false);
    books.take({ kind: 'end', id: 5, at: ORIGIN + 4.1, outcome: outcomes.timeout });
    expect(books.isComplete(1)).toBe(true);
    expect(books.isComplete(6)).toBe(false);
  });

  it('leave out what k6 did beyond the plan, and say how much of it was sent', () => {
    const fates: Fate[] = Array.from({ length: plan.arrivals }, (_, index) => (index === 7 ? 'dropped' : 'ok'));
    const { bins, seen, unseen, surplus, contradictions } = bookOf(eventsOf([...fates, 'ok', 'dropped', 'open']));
    expect(counts(bins)).toEqual(expectedOf(fates));
    expect({ seen, unseen, surplus, contradictions }).toEqual({ seen: 60, unseen: 0, surplus: 2, contradictions: 0 });
  });

  it('report lines that contradict each other, and still add up', () => {
    const events = eventsOf(['ok', 'ok']);
    const end = events.find((event) => event.kind === 'end');
    const { bins, contradictions } = bookOf(
      [...events, ...(end ? [end] : []), { kind: 'end', id: 77, at: ORIGIN + 1, outcome: outcomes.ok }],
      { planned: 2, unseen: 'dropped' },
    );
    expect(contradictions).toBe(2);
    expect(totalsOf(bins)).toEqual({ planned: 2, ok: 2, failed: 0, dropped: 0, interrupted: 0 });
  });
});
