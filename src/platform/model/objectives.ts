/** What is promised: ratios of events, and numbers that are not. */
import type { Fraction } from '../decimal.ts';

/** A ratio objective (OpenSLO): at most `budget.numerator` of every `budget.denominator` events may be bad. */
export interface Objective {
  /** The SLO's name; with several objectives in one SLO, `name/1`, `name/2`, …. */
  readonly name: string;
  readonly service: string;
  readonly indicator: 'availability' | 'latency';
  /** The target as it was written, e.g. `0.9995`. */
  readonly target: string;
  /** 1 − target as an exact fraction in lowest terms: 99.95 % is 1 / 2000. */
  readonly budget: Fraction;
  /** For latency: an event is good when it took at most this many seconds. */
  readonly thresholdSeconds: number | undefined;
  /** Rolling window in days. */
  readonly windowDays: number;
}

export interface UnjudgedObjective {
  readonly name: string;
  readonly service: string;
  readonly target: string | undefined;
  /** Why not, as a sentence that can be shown. */
  readonly reason: string;
  /** Of a rolling window. */
  readonly windowDays?: number | undefined;
  /** Set where `surefoot slo` can ask for the counts all the same. */
  readonly prometheus?: PrometheusObjective | undefined;
  /** Set where AWS keeps an SLO of its own for it, whose report `surefoot slo` can ask for. */
  readonly applicationSignals?: ApplicationSignalsObjective | undefined;
}

/** An objective on counters that Prometheus keeps. */
export interface PrometheusObjective extends Pick<Objective, 'name' | 'service' | 'target' | 'budget' | 'windowDays'> {
  /** Queries (PromQL) of counters that only grow: events that are good, or bad, and all of them. */
  readonly part: { readonly of: 'good' | 'bad'; readonly query: string };
  readonly total: string;
}

/** An objective that is an SLO in Application Signals. */
export interface ApplicationSignalsObjective
  extends Pick<Objective, 'name' | 'service' | 'target' | 'budget' | 'windowDays'> {
  /** Its name there, or its ARN. */
  readonly slo: string;
  /** What the target is a share of: requests (OpenSLO: Occurrences), or stretches of time (Timeslices). */
  readonly of: 'requests' | 'time-slices';
}

/** A promise such as "MTTR of at most 30 minutes over 30 days". */
export interface Target {
  readonly name: string;
  readonly description: string | undefined;
  /** undefined: the whole platform. */
  readonly service: string | undefined;
  /** undefined: every environment. */
  readonly environment: string | undefined;
  readonly indicator: string;
  readonly comparison: 'lte' | 'lt' | 'gte' | 'gt';
  /** As it was written, e.g. `30`. */
  readonly value: string;
  readonly exactly: Fraction;
  readonly unit: 'ratio' | 'percent' | 'count' | 'seconds' | 'minutes' | 'hours' | 'days' | 'per-day' | 'per-week';
  readonly windowDays: number | undefined;
  /** Of durations: what of them is promised; undefined: the indicator's own. */
  readonly statistic?: 'mean' | 'median' | 'maximum' | undefined;
  /** With fewer observations it is unknown; undefined: one is enough. */
  readonly minimumSamples?: number | undefined;
}
