/**
 * The writes of a load: each carries an id that surefoot has chosen, so that the service's own ledger can say afterwards which are there.
 * The list is kept outside of the service, which may lose its own.
 */
import { errorKind } from '../../../../measure/counting/error-kinds.ts';
import type { StreamEvent } from '../../../../measure/counting/stream.ts';

/** A write that was sent. Times are seconds since 1970. */
export interface Write {
  readonly id: string;
  readonly sentAt: number;
  /** When its acknowledgement arrived. Undefined: none did, and nobody knows whether it was kept. */
  readonly acknowledgedAt: number | undefined;
}

export type AcknowledgedWrite = Write & { readonly acknowledgedAt: number };

/** What the ids of all writes of a run begin with. */
export function runPrefix(runId: string): string {
  return `${runId}-`;
}

/** What the ids of the writes of one of its loads begin with; the number of the request follows. */
export function writePrefix(runId: string, which: 'load' | 'probe'): string {
  return `${runPrefix(runId)}${which}-`;
}

/**
 * Collects writes from the events of a load. Acknowledged is what was answered with 2xx, the answer read to its end; a time-out, a reset, an
 * error of the server or any other answer leaves the write unknown.
 */
export class WriteLog {
  readonly #prefix: string;
  readonly #writes = new Map<number, Write>();

  /** @param prefix see `writePrefix` */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  take(event: StreamEvent): void {
    if (event.kind === 'start') {
      this.#writes.set(event.id, { id: `${this.#prefix}${event.id}`, sentAt: event.at, acknowledgedAt: undefined });
      return;
    }
    if (event.kind === 'end' && event.outcome.status < 300 && errorKind(event.outcome) === undefined) {
      const id = `${this.#prefix}${event.id}`;
      const sentAt = this.#writes.get(event.id)?.sentAt ?? event.at;
      this.#writes.set(event.id, { id, sentAt, acknowledgedAt: event.at });
    }
  }

  /** All that were sent so far. */
  get all(): Write[] {
    return [...this.#writes.values()];
  }
}

export function isAcknowledged(write: Write): write is AcknowledgedWrite {
  return write.acknowledgedAt !== undefined;
}
