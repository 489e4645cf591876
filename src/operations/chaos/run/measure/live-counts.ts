/** What has become of a load at one rate so far, at any moment between the seconds in which it is told of. Pure. */
import { errorKind } from '../../../../measure/error-kinds.ts';
import type { StreamEvent } from '../../../../measure/stream.ts';
import type { Counted } from './downtime-budget.ts';

/** k6 writes in bursts: what is younger and not heard of need not be lost. */
const BURST_SECONDS = 1;

export class LiveCounts {
  readonly #rate: number;
  #origin: number | undefined;
  #newest = 0;
  #ok = 0;

  /** @param rate requests a second, from the first to the last */
  constructor(rate: number) {
    this.#rate = rate;
  }

  take(event: StreamEvent): void {
    if (event.kind === 'origin') {
      this.#origin = event.at;
    }
    if (event.kind === 'start' || event.kind === 'end') {
      this.#newest = Math.max(this.#newest, event.at);
    }
    if (event.kind === 'end' && errorKind(event.outcome) === undefined) {
      this.#ok += 1;
    }
  }

  /** As of the newest that was heard of, or of a second ago. Undefined before the first request. @param now seconds since 1970 */
  asOf(now: number): Counted | undefined {
    if (this.#origin === undefined) {
      return undefined;
    }
    const second = Math.max(this.#newest, now - BURST_SECONDS) - this.#origin;
    return second < 0 ? undefined : { second, planned: Math.floor(second * this.#rate) + 1, ok: this.#ok };
  }
}
