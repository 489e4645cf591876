/** Lets handlers that wait for something in between act one after the other on the same thing. */

/** Queues by key: work under the same key runs in the order in which it was asked for, work under different keys side by side. */
export class Exclusive {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` when all earlier work under `key` has ended, well or not; settles as `work` does. */
  run<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const settled = result.then(
      () => {},
      () => {},
    );
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) {
        this.#last.delete(key);
      }
    });
    return result;
  }
}
