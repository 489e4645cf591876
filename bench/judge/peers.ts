/**
 * How other tools would decide on the same streams, from the rules that they publish; for comparison only.
 * - Flagger (https://docs.flagger.app/usage/metrics): every interval the canary's success rate must be at least 99 %; `threshold: 5` failed
 *   checks roll back, `iterations: 10` passed ones promote.
 * - Argo Rollouts (https://argo-rollouts.readthedocs.io/en/stable/features/analysis/): `successCondition: result >= 0.99`, `count: 10`,
 *   `failureLimit: 3`.
 * - Kayenta's NetflixACAJudge (https://github.com/spinnaker/kayenta): Mann-Whitney on the two time series of error rates, 98 % confidence,
 *   the interval held against a quarter of its own estimate; after 50 points, once.
 */
import type { Block } from '../../src/statistics/judge.ts';

export type Ruling = 'pass' | 'fail' | undefined;
/** Decides after each block; keeps what it needs. */
export type Rule = (block: Block) => Ruling;

export const PEERS: Readonly<Record<string, () => Rule>> = {
  Flagger: () => countChecks({ failures: 5, passes: 10 }),
  Argo: () => countChecks({ failures: 4, measurements: 10 }),
  Kayenta: kayenta,
};

function countChecks(limits: { failures: number; passes?: number; measurements?: number }): Rule {
  let passes = 0;
  let failures = 0;
  return ({ candidate }) => {
    if (candidate.requests > 0 && candidate.errors / candidate.requests > 0.01) {
      failures += 1;
    } else {
      passes += 1;
    }
    if (failures >= limits.failures) {
      return 'fail';
    }
    return passes >= (limits.passes ?? Number.POSITIVE_INFINITY) ||
      passes + failures >= (limits.measurements ?? Number.POSITIVE_INFINITY)
      ? 'pass'
      : undefined;
  };
}

const POINTS = 50;
/** Of the standard normal distribution at 98 % two-sided confidence. */
const Z = 2.3263478740408408;
const TOLERANCE = 0.25;

function kayenta(): Rule {
  const experiment: number[] = [];
  const control: number[] = [];
  return ({ baseline, candidate }) => {
    experiment.push(candidate.requests === 0 ? 0 : candidate.errors / candidate.requests);
    control.push(baseline.requests === 0 ? 0 : baseline.errors / baseline.requests);
    if (experiment.length < POINTS) {
      return undefined;
    }
    const shift = (z: number) => root(experiment, control, z);
    return shift(Z) > TOLERANCE * Math.abs(shift(0)) ? 'fail' : 'pass';
  };
}

/** The shift of `experiment` at which the rank statistic is `z` standard deviations above its mean; it falls as the shift grows. */
function root(experiment: readonly number[], control: readonly number[], z: number): number {
  let low = Math.min(...experiment) - Math.max(...control);
  let high = Math.max(...experiment) - Math.min(...control);
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (
      standardised(
        experiment.map((value) => value - middle),
        control,
      ) > z
    ) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

function standardised(experiment: readonly number[], control: readonly number[]): number {
  const m = experiment.length;
  const n = control.length;
  const all = [
    ...experiment.map((value) => ({ value, mine: true })),
    ...control.map((value) => ({ value, mine: false })),
  ];
  all.sort((a, b) => a.value - b.value);
  let ranks = 0;
  let ties = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) {
      to += 1;
    }
    const count = to - from;
    ties += count ** 3 - count;
    ranks += all.slice(from, to).filter((entry) => entry.mine).length * ((from + 1 + to) / 2);
    from = to;
  }
  const distance = ranks - (m * (m + 1)) / 2 - (m * n) / 2;
  const sigma = Math.sqrt(((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1))));
  return sigma === 0 ? 0 : (distance - 0.5 * Math.sign(distance)) / sigma;
}
