/**
 * Cooldown periods of scalable targets; `--speed` shortens them.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html#target-tracking-cooldown
 */
import type { RehearsalClock } from '../../world/clock.ts';
import type { ScaleOut } from './tracking.ts';

export class Cooldowns {
  readonly #clock: RehearsalClock;
  readonly #out = new Map<string, ScaleOut & { readonly until: number }>();
  readonly #in = new Map<string, number>();

  constructor(clock: RehearsalClock) {
    this.#clock = clock;
  }

  /** The scale-out that is still cooling down, unless the capacity is no more what it left behind. */
  out(resourceId: string, current: number): ScaleOut | undefined {
    const last = this.#out.get(resourceId);
    return last !== undefined && last.until > this.#now() && last.after === current ? last : undefined;
  }

  /** "Scale-in activities are blocked until the cooldown period ends." */
  blocksIn(resourceId: string): boolean {
    return (this.#in.get(resourceId) ?? 0) > this.#now();
  }

  /**
   * Begins a cooldown of `seconds`, counted from the capacity before the first scale-out of a row. "The cooldown period for the scale-in
   * activity stops and doesn't complete."
   */
  scaledOut(resourceId: string, change: ScaleOut, seconds: number): void {
    this.#in.delete(resourceId);
    const before = this.out(resourceId, change.before)?.before ?? change.before;
    this.#out.set(resourceId, { before, after: change.after, until: this.#until(seconds) });
  }

  scaledIn(resourceId: string, seconds: number): void {
    this.#out.delete(resourceId);
    this.#in.set(resourceId, this.#until(seconds));
  }

  #until(seconds: number): number {
    return this.#now() + this.#clock.scaled(seconds * 1000);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}
