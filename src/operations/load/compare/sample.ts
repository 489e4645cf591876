/** From the difference of an indicator to what may be said of it. Pure. */
import type { Compared, ComparedState } from '../../../report/evidence.ts';
import type { Estimate } from '../../../statistics/mean.ts';
import { differenceOfShares } from '../../../statistics/proportions.ts';
import { normalQuantile } from '../../../statistics/student.ts';
import { changeOf, type Indicator, position, type Tolerances, VALUES_BEYOND } from './indicators.ts';
import type { Tally } from './tally.ts';

/** Of every interval here. */
export const CONFIDENCE = 0.95;
/** So often a change of the smallest size that is stated would be shown. */
const POWER = 0.8;

/** What was found of an indicator; `difference` on the axis of `position`. */
export interface Sample {
  readonly indicator: Indicator;
  readonly baseline: number | undefined;
  readonly candidate: number | undefined;
  /** Undefined: there is no interval, for the reason in `note`. */
  readonly difference: Estimate | undefined;
  readonly note?: string;
  readonly runs?: NonNullable<Compared['runs']>;
}

/** What is said of it, by the states that the schema explains. */
export function comparedOf(sample: Sample, tolerances: Tolerances): Compared {
  const { indicator, baseline, candidate, difference, note, runs } = sample;
  const tolerance = tolerances[indicator.tolerance];
  const named = {
    indicator: indicator.name,
    unit: indicator.unit,
    better: indicator.better,
    scale: indicator.scale,
    baseline: baseline ?? null,
    candidate: candidate ?? null,
    tolerance,
    ...(note === undefined ? {} : { note }),
    ...(runs === undefined ? {} : { runs }),
  };
  if (difference === undefined) {
    return { ...named, change: null, smallestShown: null, state: 'too-small-to-tell', beyondTolerance: false };
  }
  const change = {
    value: changeOf(indicator, difference.value),
    lower: changeOf(indicator, difference.lower),
    upper: changeOf(indicator, difference.upper),
  };
  const smallestShown = smallestOf(indicator, difference);
  const worst = indicator.better === 'lower' ? change.upper : -change.lower;
  return {
    ...named,
    change,
    smallestShown,
    state: stateOf(change, indicator, Math.min(smallestShown, worst) <= tolerance),
    beyondTolerance: indicator.better === 'lower' ? change.lower > tolerance : change.upper < -tolerance,
  };
}

function stateOf(change: Estimate, { better }: Indicator, sensitive: boolean): ComparedState {
  if (change.lower > 0) {
    return better === 'lower' ? 'worse' : 'better';
  }
  if (change.upper < 0) {
    return better === 'lower' ? 'better' : 'worse';
  }
  return sensitive ? 'no-difference-shown' : 'too-small-to-tell';
}

/**
 * The change that four of five such samples would show: (z(0.975) + z(0.8)) ÷ z(0.975), about 1.43, half widths of the interval (Cohen,
 * "Statistical power analysis for the behavioral sciences", 2nd ed. 1988, chapter 2).
 */
function smallestOf(indicator: Indicator, { lower, upper }: Estimate): number {
  const z = normalQuantile((1 + CONFIDENCE) / 2);
  const shown = ((upper - lower) / 2) * ((z + normalQuantile(POWER)) / z);
  // The larger the rate, the better: then the change that matters is a fall.
  return Math.abs(
    changeOf(indicator, indicator.better === 'higher' && indicator.scale === 'relative' ? -shown : shown),
  );
}

/** Why this indicator of these tallies has no interval; undefined: it may have one. */
export function tooFew(indicator: Indicator, tallies: readonly Tally[]): string | undefined {
  if (tallies.some((tally) => indicator.of(tally) === undefined)) {
    return indicator.quantile === undefined && indicator.unit === 'ratio' ? 'no request ended' : 'no good answer';
  }
  const p = indicator.quantile;
  if (p === undefined) {
    return undefined;
  }
  const fewest = Math.min(...tallies.map(({ ok }) => ok));
  const needed = Math.ceil(Number((VALUES_BEYOND / (1 - p)).toFixed(6)));
  return fewest < needed
    ? `${fewest} good answers, where ${needed} are needed for ${VALUES_BEYOND} beyond the quantile`
    : undefined;
}

/**
 * The interval, widened to what counting alone leaves open: resampling what never failed knows nothing of what may fail (see
 * `differenceOfShares`), and a latency is known to its bucket. Never made narrower.
 */
export function widened(indicator: Indicator, difference: Estimate, baseline: Tally, candidate: Tally): Estimate {
  const { value } = difference;
  const lower = difference.lower - indicator.resolution;
  const upper = difference.upper + indicator.resolution;
  if (indicator.quantile !== undefined) {
    return { value, lower, upper };
  }
  const share = ({ ok, failed }: Tally) => ({ count: failed, total: ok + failed });
  const [before, now] = [share(baseline), share(candidate)];
  const counted = differenceOfShares(before, now, CONFIDENCE);
  const found = now.count / now.total - before.count / before.total;
  const [down, up] = [found - counted.lower, counted.upper - found];
  if (indicator.unit === 'ratio') {
    return { value, lower: Math.min(lower, value - down), upper: Math.max(upper, value + up) };
  }
  // As many more failures are as many fewer good answers.
  const good = 1 - now.count / now.total;
  return {
    value,
    lower: Math.min(lower, value + Math.log(Math.max(Number.EPSILON, good - up) / good)),
    upper: Math.max(upper, value + Math.log(Math.min(1, good + down) / good)),
  };
}

/** The difference of the two on the axis of `position`; undefined where one is. */
export function differenceOf(indicator: Indicator, baseline: Tally, candidate: Tally): number | undefined {
  const [before, now] = [indicator.of(baseline), indicator.of(candidate)];
  return before === undefined || now === undefined ? undefined : position(indicator, now) - position(indicator, before);
}
