/** When a load stops early: by errors within a window, never by those since the start, which an hour of good minutes would hide. */
import type { Objective } from '../../platform/model/objectives.ts';
import { binomialLower } from '../../statistics/binomial.ts';
import { shareOf } from './proof.ts';

/** So sure must it be that the share is beyond the limit: it is looked at every second. */
const CONFIDENCE = 0.999;

/** Where no objective says how many errors are too many, one in a hundred is a budget to burn. */
const BUDGET_WITHOUT_OBJECTIVE = 0.01;
const HIGHEST_LIMIT = 0.5;

/** The share of failed requests in a window beyond which a load stops: budget × burn rate, at most one half. */
export function abortLimit(objectives: readonly Objective[], burnRate: number): number {
  const availability = objectives.filter(({ indicator }) => indicator === 'availability');
  const budget =
    availability.length === 0
      ? BUDGET_WITHOUT_OBJECTIVE
      : Math.min(...availability.map(({ budget }) => shareOf(budget)));
  return Math.min(HIGHEST_LIMIT, budget * burnRate);
}

/** Counts since the start, as of a second. */
export interface Counted {
  readonly second: number;
  readonly ok: number;
  readonly failed: number;
}

export class AbortRule {
  readonly #windowSeconds: number;
  readonly #limit: number;
  #history: Counted[] = [{ second: 0, ok: 0, failed: 0 }];

  /** @param limit the share of failed requests in a window that must not be exceeded; see `abortLimit` */
  constructor(windowSeconds: number, limit: number) {
    this.#windowSeconds = windowSeconds;
    this.#limit = limit;
  }

  /** Takes the counts of a second; gives the reason to stop, once there is one. */
  take(now: Counted): string | undefined {
    this.#history.push(now);
    // What lies before the window but for the newest of it: the window's own beginning.
    const first = this.#history.findLastIndex(({ second }) => second <= now.second - this.#windowSeconds);
    this.#history = this.#history.slice(Math.max(0, first));
    const before = this.#history[0] ?? now;
    const failed = now.failed - before.failed;
    const ended = now.ok - before.ok + failed;
    if (ended === 0 || binomialLower(failed, ended, CONFIDENCE) <= this.#limit) {
      return undefined;
    }
    return `${failed} of the ${ended} requests that ended within ${now.second - before.second} s failed; the profile stops beyond ${Number((this.#limit * 100).toPrecision(3))} %`;
  }
}
