/** Intervals for means of few, independent observations. */
import type { Interval } from './binomial.ts';
import { studentQuantile } from './student.ts';

export interface Estimate extends Interval {
  readonly value: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The sample variance, with n - 1; NaN for fewer than two values. */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/**
 * The mean with Student's interval ("The probable error of a mean", Biometrika 6 (1908) 1-25): independent, roughly normal values.
 * @throws RangeError for fewer than two values
 */
export function meanInterval(values: readonly number[], confidence: number): Estimate {
  requireTwo(values);
  const half = studentQuantile((1 + confidence) / 2, values.length - 1) * Math.sqrt(variance(values) / values.length);
  const value = mean(values);
  return { value, lower: value - half, upper: value + half };
}

/**
 * How much a new observation differs from the mean of earlier ones, if it comes from the same population but for a shift: Student's
 * interval with the variance s² (1 + 1/n), as a prediction interval has it (Hahn and Meeker, "Statistical Intervals", 1991, section 4.2).
 * @throws RangeError for fewer than two earlier values
 */
export function shiftFrom(earlier: readonly number[], now: number, confidence: number): Estimate {
  requireTwo(earlier);
  const half =
    studentQuantile((1 + confidence) / 2, earlier.length - 1) * Math.sqrt(variance(earlier) * (1 + 1 / earlier.length));
  const value = now - mean(earlier);
  return { value, lower: value - half, upper: value + half };
}

function requireTwo(values: readonly number[]): void {
  if (values.length < 2) {
    throw new RangeError(`an interval for a mean needs two values at least, not ${values.length}`);
  }
}
