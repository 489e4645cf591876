/** From values to pixels, with ticks at round numbers. */

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly log: boolean;
  readonly ticks: readonly number[];
}

/** A round step (1, 2 or 5 times a power of ten) that cuts `range` into at most `count` parts. */
export function niceStep(range: number, count: number): number {
  const rough = range / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= rough * 0.999999) ?? 10;
  return factor * power;
}

/** Multiples of `step` from `min` to `max`, computed by index so that rounding does not pile up. */
function multiples(min: number, max: number, step: number): number[] {
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** A scale from 0 (or below, when there are negative values) to a round number at or above the largest value. */
export function linearScale(values: readonly number[], count = 4): Scale {
  const low = Math.max(-1e100, Math.min(0, smallest(values)));
  const high = Math.min(1e100, Math.max(0, largest(values)));
  const range = high - low > 1e-100 ? high - low : 1;
  const step = niceStep(range, count);
  const max = Math.max(Math.ceil(high / step - 1e-9) * step, low + step);
  const min = Math.floor(low / step + 1e-9) * step;
  return { min, max, log: false, ticks: multiples(min, max, step) };
}

/** A logarithmic scale over positive values, from and to one of 1, 2, 5 times a power of ten. */
export function logScale(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  const all = decades(Math.min(1, smallest(positive)), Math.max(1e-6, largest(positive)));
  const low = all.findLast((tick) => tick <= smallest(positive) * 1.000001) ?? all[0] ?? 0.1;
  const high = all.find((tick) => tick >= largest(positive) * 0.999999 && tick > low) ?? low * 10;
  const inside = all.filter((tick) => tick >= low && tick <= high);
  const ticks = inside.length > 7 ? inside.filter((tick) => isPowerOfTen(tick)) : inside;
  return { min: low, max: high, log: true, ticks };
}

/** Logarithmic when the values span more than a factor of 20, from zero otherwise: small differences of latency then stay honest. */
export function latencyScale(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  return positive.length > 0 && largest(positive) > 20 * smallest(positive) ? logScale(positive) : linearScale(values);
}

/** Where `value` lies between the ends of the scale: 0 at `min`, 1 at `max`; never outside. */
export function position(scale: Scale, value: number): number {
  const share = scale.log
    ? Math.log(Math.max(value, scale.min) / scale.min) / Math.log(scale.max / scale.min)
    : (value - scale.min) / (scale.max - scale.min);
  return Math.min(1, Math.max(0, share));
}

const TIME_STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
const DAY_STEPS = [2, 5, 7, 14, 30, 60, 90, 180, 365].map((days) => days * 86_400);

/** Ticks of a time axis in seconds, at most about `count`, and the unit that they are best read in. */
export function timeTicks(
  from: number,
  to: number,
  count: number,
): { ticks: number[]; unit: 's' | 'min' | 'h' | 'd'; divisor: number } {
  const rough = Math.max(to - from, 1) / count;
  const step =
    [...TIME_STEPS, ...DAY_STEPS].find((candidate) => candidate >= rough) ?? niceStep(Math.max(to - from, 1), count);
  const [unit, divisor] = unitOf(step, to);
  return { ticks: multiples(from, to, step), unit, divisor };
}

function unitOf(step: number, to: number): ['s' | 'min' | 'h' | 'd', number] {
  if (step > 86_400) {
    return ['d', 86_400];
  }
  if (step % 3600 === 0) {
    return ['h', 3600];
  }
  return step % 60 === 0 && to > 300 ? ['min', 60] : ['s', 1];
}

function decades(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high)) + 1;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap((exponent) =>
    [1, 2, 5].map((factor) => Number((factor * 10 ** exponent).toPrecision(6))),
  );
}

function isPowerOfTen(value: number): boolean {
  return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;
}

// Math.min(...values) overflows the stack for long lists.
function smallest(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), values[0] ?? 0);
}

function largest(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), values[0] ?? 0);
}
