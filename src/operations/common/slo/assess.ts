/** From counted requests to what becomes of an SLO and its error budget. Pure. */
import type { Objective } from '../../../platform/model/objectives.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { BurnRecord, SloRecord } from '../../../report/slo/record.ts';
import { clopperPearson } from '../../../statistics/binomial.ts';
import {
  type BurnWindow,
  budgetStanding,
  burnRate,
  burnState,
  type Counts,
  highestBurnRate,
  oneRequestDecides,
} from '../../../statistics/burn-rate.ts';
import type { CountsByPeriod } from './read-counts.ts';
import { describeWindow, lengthOf, type Windows } from './windows.ts';

const CONFIDENCE = 0.95;

/** What can be said of an objective is said of its counts; what is counted need not be requests to a load balancer. */
export type Assessed = Pick<Objective, 'name' | 'service' | 'target' | 'budget' | 'windowDays'> & Partial<Objective>;
type Counted = NonNullable<SloRecord['counted']>;

/** An SLO of which nothing can be said, and why. */
export function unknownSlo(
  objective: Pick<Objective, 'name' | 'service'> & Partial<Objective>,
  reason: Reason,
): SloRecord {
  return {
    ...described(objective),
    state: 'unknown',
    unknown: reason,
    requests: 0,
    bad: 0,
    allowed: null,
    left: null,
    spent: null,
    burn: [],
    caveats: [],
  };
}

/** What the counts make of an objective. Without requests it is unknown, never met. */
export function assessSlo(
  objective: Assessed,
  counts: CountsByPeriod,
  context: {
    readonly windows: Windows;
    readonly source: { readonly counted: Counted };
    readonly rehearsalSpeed: number | undefined;
  },
): SloRecord {
  const { windows, source, rehearsalSpeed } = context;
  const total = countBetween(counts, windows.from, windows.until);
  const burn = windows.burn.map((window) => assessBurn(objective, window, counts, windows.until, rehearsalSpeed));
  const standing = budgetStanding(total, objective.budget);
  const read = {
    ...described(objective),
    counted: source.counted,
    from: isoOf(windows.from),
    until: isoOf(windows.until),
    ...total,
    burn,
  };
  if (standing === undefined) {
    const message = `${whoCounts(source)} has no request to it between ${isoOf(windows.from)} and ${isoOf(windows.until)}`;
    return { ...read, ...NOTHING, unknown: { code: 'no-data', message } };
  }
  const first = Math.min(...[...counts.keys()].filter((second) => second >= windows.from));
  return {
    ...read,
    state: standing.met ? 'met' : 'missed',
    firstRequestAt: isoOf(first),
    ...clopperPearson(total.bad, total.requests, CONFIDENCE),
    confidence: CONFIDENCE,
    allowed: standing.allowed,
    left: standing.left,
    spent: standing.spent,
    caveats: [
      ...lowTraffic(standing.lowTraffic, total, objective),
      ...burn
        .filter(({ severity }) => severity === 'page')
        .flatMap((each) => burnCaveats(each, objective, rehearsalSpeed)),
      ...missingStart(first, windows, source, rehearsalSpeed),
      ...ofSource(source, objective),
    ],
  };
}

function whoCounts({ counted }: { readonly counted: Counted }): string {
  return counted === 'prometheus' ? 'Prometheus' : 'CloudWatch';
}

const NOTHING = { state: 'unknown', allowed: null, left: null, spent: null, caveats: [] as string[] } as const;

/** The requests of all periods that begin within [from, until). */
export function countBetween(counts: CountsByPeriod, from: number, until: number): Counts {
  let requests = 0;
  let bad = 0;
  for (const [second, period] of counts) {
    if (second >= from && second < until) {
      requests += period.requests;
      bad += period.bad;
    }
  }
  return { requests, bad };
}

