/** How far a replica is behind, by what its source had acknowledged when. */

/** What is kept of the past; a lag is never told to be longer. */
const KEPT_MS = 10 * 60_000;

export class LagMeter {
  readonly #seen: { readonly at: number; readonly position: number }[] = [];

  /** The source had acknowledged that much at `at` (epoch ms); called in order of time. */
  note(at: number, position: number): void {
    if (this.#seen.at(-1)?.position !== position) {
      this.#seen.push({ at, position });
    }
    while ((this.#seen[1]?.at ?? at) < at - KEPT_MS) {
      this.#seen.shift();
    }
  }

  /** Seconds since the replica had all that there was: 0 when it has all; undefined before anything was noted. */
  lagSeconds(at: number, position: number): number | undefined {
    const newest = this.#seen.at(-1);
    if (newest === undefined) {
      return undefined;
    }
    const firstMissing = this.#seen.find((one) => one.position > position);
    return firstMissing === undefined ? 0 : (at - firstMissing.at) / 1000;
  }
}
