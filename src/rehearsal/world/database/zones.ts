import { Changes } from './changes.ts';

/** Which zones have power. A node in a dark zone has been killed, and does not come back before the zone does. */
export class ZonePower {
  readonly #dark = new Set<string>();
  readonly #changes = new Changes();

  isLit(zone: string): boolean {
    return !this.#dark.has(zone);
  }

  setDark(zone: string, dark: boolean): void {
    if (dark) {
      this.#dark.add(zone);
    } else {
      this.#dark.delete(zone);
    }
    this.#changes.note();
  }

  /** Resolves with the first state for which `holds` is true; rejects with the signal's reason when aborted. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    return this.#changes.until(holds, signal);
  }
}
