/**
 * The books of a load: every planned arrival ends up in exactly one of ok, failed, dropped or interrupted.
 *
 * k6 decides arrival after arrival, in one loop, whether it starts or is dropped; so the n-th of all starts and drops, in the order of
 * their time, *is* arrival n of the plan, and belongs to the second in which it was planned. (By the moment it really started a request
 * that came a millisecond late would be missing in one second and too many in the next; how late they were is kept as `latenessMax`.)
 * Latency is counted of ok requests only: a refused connection takes no time and would make an outage look fast. How long the failed
 * ones took is counted apart.
 * The stream is in order but for microseconds. Starts and drops therefore wait before their place is settled (`ArrivalOrder`).
 */
import type { LoadBin } from '../../report/evidence.ts';
import { binOf, emptyTally, increase, type LoadTally } from '../../report/load/tally.ts';
import { addToBuckets } from '../../statistics/log-histogram.ts';
import { LATE_SECONDS, type LoadPlan } from '../load-plan.ts';
import { ArrivalOrder } from './arrival-order.ts';
import { errorKind, type Outcome } from './error-kinds.ts';
import type { StreamEvent } from './stream.ts';

/** How the load came to its end, for the arrivals that left no line. */
export interface Closing {
  /** How many arrivals k6 had to make. */
  readonly planned: number;
  /** What an arrival was that k6 had to make and did not write of: not made by a slow generator, or lost with a killed one. */
  readonly unseen: 'dropped' | 'interrupted';
}

export interface Books {
  readonly bins: LoadBin[];
  /** Planned arrivals that left a line: started or dropped. */
  readonly seen: number;
  /** Arrivals without a line, added by `Closing.unseen`. */
  readonly unseen: number;
  /** Requests that k6 sent beyond the plan; they are in no bin. */
  readonly surplus: number;
  /** Lines that contradict each other: an end without its start, a number twice. */
  readonly contradictions: number;
}

/** The second of an arrival beyond the plan. */
const BEYOND = -1;

interface Arrival {
  readonly at: number;
  /** -1 for a drop. */
  readonly id: number;
  second: number | undefined;
  end: { readonly at: number; readonly outcome: Outcome } | undefined;
}

export class LoadBooks {
  readonly #plan: LoadPlan;
  readonly #bins: LoadTally[] = [];
  /** Starts and drops whose place is not settled yet. */
  readonly #waiting = new ArrivalOrder<Arrival>();
  /** Started and not ended, or not settled, by number. */
  readonly #open = new Map<number, Arrival>();
  /** Ends whose start has not been read. */
  readonly #early = new Map<number, { at: number; outcome: Outcome }>();
  #origin: number | undefined;
  /** How long after `#origin` k6 began to count the plan's time. */
  #offset: number | undefined;
  #settled = 0;
  #surplus = 0;
  #lateness: number | undefined;
  #late = 0;
  #contradictions = 0;
  /** Ends by the second in which they came. */
  readonly #ends: { all: number; ok: number }[] = [];
  readonly #counts = { started: 0, ended: 0, ok: 0, failed: 0, dropped: 0 };

  constructor(plan: LoadPlan) {
    this.#plan = plan;
  }

  /**
   * When the plan's time began, in seconds since 1970; undefined until k6 has said when the scenario did. k6 brings its virtual users to
   * life after that and only then begins to count (`start` in its two arrival-rate executors): with thousands of them, or on a busy
   * machine, half a second later. The arrival that was the least late tells how much.
   */
  get origin(): number | undefined {
    return this.#origin === undefined ? undefined : this.#origin + (this.#offset ?? 0);
  }

  /** The time of the newest line read. */
  get watermark(): number {
    return this.#waiting.watermark;
  }

  /** Counts so far, over the whole load. */
  get counts(): Readonly<{ started: number; ended: number; ok: number; failed: number; dropped: number }> {
    return this.#counts;
  }

  /** Starts and drops so far. */
  get seen(): number {
    return this.#counts.started + this.#counts.dropped;
  }

  /** Largest delay of a start or drop against its planned moment, in seconds; undefined before any. */
  get latenessMax(): number | undefined {
    return this.#lateness;
  }

  /** Share of the arrivals that came more than `LATE_SECONDS` late, those of the first second aside, when k6 is still coming to life. */
  get lateShare(): number {
    return this.#settled === 0 ? 0 : this.#late / this.#settled;
  }

  /** Takes one event, in any order. Returns the seconds that a request took when this was its end. */
  take(event: StreamEvent): number | undefined {
    switch (event.kind) {
      case 'origin':
        this.#origin = event.at;
        return undefined;
      case 'start':
        this.#start(event.id, event.at);
        return undefined;
      case 'end':
        return this.#end(event.id, event.at, event.outcome);
      case 'drop':
        for (let index = 0; index < event.count; index += 1) {
          this.#counts.dropped += 1;
          this.#waiting.add({ at: event.at, id: -1, second: undefined, end: undefined });
        }
        this.#settle(this.#waiting.advance(event.at));
        return undefined;
      default:
        return undefined;
    }
  }

  /** Nothing more will come: gives every arrival its place. */
  settle(): void {
    this.#settle(this.#waiting.drain());
  }

  /** True when every arrival planned before `second` is settled and has ended. */
  isComplete(second: number): boolean {
    if (this.#settled < this.#plan.arrivalsBefore(second)) {
      return false;
    }
    for (const arrival of this.#open.values()) {
      if (arrival.second !== undefined && arrival.second !== BEYOND && arrival.second < second) {
        return false;
      }
    }
    return true;
  }

