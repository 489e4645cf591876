/** A segment on a network with a fault: waited for until it is through, or until its time is over. */
import type { Journey } from './network.ts';
import type { Target } from './target.ts';

export class Hold {
  readonly #target: Target;
  readonly #journey: Journey;
  readonly #timeoutMs: number;
  #timer: NodeJS.Timeout | undefined;
  #forget: () => void = () => {};
  #over = false;

  constructor(target: Target, journey: Journey, timeoutMs: number) {
    this.#target = target;
    this.#journey = journey;
    this.#timeoutMs = timeoutMs;
  }

  /** Sends it; calls one of the two, once, unless it is cancelled before. `through` may be called before this returns. */
  begin(through: () => void, tooLate: () => void): void {
    const settle = (then: () => void) => {
      if (!this.#over) {
        this.cancel();
        then();
      }
    };
    this.#timer = setTimeout(() => settle(tooLate), this.#timeoutMs);
    const forget = this.#target.network.send(this.#target, this.#journey, () => settle(through));
    if (this.#over) {
      forget();
    } else {
      this.#forget = forget;
    }
  }

  cancel(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#forget();
  }
}
