/** A straight line through few points, with what can be known of its slope. */
import { mean } from './mean.ts';
import { studentQuantile } from './student.ts';

export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** Of the slope. */
  readonly lower: number;
  readonly upper: number;
  /** Points less two. */
  readonly degreesOfFreedom: number;
}

/**
 * Least squares with Student's interval for the slope (Draper and Smith, "Applied Regression Analysis", 3rd ed. 1998, section 1.4): the
 * points scatter about the line independently, roughly normally, with one variance. With three points the interval is 12.7 standard
 * errors wide on either side, which is what three points are worth.
 * @throws RangeError for fewer than three points, or all at the same x
 */
export function fitLine(points: readonly (readonly [x: number, y: number])[], confidence: number): Line {
  const n = points.length;
  if (n < 3) {
    throw new RangeError(`a line with an interval needs three points at least, not ${n}`);
  }
  const centreX = mean(points.map(([x]) => x));
  const centreY = mean(points.map(([, y]) => y));
  const sxx = points.reduce((sum, [x]) => sum + (x - centreX) ** 2, 0);
  if (!(sxx > 0)) {
    throw new RangeError('a line needs points at different x');
  }
  const slope = points.reduce((sum, [x, y]) => sum + (x - centreX) * (y - centreY), 0) / sxx;
  const intercept = centreY - slope * centreX;
  const residual = points.reduce((sum, [x, y]) => sum + (y - intercept - slope * x) ** 2, 0);
  const half = studentQuantile((1 + confidence) / 2, n - 2) * Math.sqrt(residual / (n - 2) / sxx);
  return { intercept, slope, lower: slope - half, upper: slope + half, degreesOfFreedom: n - 2 };
}
