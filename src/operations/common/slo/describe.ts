/** SLOs as sentences, and as measurements of a record. Pure. */

import type { Measurement } from '../../../report/evidence.ts';
import { formatCount, formatRatio } from '../../../report/format.ts';
import type { BurnRecord, SloRecord } from '../../../report/slo/record.ts';
import { describeWindow } from './windows.ts';

/** What was counted, and what is left of the budget. */
export function describeBudget(slo: SloRecord, rehearsalSpeed: number | undefined): string {
  if (slo.state === 'unknown') {
    return `not known: ${slo.unknown?.message ?? 'no reason given'}`;
  }
  if (slo.reported !== undefined) {
    return describeReported(slo, slo.reported);
  }
  const allowed = slo.budget === undefined ? 0 : Number(slo.budget.numerator) / Number(slo.budget.denominator);
  const days = describeWindow((slo.windowDays ?? 0) * 86_400, rehearsalSpeed);
  const bad = slo.indicator === 'latency' ? 'took too long' : 'failed';
  return `${formatCount(slo.bad)} of ${formatCount(slo.requests)} requests ${bad} in ${days}, where ${formatRatio(allowed)} may: ${describeLeft(slo)}`;
}

function describeReported(slo: SloRecord, { attainment, budget, of }: NonNullable<SloRecord['reported']>): string {
  const [what, unit] = of === 'requests' ? ['requests', 'requests'] : ['stretches of time', 's'];
  const used = `${formatCount(budget.total - budget.remaining)} of the ${formatCount(budget.total)} ${unit} that may be bad`;
  return `Application Signals: ${formatRatio(attainment)} of the ${what} in ${slo.windowDays} d were good, ${used} were: ${describeLeft(slo)}`;
}

function describeLeft({ left, reported, spent }: SloRecord): string {
  if (left === null) {
    return reported === undefined ? 'not known' : 'the budget is less than one';
  }
  if (left < 0) {
    return `the budget is overspent, ${Number((1 - left).toPrecision(3))} times what there was`;
  }
  return spent ? 'the budget is spent exactly' : `${formatRatio(left)} of the budget is left`;
}

/** The burn rate over both windows, beside what they are held against. */
export function describeBurn(burn: BurnRecord, rehearsalSpeed: number | undefined): string {
  const { longRate, shortRate, longSeconds, shortSeconds, factor } = burn;
  const [long, short] = [longSeconds, shortSeconds].map((seconds) => describeWindow(seconds, rehearsalSpeed));
  return `${rate(longRate)} over ${long}, ${rate(shortRate)} over ${short} (threshold ${Number(factor.toPrecision(3))})`;
}

function rate(value: number | null): string {
  return value === null ? 'no request' : `${Number(value.toPrecision(3))} ×`;
}

/** Whether somebody would be woken: of the fastest pairs of windows, the worst that is known. */
export function fastBurn({ burn }: SloRecord): BurnRecord | undefined {
  const pages = burn.filter(({ severity }) => severity === 'page');
  return pages.find(({ state }) => state === 'burning') ?? pages.find(({ state }) => state === 'unknown');
}

/** The numbers of an SLO for the table of measurements; none where nothing was counted. */
export function measurementsOf(slo: SloRecord): Measurement[] {
  const name = `"${slo.objective}" of ${slo.service}`;
  const method = methodOf(slo);
  if (slo.reported !== undefined) {
    const { attainment: value } = slo.reported;
    return [{ indicator: `attainment of ${name}`, value, unit: 'ratio', method }, budgetLeft(slo)];
  }
  if (slo.requests === 0) {
    return [];
  }
  const bounds =
    slo.lower === undefined || slo.upper === undefined || slo.confidence === undefined
      ? {}
      : { lower: slo.lower, upper: slo.upper, confidence: slo.confidence };
  return [
    {
      indicator: `bad requests by ${name}`,
      value: slo.requests === 0 ? null : slo.bad / slo.requests,
      ...bounds,
      n: slo.requests,
      unit: 'ratio',
      method: `${method}; exact binomial bounds (Clopper–Pearson), for requests that fail independently`,
    },
    budgetLeft(slo),
    ...slo.burn.map((burn) => ({
      indicator: `burn rate by ${name}, ${describeWindow(burn.longSeconds, undefined)}`,
      value: burn.longRate,
      n: burn.long.requests,
      unit: '×',
      method: `error rate over the allowed one; with ${describeWindow(burn.shortSeconds, undefined)} (${rate(burn.shortRate)}) it is ${burn.state}, threshold ${Number(burn.factor.toPrecision(3))}`,
    })),
  ];
}

/** What is left of the budget as one number: 1 is untouched, 0 spent. */
export function budgetLeft(slo: SloRecord): Measurement {
  const indicator = `error budget left by "${slo.objective}" of ${slo.service}`;
  const n = slo.reported === undefined ? { n: slo.requests } : {};
  return { indicator, value: slo.left, ...n, unit: 'ratio', method: methodOf(slo) };
}

function methodOf({ counted, reported, windowDays }: SloRecord): string {
  if (reported !== undefined) {
    return `budget report of Application Signals, of ${reported.of}, over ${windowDays} d`;
  }
  if (counted === 'prometheus') {
    return `events that Prometheus counts, over ${windowDays} d`;
  }
  const where = counted === 'target-groups' ? "in the service's target groups" : 'at the load balancer';
  return `requests that CloudWatch counts ${where}, over ${windowDays} d`;
}
