/**
 * Error budgets and how fast they go. The burn rate is the error rate over the one that an objective allows: at 1 the budget lasts its
 * period exactly. Alerts with several windows and several burn rates: Thurgood and others, "Alerting on SLOs", chapter 5 of Google's
 * "The Site Reliability Workbook" (O'Reilly, 2018), section 6. Counts are compared as whole numbers, never through binary floating point.
 */

/** An exact share, both parts positive: 1 - objective, so that 99.95 % is 1 / 2000. */
export interface Share {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Whole numbers, `bad` at most `requests`. */
export interface Counts {
  readonly requests: number;
  readonly bad: number;
}

/** A pair of windows: it burns while the rate over both is above the factor. */
export interface BurnWindow {
  /** `page`: somebody is woken. `ticket`: somebody looks at it in the morning. */
  readonly severity: 'page' | 'ticket';
  readonly longSeconds: number;
  readonly shortSeconds: number;
  /** What of the budget is gone when the long window alone fires. */
  readonly share: Share;
  /** share x period / long window, as a number to show. */
  readonly factor: number;
  /** The same, exactly. */
  readonly exactFactor: Share;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** The workbook's recommended pairs: what may be gone of a month's budget, after how long. Its short windows are a twelfth of the long ones. */
const PAIRS = [
  { severity: 'page', longSeconds: HOUR, percent: 2n },
  { severity: 'page', longSeconds: 6 * HOUR, percent: 5n },
  { severity: 'ticket', longSeconds: DAY, percent: 10n },
  { severity: 'ticket', longSeconds: 3 * DAY, percent: 10n },
] as const;
const SHORT_PART = 12;

/** Windows of hours and days say something of a period that is at least so long; for a shorter one they shrink in proportion. */
const LEAST_PERIOD = 28 * DAY;
const WORKBOOK_PERIOD = 30 * DAY;

/**
 * The pairs of windows for a budget of `periodSeconds`, fastest first: 14.4, 6, 3 and 1 for 30 days, 13.44, 5.6, 2.8 and 0.933 for 28. For
 * periods under 28 days the windows shrink with the period, to whole minutes, as one hour of a week says another thing than one of a month.
 * @param periodSeconds whole seconds, at least an hour
 * @throws RangeError for less
 */
export function burnWindows(periodSeconds: number): BurnWindow[] {
  if (!Number.isSafeInteger(periodSeconds) || periodSeconds < HOUR) {
    throw new RangeError(
      `there are no burn windows for a period of ${periodSeconds} s: need whole seconds, an hour or more`,
    );
  }
  const scale = periodSeconds < LEAST_PERIOD ? periodSeconds / WORKBOOK_PERIOD : 1;
  const minutes = (seconds: number) => Math.max(1, Math.round((seconds * scale) / MINUTE)) * MINUTE;
  const windows = PAIRS.map(({ severity, longSeconds, percent }) => {
    const long = minutes(longSeconds);
    const exactFactor = { numerator: percent * BigInt(periodSeconds), denominator: 100n * BigInt(long) };
    return {
      severity,
      longSeconds: long,
      shortSeconds: minutes(longSeconds / SHORT_PART),
      share: { numerator: percent, denominator: 100n },
      factor: toNumber(exactFactor),
      exactFactor,
    };
  });
  // In the shortest periods two pairs round to the same minutes: the first of them is the one that is meant.
  return windows.filter(({ longSeconds }, index) => windows[index - 1]?.longSeconds !== longSeconds);
}

/** Error rate over the rate that the budget allows; undefined without requests. */
export function burnRate({ requests, bad }: Counts, budget: Share): number | undefined {
  return requests === 0 ? undefined : (bad / requests) * (Number(budget.denominator) / Number(budget.numerator));
}

/** Whether the burn rate is above `factor`, exactly; undefined without requests. */
export function burnsFasterThan({ requests, bad }: Counts, budget: Share, factor: Share): boolean | undefined {
  return requests === 0
    ? undefined
    : BigInt(bad) * budget.denominator * factor.denominator > BigInt(requests) * budget.numerator * factor.numerator;
}

/** No rate can burn faster than this: that of nothing but bad requests. At 90 % it is 10, and a factor of 14.4 never fires. */
export function highestBurnRate(budget: Share): number {
  return Number(budget.denominator) / Number(budget.numerator);
}

/**
 * What a pair of windows says. `burning`: both are above the factor. `recovering`: only the long one, so it was worse and is better now.
 * `rising`: only the short one. `calm`: neither, or not the long one where the short one saw nothing. `unknown`: what was seen does not
 * decide whether both are above.
 */
export type BurnState = 'burning' | 'recovering' | 'rising' | 'calm' | 'unknown';

/** The state of a pair of windows from the requests in each; a window without requests says nothing. */
export function burnState(long: Counts, short: Counts, budget: Share, factor: Share): BurnState {
  const slow = burnsFasterThan(long, budget, factor);
  const fast = burnsFasterThan(short, budget, factor);
  if (slow === undefined || (slow && fast === undefined)) {
    return 'unknown';
  }
  if (slow) {
    return fast ? 'burning' : 'recovering';
  }
  return fast ? 'rising' : 'calm';
}

/**
 * Whether a single bad request decides between `burning` and not, as it alone is above the factor within the short window: with so few
 * requests an alert, or its absence, says little.
 */
export function oneRequestDecides(long: Counts, short: Counts, budget: Share, factor: Share): boolean {
  if (burnsFasterThan({ requests: Math.max(1, short.requests), bad: 1 }, budget, factor) !== true) {
    return false;
  }
  const burns = burnState(long, short, budget, factor) === 'burning';
  const change = burns ? -1 : 1;
  const other = ({ requests, bad }: Counts) => ({ requests: Math.max(1, requests), bad: bad + change });
  return (burnState(other(long), other(short), budget, factor) === 'burning') !== burns;
}

/** An error budget after so many requests. */
export interface BudgetStanding {
  /** At most as many were bad as the objective allows. */
  readonly met: boolean;
  /** Nothing is left: one more bad request misses the objective, if it is not missed yet. */
  readonly spent: boolean;
  /** How many of these requests may be bad; not a whole number where the budget does not come to one. */
  readonly allowed: number;
  /** Share of the budget that is left: 1 untouched, 0 spent, below 0 overspent. */
  readonly left: number;
  /** Fewer than one of these requests may be bad: a single one misses the objective. */
  readonly lowTraffic: boolean;
}

/** Where an error budget stands; undefined without requests. 5 bad of 10,000 at 99.95 % are exactly met, and the budget exactly spent. */
export function budgetStanding({ requests, bad }: Counts, budget: Share): BudgetStanding | undefined {
  if (requests === 0) {
    return undefined;
  }
  // Both are `denominator` times as large as what they stand for.
  const used = BigInt(bad) * budget.denominator;
  const allowed = BigInt(requests) * budget.numerator;
  return {
    met: used <= allowed,
    spent: used >= allowed,
    allowed: Number(allowed) / Number(budget.denominator),
    left: Number(allowed - used) / Number(allowed),
    lowTraffic: allowed < budget.denominator,
  };
}

function toNumber({ numerator, denominator }: Share): number {
  return Number(numerator) / Number(denominator);
}
