/** What a log amounts to: the values of keys, and ledgers. Pure: the same log gives the same contents on every node. */
import type { Entry, Json } from '../protocol.ts';

export interface LedgerEntry {
  readonly position: number;
  readonly id: string;
  readonly value: Json;
}

export class Contents {
  readonly #keys = new Map<string, { readonly position: number; readonly value: Json }>();
  readonly #ledgers = new Map<string, Map<string, LedgerEntry>>();

  /** Applies entries in the order of the log. */
  apply(entries: readonly Entry[]): void {
    for (const { position, write } of entries) {
      if (write.type === 'put') {
        this.#keys.set(write.key, { position, value: write.value });
      } else {
        const ledger = this.#ledgers.get(write.ledger) ?? new Map<string, LedgerEntry>();
        this.#ledgers.set(write.ledger, ledger);
        ledger.set(write.id, { position, id: write.id, value: write.value });
      }
    }
  }

  value(key: string): { readonly position: number; readonly value: Json } | undefined {
    return this.#keys.get(key);
  }

  /** The entry of a ledger with this id. */
  entry(ledger: string, id: string): LedgerEntry | undefined {
    return this.#ledgers.get(ledger)?.get(id);
  }

  /** At most `limit` entries of a ledger after a position, in their order. */
  entries(ledger: string, after: number, limit: number): LedgerEntry[] {
    const found: LedgerEntry[] = [];
    for (const entry of this.#ledgers.get(ledger)?.values() ?? []) {
      if (found.length === limit) {
        break;
      }
      if (entry.position > after) {
        found.push(entry);
      }
    }
    return found;
  }
}
