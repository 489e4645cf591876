/** Targets and objectives in one form: a number, what it is of, and how the measured one must compare with it. */
import type { Fraction } from '../../platform/decimal.ts';
import type {
  ApplicationSignalsObjective,
  Objective,
  PrometheusObjective,
  Target,
} from '../../platform/model/objectives.ts';
import { type IndicatorKind, indicatorOf, type Statistic } from '../../platform/schema/indicators.ts';
import { formatNumber, formatRatio, formatSeconds } from '../../report/format.ts';
import { type Comparison, scaled, toNumber } from './exact.ts';
import { objectiveIndicator } from './from-evidence.ts';

export interface Promised {
  readonly name: string;
  readonly description: string | undefined;
  readonly from: 'target' | 'objective';
  /** The name of the observations that it is judged by. */
  readonly indicator: string;
  readonly kind: IndicatorKind;
  readonly better: 'higher' | 'lower';
  readonly comparison: Comparison;
  /** As a ratio, in seconds, a day, or plain: see `unit`. */
  readonly bound: Fraction;
  readonly unit: 'ratio' | 's' | 'per day' | '';
  readonly statistic: Statistic | undefined;
  readonly windowDays: number;
  readonly minimumSamples: number;
  readonly service: string | undefined;
  readonly text: string;
}

type AnyObjective = Objective | PrometheusObjective | ApplicationSignalsObjective;

/** Where a target names no window. */
export const DEFAULT_WINDOW_DAYS = 30;

const WORDS = { lte: 'at most', lt: 'below', gte: 'at least', gt: 'above' } as const;

/** @throws RangeError for an indicator that is not known, which parsing surefoot.yml refuses */
export function promisedBy(target: Target): Promised {
  const { comparison, indicator: name, service, unit, value } = target;
  const indicator = indicatorOf(name);
  if (indicator === undefined) {
    throw new RangeError(`${name} is not an indicator`);
  }
  const statistic = indicator.statistic && (target.statistic ?? indicator.statistic);
  const windowDays = target.windowDays ?? DEFAULT_WINDOW_DAYS;
  const latency = name.startsWith('latency-');
  const bound = scaled(target.exactly, unit);
  const text = `${WORDS[comparison]} ${written(value, unit)}${statistic === undefined || latency ? '' : ` (${statistic})`}`;
  return {
    name: target.name,
    description: target.description ?? undefined,
    from: 'target',
    indicator: name,
    kind: indicator.kind,
    better: indicator.better,
    comparison,
    bound,
    unit: shownUnit(unit),
    statistic,
    windowDays,
    minimumSamples: target.minimumSamples ?? 1,
    service,
    text: `${text} over ${days(windowDays)}`,
  };
}

/** An SLO: the share of requests that are good. */
export function promisedByObjective(objective: AnyObjective): Promised {
  const { budget, name, service, target, windowDays } = objective;
  const bound = { numerator: budget.denominator - budget.numerator, denominator: budget.denominator };
  return {
    name,
    description: undefined,
    from: 'objective',
    indicator: objectiveIndicator(name),
    kind: 'share',
    better: 'higher',
    comparison: 'gte',
    bound,
    unit: 'ratio',
    statistic: undefined,
    windowDays,
    minimumSamples: 1,
    service,
    // The exact decimal: rounding would promise another number.
    text: `at least ${percentText(bound, target)} of ${goodOf(objective)}, over ${days(windowDays)}`,
  };
}

function goodOf(objective: AnyObjective): string {
  if ('of' in objective) {
    return objective.of === 'requests' ? 'requests good' : 'stretches of time good';
  }
  if (!('indicator' in objective)) {
    return 'events good';
  }
  const { indicator, thresholdSeconds = 0 } = objective;
  return indicator === 'latency' ? `requests within ${formatSeconds(thresholdSeconds)}` : 'requests answered well';
}

function percentText(bound: Fraction, written: string): string {
  const shown = formatRatio(toNumber(bound));
  return shown.includes('>') || shown.includes('<') ? written : shown;
}

function written(value: string, unit: Target['unit']): string {
  const words: Readonly<Record<Target['unit'], string>> = {
    ratio: value,
    percent: `${value} %`,
    count: value,
    seconds: `${value} s`,
    minutes: `${value} min`,
    hours: `${value} h`,
    days: `${value} d`,
    'per-day': `${value} a day`,
    'per-week': `${value} a week`,
  };
  return words[unit];
}

function shownUnit(unit: Target['unit']): Promised['unit'] {
  switch (unit) {
    case 'ratio':
    case 'percent':
      return 'ratio';
    case 'count':
      return '';
    case 'per-day':
    case 'per-week':
      return 'per day';
    default:
      return 's';
  }
}

/** `30 d`, or hours where it is not whole days. */
export function days(count: number): string {
  return Number.isInteger(count) ? `${count} d` : `${formatNumber(count * 24)} h`;
}

/** A number in the unit of a promise. */
export function shown(value: number, { unit, kind }: Pick<Promised, 'unit' | 'kind'>): string {
  switch (unit) {
    case 'ratio':
      // An elasticity is a number like 0.8, and nobody says 80 %.
      return kind === 'elasticity' ? formatNumber(value) : formatRatio(value);
    case 's':
      return formatSeconds(value);
    case 'per day':
      return `${formatNumber(value)} a day`;
    default:
      return formatNumber(value);
  }
}
