/** How much a service got done. */
import type { LoadBin } from '../../report/evidence.ts';

/**
 * The most good answers per second over any `windowSeconds` in a row: a service that is asked for more than it can do goes on doing
 * what it can, so that this is its capacity. Undefined for a load shorter than the window.
 */
export function bestThroughput(bins: readonly LoadBin[], windowSeconds: number): number | undefined {
  let sum = 0;
  let best: number | undefined;
  for (const [index, bin] of bins.entries()) {
    sum += bin.answered ?? 0;
    if (index >= windowSeconds - 1) {
      best = Math.max(best ?? 0, sum / windowSeconds);
      sum -= bins[index - windowSeconds + 1]?.answered ?? 0;
    }
  }
  return best;
}
