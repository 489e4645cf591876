/** Waiting for something to become true that others change. */
export class Changes {
  readonly #waiting = new Set<() => void>();

  /** Something changed: every wait asks again. */
  note(): void {
    for (const look of [...this.#waiting]) {
      look();
    }
  }

  /** Resolves as soon as `holds`; rejects with the signal's reason when aborted. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#waiting.delete(look);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const look = () => {
        if (holds()) {
          end(resolve);
        }
      };
      const abort = () => end(() => reject(signal.reason as Error));
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      signal.addEventListener('abort', abort);
      this.#waiting.add(look);
      look();
    });
  }
}
