/** Which zones have power. A node in a dark zone has been killed, and does not come back before the zone does. */
export class ZonePower {
  readonly #dark = new Set<string>();
  readonly #waiting = new Set<() => void>();

  isLit(zone: string): boolean {
    return !this.#dark.has(zone);
  }

  setDark(zone: string, dark: boolean): void {
    if (dark) {
      this.#dark.add(zone);
    } else {
      this.#dark.delete(zone);
    }
    for (const wake of [...this.#waiting]) {
      wake();
    }
  }

  /** Resolves with the first state for which `holds` is true; rejects with the signal's reason when aborted. */
  async until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve, reject) => {
        const end = (settle: () => void) => () => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', abort);
          settle();
        };
        const wake = end(resolve);
        const abort = end(() => reject(signal.reason as Error));
        signal.throwIfAborted();
        this.#waiting.add(wake);
        signal.addEventListener('abort', abort);
      });
    }
  }
}
