/** Tonight among the nights before it. Pure. */
import type { Evidence } from '../../report/evidence.ts';
import type { Night } from '../../report/nights/record.ts';

/** Two months, as far as people look back. */
const MOST_NIGHTS = 60;

/** In the order of time, each night once, tonight last; the oldest are left out where there are too many. */
export function withEarlier(tonight: Night, earlier: readonly Night[]): Night[] {
  const byTime = new Map(earlier.filter(({ at }) => at < tonight.at).map((night) => [night.at, night]));
  const ordered = [...byTime.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
  return [...ordered.slice(-(MOST_NIGHTS - 1)), tonight];
}

export interface NightsOf {
  readonly platform: string;
  readonly environment: string;
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
}

/** The nights of that environment in records of any kind; those of a rehearsal never stand among others, nor those of another speed. */
export function nightsIn(records: readonly Evidence[], { platform, environment, rehearsalSpeed }: NightsOf): Night[] {
  return records
    .filter(
      ({ operation, subject, rehearsal, speed }) =>
        operation === 'nightly' &&
        subject.platform === platform &&
        subject.environment === environment &&
        rehearsal === (rehearsalSpeed !== undefined) &&
        speed === (rehearsalSpeed ?? 1),
    )
    .flatMap(({ nights }) => nights?.nights ?? []);
}
