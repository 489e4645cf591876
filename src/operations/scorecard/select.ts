/** Which observations a promise is judged by: of its subject, in its window, of production or of rehearsals. */
import type { Reason } from '../../report/evidence.ts';
import { formatTime } from '../../report/format.ts';
import type { Observation } from './observation.ts';
import { days, type Promised } from './promised.ts';

const DAY_MS = 86_400_000;
/** Clocks of machines differ; what ended later than this from now did not happen yet. */
const SKEW_MS = 300_000;

export interface Scope {
  readonly environment: string;
  /** undefined: the whole platform. */
  readonly service: string | undefined;
  readonly rehearsal: boolean;
  readonly now: number;
}

export interface Selected {
  readonly observations: readonly Observation[];
  /** Of what it is compared with: `cost-baseline`, `utilisation-baseline`; of all time. */
  readonly baseline: readonly Observation[];
  readonly from: number;
  readonly to: number;
}

/** What else a promise is computed from: its own numbers are of another name. */
const RAW: Readonly<Record<string, { readonly now: string; readonly baseline?: string }>> = {
  'cost-reduction': { now: 'cost', baseline: 'cost-baseline' },
  'cost-elasticity': { now: 'cost' },
  'utilisation-improvement': { now: 'utilisation', baseline: 'utilisation-baseline' },
};

/**
 * The observations of the newest window that has any: it ends with the newest observation, unless that is itself older than the window is
 * long, which makes it stale. Sums that somebody else made over a window are not added up: the newest stands alone.
 */
export function selectObservations(all: readonly Observation[], promised: Promised, scope: Scope): Selected | Reason {
  const names = RAW[promised.indicator] ?? { now: promised.indicator };
  const named = all.filter(({ indicator, rehearsal }) => indicator === names.now && rehearsal === scope.rehearsal);
  const here = named.filter((one) => isAbout(one, scope));
  const past = here.filter(({ to }) => to <= scope.now + SKEW_MS);
  const last = past.reduce((latest, { to }) => Math.max(latest, to), Number.NEGATIVE_INFINITY);
  const length = promised.windowDays * DAY_MS;
  if (past.length === 0) {
    return whyNone(all, named, here, scope, names.now);
  }
  if (last <= scope.now - length) {
    const when = formatTime(new Date(last).toISOString());
    return {
      code: 'stale',
      message: `the newest evidence is of ${when}, and the target is over ${days(promised.windowDays)}`,
    };
  }
  const inside = past.filter(({ to }) => to > last - length);
  const newest = inside
    .filter(({ snapshot }) => snapshot)
    .sort((a, b) => b.to - a.to || (b.knownAt ?? 0) - (a.knownAt ?? 0))[0];
  const observations = newest === undefined ? inside : [newest];
  const baseline = all.filter((one) => one.indicator === names.baseline && isAbout(one, scope));
  return { observations, baseline, from: newest?.from ?? last - length, to: newest?.to ?? last };
}

/** What names no environment or service is about all of them. Rehearsals play any environment. */
function isAbout({ environment, service }: Observation, scope: Scope): boolean {
  return (
    (scope.rehearsal || environment === undefined || environment === scope.environment) &&
    (service === undefined || scope.service === undefined || service === scope.service)
  );
}

function whyNone(
  all: readonly Observation[],
  named: readonly Observation[],
  here: readonly Observation[],
  scope: Scope,
  name: string,
): Reason {
  if (here.length > 0) {
    return { code: 'in-the-future', message: 'all evidence ends later than now: a clock is wrong' };
  }
  const elsewhere = [...new Set(named.flatMap(({ environment }) => environment ?? []))].filter(
    (environment) => environment !== scope.environment,
  );
  if (elsewhere.length > 0) {
    return {
      code: 'other-environment',
      message: `there is evidence of ${elsewhere.join(', ')}, but none of ${scope.environment}`,
    };
  }
  const rehearsed = all.some(({ indicator, rehearsal }) => indicator === name && rehearsal && !scope.rehearsal);
  return rehearsed
    ? { code: 'rehearsal-only', message: 'there is evidence of rehearsals only, which never counts for production' }
    : { code: 'no-evidence', message: 'nothing was measured' };
}

/**
 * The services that a promise has rows for; undefined: the whole platform. Incidents and drills of all services are one list; but where
 * somebody summed up a service (its SLO, its load test), a promise that names no service has to be kept by each of them.
 */
export function servicesOf(
  all: readonly Observation[],
  promised: Promised,
  scope: Omit<Scope, 'service'>,
): (string | undefined)[] {
  if (promised.service !== undefined) {
    return [promised.service];
  }
  const summed = all.filter(
    (one) =>
      one.indicator === promised.indicator &&
      one.snapshot &&
      isAbout(one, { ...scope, rehearsal: one.rehearsal, service: undefined }),
  );
  const services = [...new Set(summed.flatMap(({ service }) => service ?? []))].sort((a, b) =>
    a.localeCompare(b, 'en'),
  );
  return services.length === 0 ? [undefined] : services;
}
