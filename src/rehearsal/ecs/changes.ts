/** Lets controllers sleep until something they look at has changed, without polling. */

/** A counter of changes that can be waited on; a change between looking and waiting is never missed. */
export class Changes {
  #version = 0;
  readonly #waiting = new Set<() => void>();

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  notify(): void {
    this.#version += 1;
    for (const wake of [...this.#waiting]) {
      wake();
    }
  }

  /** Resolves at the first change after `version`; rejects with the signal's reason when it aborts. */
  after(version: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      if (this.#version !== version) {
        resolve();
        return;
      }
      const settle = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', abort);
      };
      const wake = () => {
        settle();
        resolve();
      };
      const abort = () => {
        settle();
        reject(signal.reason);
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Resolves once `condition` holds; it is looked at now and after every change. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (;;) {
      const { version } = this;
      if (condition()) {
        return;
      }
      await this.after(version, signal);
    }
  }
}
