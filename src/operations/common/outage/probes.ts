/** The requests of the load one by one, as single events: bins are too coarse to say when a service was back. */
import { errorKind } from '../../../measure/counting/error-kinds.ts';
import type { StreamEvent } from '../../../measure/counting/stream.ts';

/** One planned request. Times are seconds since 1970. */
export interface Probe {
  /** When it was sent; of one that never was, when it was due. */
  readonly at: number;
  /** Undefined: it has not ended, or was never sent. */
  readonly end: number | undefined;
  readonly ok: boolean;
}

/** Collects the requests while they run. An end without a start, or a start without an end, is a request that did not end well. */
export class ProbeLog {
  readonly #open = new Map<number, number>();
  readonly #ended: Probe[] = [];
  #origin: number | undefined;

  /** When the first request was due, once that is known. */
  get origin(): number | undefined {
    return this.#origin;
  }

  take(event: StreamEvent): void {
    switch (event.kind) {
      case 'origin':
        this.#origin = event.at;
        return;
      case 'start':
        this.#open.set(event.id, event.at);
        return;
      case 'end':
        this.#ended.push({
          at: this.#open.get(event.id) ?? event.at,
          end: event.at,
          ok: errorKind(event.outcome) === undefined,
        });
        this.#open.delete(event.id);
        return;
      case 'drop':
        for (let each = 0; each < event.count; each += 1) {
          this.#ended.push({ at: event.at, end: undefined, ok: false });
        }
        return;
      default:
    }
  }

  /** Whether a request that was sent before `until` is still under way. */
  isOpenBefore(until: number): boolean {
    return [...this.#open.values()].some((at) => at < until);
  }

  /** All requests sent or due from `from` and before `until`, in their order; those under way count as not answered. */
  between(from: number, until: number): Probe[] {
    const open = [...this.#open.values()].map((at): Probe => ({ at, end: undefined, ok: false }));
    return inOrder([...this.#ended, ...open], from, until);
  }

  /** The same without those that are still under way: nobody knows yet what becomes of them. */
  settled(from: number, until: number): Probe[] {
    return inOrder(this.#ended, from, until);
  }
}

function inOrder(probes: readonly Probe[], from: number, until: number): Probe[] {
  return probes.filter(({ at }) => at >= from && at < until).sort((a, b) => a.at - b.at);
}
