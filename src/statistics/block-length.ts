/** How long the blocks of a block bootstrap should be. */
import { mean } from './mean.ts';

/**
 * The length of blocks for a circular block bootstrap of the mean of this series: Politis and White ("Automatic block-length selection
 * for the dependent bootstrap", Econometric Reviews 23 (2004) 53-70) with the correction of Patton, Politis and White (ibid. 28 (2009)
 * 372-375). Not rounded; near 0 for independent values, 1 for values that are all the same.
 * @param series in order of time, at least ten values
 * @throws RangeError for fewer
 */
export function optimalBlockLength(series: readonly number[]): number {
  const n = series.length;
  if (n < 10) {
    throw new RangeError(`a block length needs ten values at least, not ${n}`);
  }
  const centre = mean(series);
  const deviations = series.map((value) => value - centre);
  if (deviations.every((value) => Math.abs(value) <= 1e-12 * Math.abs(centre))) {
    return 1;
  }
  const { bandwidth, covariances } = flatTop(n, deviations);
  let g = 0;
  let longRun = covariances[0] ?? 0;
  for (let lag = 1; lag <= bandwidth; lag += 1) {
    const share = lag / bandwidth;
    const weight = share <= 0.5 ? 1 : 2 * (1 - share);
    const found = covariances[lag] ?? 0;
    g += 2 * weight * lag * found;
    longRun += 2 * weight * found;
  }
  const longest = Math.ceil(Math.min(3 * Math.sqrt(n), n / 3));
  const length = Math.cbrt((2 * g * g) / ((4 / 3) * longRun * longRun)) * Math.cbrt(n);
  return Number.isFinite(length) ? Math.min(length, longest) : longest;
}

/**
 * The whole block length that intervals are made with: half as long again as the optimum of any of the series, and 2 n^(1/3) at least; a
 * fifth of the length at most. The optimum is for the variance's mean squared error; intervals for means of AR(1) noise came nearer to
 * their 95 % with longer blocks, whose small number the percentiles pay for (test/statistics/block-bootstrap.test.ts).
 * @param series of one length, each in order of time
 */
export function cautiousBlockLength(series: readonly (readonly number[])[]): number {
  const n = series[0]?.length ?? 0;
  const optima = series.map(optimalBlockLength);
  const wanted = Math.max(2 * Math.cbrt(n), ...optima.map((optimum) => 1.5 * optimum));
  return Math.max(1, Math.min(Math.ceil(wanted), Math.floor(n / 5)));
}

/**
 * The bandwidth of the flat-top window: twice the first lag from which `quiet` autocorrelations in a row are small, as the package arch
 * (Sheppard, version 8) has it, whose numbers the tests hold these against.
 */
function flatTop(n: number, deviations: readonly number[]): { bandwidth: number; covariances: number[] } {
  const quiet = Math.max(5, Math.floor(Math.log10(n)));
  const most = Math.min(Math.ceil(Math.sqrt(n)) + quiet, n - 2);
  const small = 2 * Math.sqrt(Math.log10(n) / n);
  const products = Array.from({ length: most + 1 }, (_, lag) =>
    deviations.reduce((sum, value, index) => sum + value * (deviations[index + lag] ?? 0), 0),
  );
  const squares = (from: number, to: number): number =>
    deviations.slice(from, to).reduce((sum, value) => sum + value * value, 0);
  const isSmall = products.map(
    (product, lag) => Math.abs(product) < small * Math.sqrt(squares(lag + 1, n) * squares(0, n - lag - 1)),
  );
  const first = Array.from({ length: most - quiet + 1 }, (_, lag) => lag).find((lag) =>
    isSmall.slice(lag, lag + quiet).every(Boolean),
  );
  const bandwidth = first === undefined ? most : Math.min(2 * Math.max(first, 1), most);
  return { bandwidth, covariances: products.map((product) => product / n) };
}
