/** What has become of a load at one rate so far, at any moment between the seconds in which it is told of. Pure. */
import { errorKind } from '../../../../measure/counting/error-kinds.ts';
import type { StreamEvent } from '../../../../measure/counting/stream.ts';
import type { Counted } from './downtime-budget.ts';

/** k6 writes in bursts: what is younger and not heard of need not be missing. */
const BURST_SECONDS = 1;
/** As few of the planned requests may have been sent before the load is not what was asked for. */
const SENT_SHARE = 0.95;

export class LiveCounts {
  readonly #rate: number;
  #origin: number | undefined;
  #newest = 0;
  #sent = 0;
  #ok = 0;
  #dropped = 0;

  /** @param rate requests a second, from the first to the last */
  constructor(rate: number) {
    this.#rate = rate;
  }

  take(event: StreamEvent): void {
    switch (event.kind) {
      case 'origin':
        this.#origin = event.at;
        return;
      case 'start':
        this.#sent += 1;
        break;
      case 'drop':
        this.#dropped += event.count;
        break;
      case 'end':
        this.#ok += errorKind(event.outcome) === undefined ? 1 : 0;
        break;
      default:
        return;
    }
    this.#newest = Math.max(this.#newest, event.at);
  }

  /**
   * As of the newest that was heard of, and no later: a k6 that tells of nothing says nothing of the service, which cannot keep it from
   * starting requests. Undefined before the first request.
   */
  get counted(): Counted | undefined {
    const second = this.#seconds;
    return second < 0 ? undefined : { second, planned: Math.floor(second * this.#rate) + 1, ok: this.#ok };
  }

  /** Why the load is not what was asked for, by what k6 has told of; undefined while it is. */
  get shortfall(): string | undefined {
    const second = this.#seconds;
    if (second < 0) {
      return 'it has told of no request yet';
    }
    if (this.#dropped > 0) {
      return `${this.#dropped} requests were not sent in time: this machine cannot make ${this.#rate} requests/s`;
    }
    const due = this.#rate * (second - BURST_SECONDS);
    return this.#sent < due * SENT_SHARE
      ? `only ${this.#sent} requests were sent in ${second.toFixed(1)} s, of ${this.#rate} a second`
      : undefined;
  }

  get #seconds(): number {
    return this.#origin === undefined ? -1 : this.#newest - this.#origin;
  }
}
