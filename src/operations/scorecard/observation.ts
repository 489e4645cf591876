/** What the scorecard is judged by: things that were measured, each with what it is about, when, and where it is written. */
import type { Fraction } from '../../platform/decimal.ts';
import type { Reason } from '../../report/evidence.ts';

/** A file that was read. */
export interface Source {
  readonly file: string;
  /** In hex. */
  readonly sha256: string;
  /** The operation that wrote the evidence, or `facts`. */
  readonly operation: string;
}

/** Shares are ratios, durations seconds, rates events a day. */
export type Reading =
  /** So many of so many. */
  | { readonly kind: 'share'; readonly count: number; readonly total: number }
  /** One event, or one period; `of`: what the value is of, for a cost the load. */
  | { readonly kind: 'amount'; readonly value: Fraction; readonly of: Fraction | undefined }
  /** One whose end nobody saw: it took longer than `atLeast`; undefined: it goes on, at least until now. */
  | { readonly kind: 'open'; readonly atLeast: Fraction | undefined }
  /** A statistic that somebody else computed, with its bounds. */
  | {
      readonly kind: 'measured';
      readonly value: number | null;
      /** The value as it was written, where that says more than the number. */
      readonly exactly?: Fraction | undefined;
      readonly lower: number | undefined;
      readonly upper: number | undefined;
      readonly confidence: number | undefined;
      readonly n: number | undefined;
      readonly method: string;
      /** Why there is no value. */
      readonly unknown: Reason | undefined;
    };

export interface Observation {
  readonly indicator: string;
  /** Keys of surefoot.yml; undefined: the whole platform. */
  readonly environment: string | undefined;
  readonly service: string | undefined;
  readonly rehearsal: boolean;
  /** It sums up a window of its own: an older one is of other things or of the same ones again, and is not added to it. */
  readonly snapshot: boolean;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly reading: Reading;
  readonly source: Source;
  /** When whoever says so knew it (ms): of two that say something of the same, the latest is believed. */
  readonly knownAt?: number;
  /** Which event it is, where several records may tell of it. */
  readonly event?: string;
  /** It was asked for over [from, to]: where that is shorter than a promise's window, the rest was not looked at. */
  readonly lookedBack?: true;
  /** When what is counted in [from, to] began to be known (ms): of the time before it there may have been nothing, or nobody counted. */
  readonly knownFrom?: number;
  /** What its record says to know before believing it. */
  readonly caveats?: readonly string[];
  /** Where it comes from, of what surefoot counts itself; else the statistic says enough. */
  readonly origin?: string;
}

/** Of an event that several records tell of, what the latest says: an incident that was open then may be closed now. */
export function eachOnce(observations: readonly Observation[]): Observation[] {
  const latest = new Map<string, number>();
  const keyOf = ({ indicator, environment, service }: Observation, id: string) =>
    JSON.stringify([indicator, environment, service, id]);
  for (const one of observations) {
    if (one.event !== undefined) {
      const key = keyOf(one, one.event);
      latest.set(key, Math.max(latest.get(key) ?? 0, one.knownAt ?? 0));
    }
  }
  const seen = new Set<string>();
  return observations.filter((one) => {
    if (one.event === undefined) {
      return true;
    }
    const key = keyOf(one, one.event);
    const first = (one.knownAt ?? 0) === latest.get(key) && !seen.has(key);
    if (first) {
      seen.add(key);
    }
    return first;
  });
}

/** Observations of one kind of reading. */
export function readingsOf<Kind extends Reading['kind']>(
  observations: readonly Observation[],
  kind: Kind,
): (Observation & { readonly reading: Extract<Reading, { kind: Kind }> })[] {
  const isOfKind = (one: Observation): one is Observation & { reading: Extract<Reading, { kind: Kind }> } =>
    one.reading.kind === kind;
  return observations.filter(isOfKind);
}