/** What both windows of a pair hold that ends at `until`. */
export function countPair(
  counts: CountsByPeriod,
  window: Pick<BurnWindow, 'longSeconds' | 'shortSeconds'>,
  until: number,
  rehearsalSpeed: number | undefined,
): { readonly long: Counts; readonly short: Counts } {
  return {
    long: countBetween(counts, until - lengthOf(window.longSeconds, rehearsalSpeed), until),
    short: countBetween(counts, until - lengthOf(window.shortSeconds, rehearsalSpeed), until),
  };
}

function assessBurn(
  { budget }: Assessed,
  window: BurnWindow,
  counts: CountsByPeriod,
  until: number,
  rehearsalSpeed: number | undefined,
): BurnRecord {
  const { severity, share, factor, exactFactor, longSeconds, shortSeconds } = window;
  const { long, short } = countPair(counts, window, until, rehearsalSpeed);
  return {
    severity,
    share: Number(share.numerator) / Number(share.denominator),
    factor,
    longSeconds,
    shortSeconds,
    long,
    short,
    longRate: burnRate(long, budget) ?? null,
    shortRate: burnRate(short, budget) ?? null,
    state: burnState(long, short, budget, exactFactor),
    oneDecides: oneRequestDecides(long, short, budget, exactFactor),
  };
}

/** What a record says of the objective itself, whoever judges it. */
export function described(objective: Pick<Objective, 'name' | 'service'> & Partial<Objective>) {
  const { name, service, indicator, target, budget, thresholdSeconds, windowDays } = objective;
  return {
    objective: name,
    service,
    ...(indicator === undefined ? {} : { indicator }),
    ...(target === undefined ? {} : { target }),
    ...(budget === undefined
      ? {}
      : { budget: { numerator: budget.numerator.toString(), denominator: budget.denominator.toString() } }),
    ...(thresholdSeconds === undefined ? {} : { thresholdSeconds }),
    ...(windowDays === undefined ? {} : { windowDays }),
  };
}

function lowTraffic(low: boolean, { requests }: Counts, { budget }: Assessed): string[] {
  const least = (budget.denominator + budget.numerator - 1n) / budget.numerator;
  return low
    ? [
        `low traffic: of ${requests} requests the budget allows less than one to be bad, so a single one misses it; it takes ${least} for one`,
      ]
    : [];
}

function burnCaveats(
  { oneDecides, factor, longSeconds, long }: BurnRecord,
  { budget }: Assessed,
  rehearsalSpeed: number | undefined,
): string[] {
  const highest = highestBurnRate(budget);
  if (highest <= factor) {
    const shown = Number(factor.toPrecision(3));
    return [
      `no error rate burns this budget more than ${Number(highest.toPrecision(3))} times too fast: a burn rate of ${shown} is never reached`,
    ];
  }
  return oneDecides
    ? [
        `low traffic: with ${long.requests} requests in the last ${describeWindow(longSeconds, rehearsalSpeed)}, a single bad one decides whether it burns fast`,
      ]
    : [];
}

/** Requests may only have begun later; or whoever counts forgot them. Which of the two it is cannot be told. */
function missingStart(
  first: number,
  { from, until, cut }: Windows,
  source: { readonly counted: Counted },
  rehearsalSpeed: number | undefined,
): string[] {
  if (rehearsalSpeed !== undefined) {
    return cut ? ['the rehearsal platform keeps metrics for a day: the window begins before that'] : [];
  }
  const late = first - from > (until - from) / 30;
  return [
    ...(cut && source.counted !== 'prometheus'
      ? ['CloudWatch keeps metrics for 455 days: the window begins before that']
      : []),
    ...(late
      ? [
          `the first request that ${whoCounts(source)} knows of is of ${isoOf(first)}, and the window begins ${isoOf(from)}`,
        ]
      : []),
  ];
}

function ofSource({ counted }: { readonly counted: Counted }, { indicator }: Assessed): string[] {
  return counted === 'target-groups' && indicator === 'availability'
    ? [
        'the load balancer serves others too: of the answers that it makes itself (502, 503, 504) only failed connections can be told to be of this service',
      ]
    : [];
}

function isoOf(second: number): string {
  return new Date(second * 1000).toISOString();
}
