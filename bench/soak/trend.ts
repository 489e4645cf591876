/** Whether a quantity grows with time, told from its noise: a robust slope, and medians of parts of the run. */

export interface Point {
  /** Seconds. */
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  /** Theil–Sen slope in units per hour, without the first fifth of the run. */
  readonly perHour: number;
  /** Medians over the quarters of the run, the first one with the start in it. */
  readonly quarters: readonly [number, number, number, number];
  readonly highest: number;
}

/** The share of the run that is left out of the slope: caches fill and code is compiled. */
const WARM_UP = 0.2;
const SECONDS_PER_HOUR = 3600;

/** The trend of a run's readings in order of time. @throws RangeError for fewer than eight: no quarter would say anything */
export function trendOf(points: readonly Point[]): Trend {
  if (points.length < 8) {
    throw new RangeError(`a trend needs at least 8 readings, got ${points.length}`);
  }
  const quarter = (index: number) => {
    const part = points.slice(Math.floor((points.length * index) / 4), Math.floor((points.length * (index + 1)) / 4));
    return median(part.map(({ value }) => value));
  };
  const warm = points.slice(Math.floor(points.length * WARM_UP));
  return {
    perHour: theilSen(warm) * SECONDS_PER_HOUR,
    quarters: [quarter(0), quarter(1), quarter(2), quarter(3)],
    highest: Math.max(...points.map(({ value }) => value)),
  };
}

/**
 * The median of the slopes between all pairs of points, per second; outliers of up to 29 % of the points do not move it.
 * Source: P. K. Sen, Estimates of the Regression Coefficient Based on Kendall's Tau, JASA 63 (1968)
 */
export function theilSen(points: readonly Point[]): number {
  const slopes = points.flatMap((first, index) =>
    points
      .slice(index + 1)
      .filter((second) => second.at !== first.at)
      .map((second) => (second.value - first.value) / (second.at - first.at)),
  );
  return median(slopes);
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
