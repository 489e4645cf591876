/**
 * CPU time taken from a process group: it stands still (SIGSTOP) for a part of every 20 ms. What a stressor beside it would take, without
 * heating a machine that others use, and the same on every machine.
 */
const SLICE_MS = 20;

export class Throttle {
  readonly #signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
  #share = 1;
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: (signal: 'SIGSTOP' | 'SIGCONT') => void) {
    this.#signal = signal;
  }

  /** `share` of the time, from 0 to 1, is left to the group from now on. */
  set(share: number): void {
    this.#share = share;
    if (share >= 1) {
      this.end();
    } else if (this.#timer === undefined) {
      this.#halt();
    }
  }

  /** Lets the group run, for good. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#signal('SIGCONT');
  }

  #halt(): void {
    this.#signal('SIGSTOP');
    this.#timer = setTimeout(() => this.#run(), SLICE_MS * (1 - this.#share));
  }

  #run(): void {
    this.#signal('SIGCONT');
    this.#timer = setTimeout(() => this.#halt(), SLICE_MS * this.#share);
  }
}
