/**
 * The time under load before the fault, in two halves that are held against each other (an A/A test): where a service differs from itself
 * without a fault, nothing can be said of one. Pure.
 */
import type { Objective } from '../../../../platform/model/objectives.ts';
import type { Check, Reason } from '../../../../report/evidence.ts';
import { binomialLower, binomialUpper } from '../../../../statistics/binomial.ts';
import type { Probe } from '../../../common/outage/probes.ts';
import { failuresTogether } from '../../../common/outage/recovery.ts';
import type { Experiment, SteadyState } from '../../experiment/experiment.ts';

/** So sure must it be that two halves differ, or that requests have become slower: a false alarm costs a whole run. */
const CONFIDENCE = 0.999;
/** What takes surely longer than all but one in a hundred did before is slow; one in ten of these, and the service has become slower: the tail of a busy machine is longer now and then without any fault. */
const SLOW_QUANTILE = 0.99;
const SLOW_SHARE = 0.1;
/** A quarter, and a hundredth of a second: what is slower by less has no one to feel it. */
const SLOWER = { factor: 1.25, seconds: 0.01 } as const;

export interface Baseline {
  readonly planned: number;
  readonly failed: number;
  /** A request is slow beyond so many seconds; undefined when none was answered. */
  readonly slow: number | undefined;
}

export function baselineOf(probes: readonly Probe[]): Baseline {
  const times = timesOf(probes);
  const quantile = times[Math.ceil(times.length * SLOW_QUANTILE) - 1];
  return {
    planned: probes.length,
    failed: probes.filter(({ ok }) => !ok).length,
    slow: quantile === undefined ? undefined : quantile * SLOWER.factor + SLOWER.seconds,
  };
}

/** Whether surely more than one request in ten is slow by the measure of the baseline. */
export function isSlower(probes: readonly Probe[], { slow }: Pick<Baseline, 'slow'>): boolean {
  const times = timesOf(probes);
  if (slow === undefined || times.length === 0) {
    return false;
  }
  return binomialLower(times.filter((seconds) => seconds > slow).length, times.length, CONFIDENCE) > SLOW_SHARE;
}

/** Why the two halves of the baseline are not of one kind; undefined when they may be. */
export function differenceWithin(probes: readonly Probe[]): string | undefined {
  const middle = Math.floor(probes.length / 2);
  const halves = [probes.slice(0, middle), probes.slice(middle)] as const;
  const [first, second] = halves.map(baselineOf);
  if (first === undefined || second === undefined || first.planned === 0) {
    return 'no request was made before the fault';
  }
  const apart = (a: Baseline, b: Baseline) =>
    binomialLower(a.failed, a.planned, CONFIDENCE) > binomialUpper(b.failed, b.planned, CONFIDENCE);
  if (apart(first, second) || apart(second, first)) {
    return `${first.failed} of ${first.planned} requests failed in its first half, ${second.failed} of ${second.planned} in its second`;
  }
  return isSlower(halves[1], first) ? 'its second half was slower than its first' : undefined;
}

/**
 * Why nothing may be injected, as the baseline says. All requests have ended.
 * @param probes of the load; @param all of load and probe
 */
export function steadyBefore(
  { steadyState }: Pick<Experiment, 'steadyState'>,
  objectives: readonly Objective[],
  probes: readonly Probe[],
  all: readonly Probe[],
): { readonly check: Check; readonly reasons: readonly Reason[] } {
  const difference = differenceWithin(probes);
  const together = failuresTogether(all);
  const problems = [
    ...(together === 0 ? [] : [`${together} requests failed within a second of each other, as in an outage`]),
    ...(difference === undefined ? [] : [`the service differed from itself without a fault: ${difference}`]),
    ...steadyStateProblems(steadyState, probes, objectives),
  ];
  const { failed, planned } = baselineOf(probes);
  return {
    check: {
      name: 'steady before the fault',
      verdict: problems.length === 0 ? 'pass' : 'inconclusive',
      expected: 'both halves of the baseline are alike (A/A), and the steady state holds',
      observed: problems.join('; ') || `${failed} of ${planned} requests failed`,
    },
    reasons: problems.map((message) => ({ code: 'not-steady', message: `before the fault, ${message}` })),
  };
}

/** Percent of requests answered well: what of a bound can be measured of single requests. */
const BOUND_INDICATOR = 'availability';

/** What of the steady state the load cannot measure: known before anything is started. */
export function steadyStateUnmeasurable(
  steadyState: readonly SteadyState[],
  objectives: readonly Objective[],
): Reason[] {
  return steadyState.flatMap((one) => {
    const message = one.kind === 'objective' ? unknownObjective(one.objective, objectives) : unknownIndicator(one);
    return message === undefined ? [] : [{ code: 'steady-state-not-measured', message }];
  });
}

function unknownObjective(name: string, objectives: readonly Objective[]): string | undefined {
  return objectives.some((one) => one.name === name)
    ? undefined
    : `steadyState: the SLO ${name} is none of the service that the load goes to; it has ${objectives.map((one) => one.name).join(', ') || 'none'}`;
}

function unknownIndicator({ indicator, unit }: SteadyState & { kind: 'bound' }): string | undefined {
  return indicator === BOUND_INDICATOR && (unit === 'percent' || unit === 'ratio')
    ? undefined
    : `steadyState: ${indicator} in ${unit} cannot be measured by the load; write availability in percent, or name an SLO`;
}

/** In what the baseline was not as the steady state asks. */
export function steadyStateProblems(
  steadyState: readonly SteadyState[],
  probes: readonly Probe[],
  objectives: readonly Objective[],
): string[] {
  return steadyState.flatMap((one) => {
    const problem = one.kind === 'objective' ? missesObjective(one, probes, objectives) : missesBound(one, probes);
    return problem ?? [];
  });
}

function missesObjective(
  { objective: name }: SteadyState & { kind: 'objective' },
  probes: readonly Probe[],
  objectives: readonly Objective[],
): string | undefined {
  const objective = objectives.find((one) => one.name === name);
  if (objective === undefined) {
    return unknownObjective(name, objectives);
  }
  const { thresholdSeconds = Number.POSITIVE_INFINITY, budget, target } = objective;
  const bad = probes.filter((probe) => !probe.ok || secondsOf(probe) > thresholdSeconds).length;
  return BigInt(bad) * budget.denominator <= budget.numerator * BigInt(probes.length)
    ? undefined
    : `${bad} of ${probes.length} requests were bad for ${name} (${target})`;
}

function missesBound(bound: SteadyState & { kind: 'bound' }, probes: readonly Probe[]): string | undefined {
  const { comparison, value, unit, exactly } = bound;
  const ok = probes.filter((probe) => probe.ok).length;
  const have = BigInt(ok) * (unit === 'percent' ? 100n : 1n) * exactly.denominator;
  const wanted = exactly.numerator * BigInt(probes.length);
  const holds = { gte: have >= wanted, gt: have > wanted, lte: have <= wanted, lt: have < wanted }[comparison];
  return holds
    ? undefined
    : `${ok} of ${probes.length} requests were answered well, not ${comparison} ${value} ${unit}`;
}

function secondsOf({ at, end }: Probe): number {
  return end === undefined ? Number.POSITIVE_INFINITY : end - at;
}

/** How long the requests answered well took, ascending. */
function timesOf(probes: readonly Probe[]): number[] {
  return probes
    .filter(({ ok }) => ok)
    .map(secondsOf)
    .sort((a, b) => a - b);
}
