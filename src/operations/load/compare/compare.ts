/** A load compared with its baseline: the record of it, and what it does to the verdict. Pure. */

import { formatChange } from '../../../report/comparison/words.ts';
import type {
  Check,
  Compared,
  ComparisonRecord,
  Evidence,
  LoadRecord,
  Reason,
  Verdict,
} from '../../../report/evidence.ts';
import type { Difference } from './conditions.ts';
import type { Tolerances } from './indicators.ts';
import { comparePairs, compareWithEarlier } from './many-runs.ts';
import { CONFIDENCE, comparedOf, type Sample } from './sample.ts';
import { compareTwoRuns } from './two-runs.ts';

export interface Policy {
  readonly tolerances: Tolerances;
  /** `report`: whatever the comparison shows, the verdict is that of the load alone. */
  readonly onWorse: 'fail' | 'report';
}

/** Earlier evidence of the same load. */
export interface Source {
  readonly load: LoadRecord;
  readonly file: string;
  readonly sha256: string;
}

const ONE_MOMENT =
  'Two single runs at different times: what differs between any two runs (time of day, neighbours, caches, the runner) is not in these intervals and cannot be told from a change of the service. Repeat them in turn (--against), or give several earlier runs.';
const NOT_NOW =
  'The earlier runs were made at other times: what has changed since then besides the service is not in these intervals.';

/** Compares with one earlier run, second by second, or with several, run by run. */
export function compareWithSources(
  sources: readonly Source[],
  candidate: LoadRecord,
  conditions: readonly Difference[],
  tolerances: Tolerances,
): ComparisonRecord {
  const [first, ...others] = sources;
  const seconds = secondsOf([...sources.map(({ load }) => load), candidate]);
  const common = {
    conditions: [...conditions],
    seconds,
    sources: sources.map(({ file, sha256, load }) => ({ file, sha256, startedAt: load.startedAt })),
  };
  if (first === undefined || others.length > 0) {
    const earlier = sources.map(({ load }) => load);
    return {
      kind: 'earlier-runs',
      method: `the new run less the mean of ${sources.length} earlier ones, each run one observation; Student's prediction interval`,
      caveats: [NOT_NOW],
      ...common,
      ...judged(compareWithEarlier(earlier, candidate, seconds), tolerances),
    };
  }
  const { samples, bootstrap } = compareTwoRuns(first.load, candidate, seconds);
  const drawn =
    bootstrap === undefined
      ? 'no interval'
      : `circular block bootstrap (Politis and Romano 1992) of the seconds of both runs together, blocks of ${bootstrap.blockSeconds} s (Politis and White 2004, half as long again), ${bootstrap.replicates} replicates, expanded percentiles (Hesterberg 2015); no narrower than counting alone allows (Newcombe 1998)`;
  return {
    kind: 'two-runs',
    method: drawn,
    caveats: [ONE_MOMENT],
    ...common,
    ...(bootstrap === undefined ? {} : { bootstrap }),
    ...judged(samples, tolerances),
  };
}

/** Compares runs that were made in turn. */
export function compareInPairs(
  pairs: readonly { readonly baseline: LoadRecord; readonly candidate: LoadRecord }[],
  conditions: readonly Difference[],
  tolerances: Tolerances,
): ComparisonRecord {
  const seconds = secondsOf(pairs.flatMap(({ baseline, candidate }) => [baseline, candidate]));
  return {
    kind: 'pairs',
    method: `mean of the differences within ${pairs.length} pairs of runs made in turn, each pair one observation; Student's interval`,
    caveats: [],
    conditions: [...conditions],
    seconds,
    sources: [],
    ...judged(comparePairs(pairs, seconds), tolerances),
  };
}

function judged(
  samples: readonly Sample[],
  tolerances: Tolerances,
): Pick<ComparisonRecord, 'confidence' | 'indicators'> {
  return { confidence: CONFIDENCE, indicators: samples.map((sample) => comparedOf(sample, tolerances)) };
}

function secondsOf(loads: readonly LoadRecord[]): number {
  return Math.max(0, Math.min(...loads.map(({ judgedUntilSecond }) => judgedUntilSecond)));
}

/** Fails what is worse beyond its tolerance; what may be beyond it, or is too small to tell, is not known. */
function verdictOf({ state, change, tolerance, better, beyondTolerance }: Compared): Verdict {
  if (beyondTolerance) {
    return 'fail';
  }
  if (state === 'too-small-to-tell' || change === null) {
    return 'inconclusive';
  }
  const worst = better === 'lower' ? change.upper : -change.lower;
  return state === 'worse' && worst > tolerance ? 'inconclusive' : 'pass';
}

/** A row of the list of checks for each indicator. */
export function comparisonChecks({ indicators }: ComparisonRecord, { onWorse }: Policy): Check[] {
  return indicators.map((compared) => {
    const tolerance = `worse by at most ${formatChange(compared, compared.tolerance, 'plain')}`;
    return {
      name: `compared: ${compared.indicator}`,
      verdict: onWorse === 'report' ? 'pass' : verdictOf(compared),
      expected: onWorse === 'report' ? `nothing, it is only reported (${tolerance})` : tolerance,
      observed: observedText(compared),
    };
  });
}

/** What was found of an indicator, as a sentence without a full stop. */
export function observedText(compared: Compared): string {
  const { state, change, smallestShown, note } = compared;
  const words = state.replaceAll('-', ' ');
  if (change === null) {
    return `${words}: ${note ?? 'no interval'}`;
  }
  const bounds = `${formatChange(compared, change.value)} (${formatChange(compared, change.lower)} to ${formatChange(compared, change.upper)})`;
  const smallest =
    smallestShown === null || state === 'better' || state === 'worse'
      ? ''
      : `; ${formatChange(compared, smallestShown, 'plain')} would mostly have been shown`;
  return `${words}: ${bounds}${smallest}`;
}

/** The evidence with its comparison: checks are added, and the verdict is the worse of both. */
export function withComparison(evidence: Evidence, comparison: ComparisonRecord, policy: Policy): Evidence {
  const checks = comparisonChecks(comparison, policy);
  const rows = comparison.indicators.map((compared, index) => ({ compared, check: checks[index] }));
  const failed = rows.filter(({ check }) => check?.verdict === 'fail');
  const open = rows.filter(({ check }) => check?.verdict === 'inconclusive');
  const reason = (code: string, { compared }: (typeof rows)[number]): Reason => ({
    code,
    message: `${compared.indicator}: ${observedText(compared)}`,
  });
  const found: Reason[] = [
    ...failed.map((row) => reason('worse-than-baseline', row)),
    ...open.map((row) => reason('not-told-from-baseline', row)),
  ];
  const verdict = failed.length > 0 ? 'fail' : open.length > 0 ? 'inconclusive' : 'pass';
  const passed = {
    code: 'compared',
    message: comparison.indicators.map((one) => `${one.indicator}: ${observedText(one)}`).join('; '),
  };
  const decides = SEVERITY[verdict] > SEVERITY[evidence.verdict];
  const added = found.length > 0 ? found : [passed];
  return {
    ...evidence,
    verdict: decides ? verdict : evidence.verdict,
    reasons: decides ? [...added, ...evidence.reasons] : [...evidence.reasons, ...added],
    checks: [...evidence.checks, ...checks],
    comparison,
  };
}

const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, fail: 2 };
