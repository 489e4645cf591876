/** When a service was down, as its users felt it: by the second in which requests were to start. */
import type { LoadBin } from '../../report/evidence.ts';

export interface Outage {
  /** The first second of it, and the first one after it. */
  readonly from: number;
  readonly to: number;
  /** Planned requests of these seconds that did not end well. */
  readonly lost: number;
  /** The load ended before the service came back. */
  readonly open: boolean;
}

/** Down: fewer than half of a second's requests ended well. */
const DOWN = 0.5;
/** An outage is over after so many good seconds in a row; a single good one within it is a part of it. */
const GOOD_SECONDS = 3;

/** The outages among bins in ascending order. Seconds in which nothing was planned say nothing, and end nothing. */
export function outagesOf(bins: readonly LoadBin[]): Outage[] {
  const asked = bins.filter(({ planned }) => planned > 0);
  const outages: Outage[] = [];
  let from: number | undefined;
  let lastDown = 0;
  let good = 0;
  for (const bin of asked) {
    if (bin.ok < bin.planned * DOWN) {
      from ??= bin.second;
      lastDown = bin.second;
      good = 0;
    } else {
      good += 1;
      if (from !== undefined && good >= GOOD_SECONDS) {
        outages.push(outageOf(asked, from, lastDown + 1, false));
        from = undefined;
      }
    }
  }
  if (from !== undefined) {
    outages.push(outageOf(asked, from, lastDown + 1, good === 0));
  }
  return outages;
}

function outageOf(bins: readonly LoadBin[], from: number, to: number, open: boolean): Outage {
  const lost = bins
    .filter(({ second }) => second >= from && second < to)
    .reduce((sum, bin) => sum + bin.planned - bin.ok, 0);
  return { from, to, lost, open };
}
