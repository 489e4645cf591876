/** Waits for the moments of a schedule on the wall clock. */
import type { RehearsalClock } from '../../world/clock.ts';

/** Waits are cut up, so that a machine that slept, or whose clock was set, is late by this much at most; timers end at 24.8 days anyhow. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Calls `act` at every moment that `next` gives, until it gives none or `signal` aborts. One that is past when the one before has
 * ended is left out. Schedules are wall clock: no speed shortens them. An error of `act` is a bug and rejects.
 */
export async function runSchedule(
  next: (after: Date) => Date | undefined,
  act: () => Promise<void>,
  { clock, signal }: { readonly clock: RehearsalClock; readonly signal: AbortSignal },
): Promise<void> {
  let after = clock.now();
  while (!signal.aborted) {
    const due = next(after);
    if (due === undefined) {
      return;
    }
    await waitUntil(due, clock, signal);
    await act();
    // A timer may end a moment early.
    after = new Date(Math.max(due.getTime(), clock.now().getTime()));
  }
}

async function waitUntil(due: Date, clock: RehearsalClock, signal: AbortSignal): Promise<void> {
  for (;;) {
    const left = due.getTime() - clock.now().getTime();
    if (left <= 0) {
      return;
    }
    await clock.sleep(Math.min(left, LONGEST_WAIT_MS), signal);
  }
}
