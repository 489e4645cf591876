/**
 * What a budget report makes of an objective. It is believed only where it is of the same promise, and where its status, its budget and its
 * attainment say the same. Pure. Source: Application Signals API reference, ServiceLevelObjectiveBudgetReport and Goal.
 */
import Big from 'big.js';
import type { ServiceLevelObjectiveBudgetReport } from '../../../aws/application-signals.ts';
import type { ApplicationSignalsObjective } from '../../../platform/model/objectives.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { SloRecord } from '../../../report/slo/record.ts';
import { described, unknownSlo } from '../../common/slo/assess.ts';

type Report = ServiceLevelObjectiveBudgetReport;
type Reported = NonNullable<SloRecord['reported']>;
type Read = Reported & { readonly percent: string };

const KINDS = {
  RequestBased: { of: 'requests', method: 'Occurrences', counts: 'requests' },
  PeriodBased: { of: 'time-slices', method: 'Timeslices', counts: 'stretches of time' },
} as const;
const DAY_SECONDS = 86_400;
const SECONDS: Readonly<Record<string, number>> = { MINUTE: 60, HOUR: 3600, DAY: DAY_SECONDS };

/**
 * The record. Of requests `bad` is the budget less what remains of it; how many there were is not said, so `requests` is 0. Of time slices
 * there is the attainment only. Burn rates are in neither.
 */
export function judgeReport(objective: ApplicationSignalsObjective, report: Report, at: Date): SloRecord {
  const other = otherPromise(objective, report);
  if (other !== undefined) {
    return unknownSlo(objective, { code: 'other-promise', message: other });
  }
  const reported = readReport(report, objective.of);
  if ('code' in reported) {
    return unknownSlo(objective, reported);
  }
  const state = stateOf(reported, objective);
  if (state === undefined) {
    const { attainment, budget, status } = reported;
    const message = `Application Signals contradicts itself: ${status}, ${budget.remaining} left of ${budget.total}, attainment ${attainment}`;
    return unknownSlo(objective, { code: 'contradictory-report', message });
  }
  const { total, remaining } = reported.budget;
  return {
    ...described(objective),
    state,
    counted: 'application-signals',
    reported,
    from: new Date(at.getTime() - objective.windowDays * DAY_SECONDS * 1000).toISOString(),
    until: at.toISOString(),
    requests: 0,
    bad: objective.of === 'requests' ? total - remaining : 0,
    allowed: objective.of === 'requests' ? total : null,
    left: total === 0 ? null : remaining / total,
    spent: remaining <= 0,
    burn: [],
    caveats: [
      objective.of === 'requests'
        ? 'Application Signals does not say how many requests there were: no bounds and no burn rates'
        : 'Application Signals judges stretches of time here, good or bad as a whole: nothing is said of requests, and how long a stretch is is not compared',
    ],
  };
}

/** Why the SLO there promises something else than the objective; undefined where it is the same. */
function otherPromise(objective: ApplicationSignalsObjective, { EvaluationType, Goal }: Report): string | undefined {
  const { budget, of, target, windowDays } = objective;
  const kind = EvaluationType === undefined ? undefined : KINDS[EvaluationType];
  if (kind?.of !== of) {
    return kind === undefined
      ? 'Application Signals does not say whether it judges requests or stretches of time'
      : `Application Signals judges ${kind.counts} there: write budgetingMethod: ${kind.method}, or name an SLO of ${of}`;
  }
  const goal = Goal?.AttainmentGoal;
  const denominator = new Big(budget.denominator.toString());
  const percent = denominator.minus(budget.numerator.toString()).times(100);
  // Multiplied, not divided: a quotient might be rounded.
  if (goal === undefined || !new Big(goal).times(denominator).eq(percent)) {
    return `the goal in Application Signals is ${goal === undefined ? 'not said' : `${goal} %`}, and the target here is ${target}: make them the same`;
  }
  const rolling = Goal?.Interval?.RollingInterval;
  const seconds = (SECONDS[rolling?.DurationUnit ?? ''] ?? Number.NaN) * (rolling?.Duration ?? Number.NaN);
  if (seconds !== Math.round(windowDays * DAY_SECONDS)) {
    return `the interval in Application Signals is ${intervalOf(Goal?.Interval)}, and the window here is ${windowDays} days, rolling: make them the same, there in days`;
  }
  return undefined;
}

function intervalOf(interval: NonNullable<Report['Goal']>['Interval']): string {
  const { CalendarInterval: calendar, RollingInterval: rolling } = interval ?? {};
  const [kind, one] = calendar === undefined ? ['rolling', rolling] : ['of the calendar', calendar];
  return one === undefined ? 'not said' : `${one.Duration} ${one.DurationUnit}, ${kind}`;
}

/** What a report says, whole; else why it says nothing. */
function readReport(report: Report, of: Reported['of']): Read | Reason {
  const { Arn: arn, Attainment: attainment, BudgetStatus: status } = report;
  if (status === 'INSUFFICIENT_DATA') {
    return {
      code: 'no-data',
      message: 'Application Signals has not enough data (INSUFFICIENT_DATA): none came, or the SLO is too young',
    };
  }
  const [total, remaining] =
    of === 'requests'
      ? [report.TotalBudgetRequests, report.BudgetRequestsRemaining]
      : [report.TotalBudgetSeconds, report.BudgetSecondsRemaining];
  if (status === undefined || arn === undefined || attainment === undefined || !isCount(total) || !isCount(remaining)) {
    return {
      code: 'incomplete-report',
      message: 'the report of Application Signals lacks its status, its attainment or its budget',
    };
  }
  if (total < 0 || remaining > total || attainment < 0 || attainment > 100) {
    const message = `Application Signals reports what cannot be: ${remaining} left of ${total}, attainment ${attainment} %`;
    return { code: 'contradictory-report', message };
  }
  const percent = new Big(attainment).toFixed();
  return { arn, of, status, attainment: new Big(percent).div(100).toNumber(), percent, budget: { total, remaining } };
}

function isCount(value: number | undefined): value is number {
  return Number.isSafeInteger(value);
}

/**
 * Met or missed where all agree. A budget of which exactly nothing is left is spent and not yet missed, whatever AWS calls that
 * (`BREACHED`: "exhausted"): there the attainment decides.
 */
function stateOf(
  { budget, percent, status }: Read,
  { budget: allowed }: ApplicationSignalsObjective,
): 'met' | 'missed' | undefined {
  const bad = new Big(100).minus(percent).times(allowed.denominator.toString());
  const attained = bad.lte(new Big(100).times(allowed.numerator.toString()));
  const exactly = budget.remaining === 0;
  const kept = exactly ? attained : budget.remaining > 0;
  const healthy = exactly && status === 'BREACHED' ? attained : status !== 'BREACHED';
  if (attained !== kept || attained !== healthy) {
    return undefined;
  }
  return attained ? 'met' : 'missed';
}