  /** Settles all, counts what is open as interrupted and what left no line by `closing`. The books are closed then. */
  close(closing: Closing): Books {
    this.settle();
    const unseen = Math.max(0, closing.planned - this.#settled);
    for (let index = this.#settled; index < closing.planned; index += 1) {
      const bin = this.#bin(this.#plan.secondOf(index));
      bin.planned += 1;
      bin[closing.unseen] += 1;
    }
    for (const { second } of this.#open.values()) {
      if (second !== undefined && second !== BEYOND) {
        this.#bin(second).interrupted += 1;
      }
    }
    this.#open.clear();
    for (const [second, { all, ok }] of this.#ends.entries()) {
      const bin = this.#bins[second];
      if (bin !== undefined) {
        bin.ended = all;
        bin.answered = ok;
      }
    }
    return {
      bins: this.#bins.map(binOf),
      seen: this.#settled,
      unseen,
      surplus: this.#surplus,
      contradictions: this.#contradictions + this.#early.size,
    };
  }

  #start(id: number, at: number): void {
    if (this.#open.has(id)) {
      this.#contradictions += 1;
      return;
    }
    const end = this.#early.get(id);
    this.#early.delete(id);
    const arrival: Arrival = { at, id, second: undefined, end };
    this.#open.set(id, arrival);
    this.#waiting.add(arrival);
    this.#counts.started += 1;
    if (end !== undefined) {
      this.#count(end.outcome, end.at);
    }
    this.#settle(this.#waiting.advance(at));
  }

  #end(id: number, at: number, outcome: Outcome): number | undefined {
    const arrival = this.#open.get(id);
    if (arrival === undefined) {
      this.#early.set(id, { at, outcome });
      return undefined;
    }
    if (arrival.end !== undefined) {
      this.#contradictions += 1;
      return undefined;
    }
    arrival.end = { at, outcome };
    this.#count(outcome, at);
    if (arrival.second !== undefined) {
      this.#enter(arrival, arrival.second);
    }
    this.#settle(this.#waiting.advance(at));
    return at - arrival.at;
  }

  #count(outcome: Outcome, at: number): void {
    const isOk = errorKind(outcome) === undefined;
    this.#counts.ended += 1;
    this.#counts[isOk ? 'ok' : 'failed'] += 1;
    const second = Math.max(0, Math.floor(at - (this.origin ?? at)));
    for (let next = this.#ends.length; next <= Math.min(second, this.#plan.seconds - 1); next += 1) {
      this.#ends.push({ all: 0, ok: 0 });
    }
    const ends = this.#ends[second];
    if (ends !== undefined) {
      ends.all += 1;
      ends.ok += isOk ? 1 : 0;
    }
  }

  #settle(ready: readonly Arrival[]): void {
    this.#findOffset(ready);
    for (const arrival of ready) {
      this.#place(arrival);
    }
  }

  #findOffset(ready: readonly Arrival[]): void {
    if (this.#origin === undefined) {
      return;
    }
    const room = Math.max(0, this.#plan.arrivals - this.#settled);
    for (const [index, { at }] of ready.slice(0, room).entries()) {
      const late = at - this.#origin - this.#plan.momentOf(this.#settled + index);
      this.#offset = Math.max(0, Math.min(this.#offset ?? Number.POSITIVE_INFINITY, late));
    }
  }

  /** Gives the next of all arrivals its place in the plan. */
  #place(arrival: Arrival): void {
    const index = this.#settled;
    if (index >= this.#plan.arrivals) {
      this.#surplus += arrival.id < 0 ? 0 : 1;
      this.#enter(arrival, BEYOND);
      return;
    }
    this.#settled += 1;
    const second = this.#plan.secondOf(index);
    const bin = this.#bin(second);
    bin.planned += 1;
    if (this.origin !== undefined) {
      const late = arrival.at - (this.origin + this.#plan.momentOf(index));
      this.#lateness = Math.max(this.#lateness ?? 0, late);
      this.#late += second > 0 && late > LATE_SECONDS ? 1 : 0;
    }
    if (arrival.id < 0) {
      bin.dropped += 1;
    } else {
      this.#enter(arrival, second);
    }
  }

  /** Enters a request that has ended into its bin; one that has not stays open. */
  #enter(arrival: Arrival, second: number): void {
    arrival.second = second;
    if (arrival.end === undefined) {
      return;
    }
    this.#open.delete(arrival.id);
    if (second === BEYOND) {
      return;
    }
    const { at, outcome } = arrival.end;
    const bin = this.#bin(second);
    const kind = errorKind(outcome);
    if (kind !== undefined) {
      increase(bin.failed, kind);
      addToBuckets(bin.failedAfter, Math.max(0, at - arrival.at));
      return;
    }
    bin.ok += 1;
    addToBuckets(bin.latency, Math.max(0, at - arrival.at));
    if (outcome.revision !== undefined) {
      increase(bin.byRevision, outcome.revision);
    }
  }

  #bin(second: number): LoadTally {
    for (let next = this.#bins.length; next <= second; next += 1) {
      this.#bins.push(emptyTally());
    }
    const bin = this.#bins[second];
    if (bin === undefined) {
      throw new RangeError(`there is no second ${second} in a load`);
    }
    return bin;
  }
}
