/** Puts starts and drops, which are read in order but for microseconds, into the order of their time. */

/** How long one waits before its place is settled. */
export const REORDER_SECONDS = 1;

interface Timed {
  /** Seconds since 1970. */
  readonly at: number;
  /** Decides among equals. */
  readonly id: number;
}

/** Holds what has come back until nothing earlier can come any more. */
export class ArrivalOrder<T extends Timed> {
  #waiting: T[] = [];
  #watermark = Number.NEGATIVE_INFINITY;

  /** The time of the newest line read. */
  get watermark(): number {
    return this.#watermark;
  }

  add(item: T): void {
    this.#waiting.push(item);
  }

  /** The time has come to `at`: gives what is settled by it, in order. About once in a reorder time, so that sorting stays cheap. */
  advance(at: number): readonly T[] {
    if (at <= this.#watermark) {
      return [];
    }
    this.#watermark = at;
    const oldest = this.#waiting[0]?.at ?? at;
    return at - oldest > 1.5 * REORDER_SECONDS ? this.#take(at - REORDER_SECONDS) : [];
  }

  /** Nothing more will come: gives all that is left, in order. */
  drain(): readonly T[] {
    return this.#take(Number.POSITIVE_INFINITY);
  }

  #take(until: number): readonly T[] {
    const ready = this.#waiting.filter((item) => item.at <= until);
    this.#waiting = this.#waiting.filter((item) => item.at > until);
    return ready.sort((a, b) => a.at - b.at || a.id - b.id);
  }
}
