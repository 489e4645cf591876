/** What the gate promises: the targets of surefoot.yml that it can judge, and those that hold unless the file says otherwise. */
import { parseDecimal, toFraction } from '../../platform/decimal.ts';
import type { Target } from '../../platform/model/objectives.ts';
import { type GateIndicator, isGateIndicator, MORE_IS_BETTER } from '../../platform/schema/gate-indicators.ts';

/** Plain text and numbers only, so that it can be kept in the audit and judged again. */
export interface GateTarget {
  readonly name: string;
  readonly indicator: GateIndicator;
  readonly comparison: Target['comparison'];
  /** As it was written. */
  readonly value: string;
  readonly unit: string;
  readonly from: 'surefoot.yml' | 'default';
}

export interface TargetSelection {
  readonly environment: string | undefined;
  readonly service: string | undefined;
  /** Whether there is a base or a recorded baseline, so that "new" means something. */
  readonly reference: boolean;
}

/** On what is found, rather than on how it was looked for: with none of these stated, the defaults judge. */
const ON_FINDINGS: ReadonlySet<GateIndicator> = new Set([
  'new-findings',
  'new-high-findings',
  'critical-findings',
  'high-findings',
  'medium-findings',
  'low-findings',
  'unknown-findings',
  'vulnerability-reduction',
]);

/**
 * The targets to judge. Without any on findings: nothing new, or with nothing to compare with, no critical and no high. No secret and no
 * comment that hides a finding is always among them, unless a target of that indicator says otherwise.
 */
export function gateTargets(stated: readonly Target[], selection: TargetSelection): GateTarget[] {
  const chosen = stated.flatMap((target): GateTarget[] => {
    const { name, indicator, comparison, value, unit } = target;
    const concerned =
      (target.environment === undefined || target.environment === selection.environment) &&
      (target.service === undefined || target.service === selection.service);
    return concerned && isGateIndicator(indicator)
      ? [{ name, indicator, comparison, value, unit, from: 'surefoot.yml' }]
      : [];
  });
  const says = (indicator: GateIndicator) => chosen.some((target) => target.indicator === indicator);
  const onFindings: GateIndicator[] = selection.reference ? ['new-findings'] : ['critical-findings', 'high-findings'];
  const defaults: GateIndicator[] = [
    ...(chosen.some(({ indicator }) => ON_FINDINGS.has(indicator)) ? [] : onFindings),
    ...(['secret-findings', 'inline-suppressions'] as const).filter((indicator) => !says(indicator)),
  ];
  return [
    ...chosen,
    ...defaults.map(
      (indicator): GateTarget => ({
        name: indicator,
        indicator,
        comparison: 'lte',
        value: '0',
        unit: 'count',
        from: 'default',
      }),
    ),
  ];
}

/** An exact number; durations in hours, shares as ratios. */
export interface Exact {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const whole = (count: number): Exact => ({ numerator: BigInt(count), denominator: 1n });

/** The target's number in the unit that it is judged in. @throws RangeError for text that is no decimal, which parsing surefoot.yml refuses */
export function exactValue({ value, unit }: GateTarget): Exact {
  const parsed = parseDecimal(value);
  if (parsed === undefined) {
    throw new RangeError(`${value} is not a decimal`);
  }
  const { numerator, denominator } = toFraction(parsed);
  const [times, per] = unit === 'percent' ? [1n, 100n] : unit === 'days' ? [24n, 1n] : [1n, 1n];
  return { numerator: numerator * times, denominator: denominator * per };
}

/** What was measured: bounds where it is not known exactly, undefined where there is none. */
export interface Observed {
  readonly lower: Exact | undefined;
  readonly upper: Exact | undefined;
}

/** `met` or `missed` only when every value within the bounds says so. */
export function judgeTarget(target: GateTarget, observed: Observed): 'met' | 'missed' | 'unknown' {
  const value = exactValue(target);
  const holds = (one: Exact): boolean => {
    const difference = one.numerator * value.denominator - value.numerator * one.denominator;
    return { lte: difference <= 0n, lt: difference < 0n, gte: difference >= 0n, gt: difference > 0n }[
      target.comparison
    ];
  };
  const more = MORE_IS_BETTER.has(target.indicator);
  const [best, worst] = more ? [observed.upper, observed.lower] : [observed.lower, observed.upper];
  if (worst !== undefined && holds(worst)) {
    return 'met';
  }
  return best !== undefined && !holds(best) ? 'missed' : 'unknown';
}

const WORDS = { lte: 'at most', lt: 'below', gte: 'at least', gt: 'above' } as const;

/** `at most 0`, `at least 90 %`, `at most 7 days`. */
export function targetText({ comparison, value, unit }: GateTarget): string {
  const words = unit === 'count' || unit === 'ratio' ? '' : ` ${unit === 'percent' ? '%' : unit}`;
  return `${WORDS[comparison]} ${value}${words}`;
}
