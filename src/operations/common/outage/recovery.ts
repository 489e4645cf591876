/**
 * Recovery from a fault, from single requests: the time from the fault to the moment from which the service answers for good. It is known
 * as an interval, between the last request that it failed and the first one after that. Pure. All times in seconds.
 */
import type { Probe } from './probes.ts';

/** The fewest requests per second from which a recovery time may be read. */
export const LEAST_PROBES_PER_SECOND = 20;
/** Without a failure for so long it is back; AWS Resilience Hub and the field use a minute. */
export const HOLD_SECONDS = 60;
/** Where there is less time to look: any shorter, and a service that fails and answers in turn would be back. */
export const LEAST_HOLD_SECONDS = 5;
/** Failures this near to each other are one outage; one that stands alone may be the noise that there was before the fault. */
const NEAR_SECONDS = 1;

export interface RecoveryRequest {
  /** When the fault began, at the earliest. */
  readonly faultAt: number;
  /** By so much later it may have begun, as it was told by another clock; 0 when left out. */
  readonly laterBy?: number;
  /** Requests sent later are not looked at: not all of them have had the time to end. */
  readonly until: number;
  readonly holdSeconds: number;
  /** Single failures happen without any fault, as the baseline has shown: those are none of its doing. */
  readonly noisy: boolean;
}

export type Recovery =
  /** No request suffered. An outage between two requests would have gone unseen: it was shorter than `resolution`. */
  | { readonly kind: 'unfelt'; readonly resolution: number }
  /** Seconds after the fault: first failure, last failure, first request that was answered well for good. */
  | { readonly kind: 'recovered'; readonly impact: number; readonly lower: number; readonly upper: number }
  /** Not seen to recover, or not for long enough: it took longer than `beyond`. */
  | { readonly kind: 'censored'; readonly impact: number; readonly beyond: number };

/** Those that the fault can have touched: under way when it began, or sent since. In their order. */
export function underFault(probes: readonly Probe[], { faultAt, until }: Pick<RecoveryRequest, 'faultAt' | 'until'>) {
  return probes.filter(({ at, end }) => at < until && (at >= faultAt || end === undefined || end >= faultAt));
}

/** Lower bounds are from the latest moment at which the fault can have begun, upper ones from the earliest. @param probes in the order in which they were sent */
export function recoveryOf(probes: readonly Probe[], request: RecoveryRequest): Recovery {
  const { faultAt, laterBy = 0, until, holdSeconds, noisy } = request;
  const touched = underFault(probes, request);
  const failures = touched.filter(({ ok }) => !ok).map(({ at }) => at);
  const counted = noisy ? failures.filter((at, index) => hasNeighbour(failures, index, at)) : failures;
  const [first] = counted;
  const last = counted.at(-1);
  if (first === undefined || last === undefined) {
    return { kind: 'unfelt', resolution: widestGap(touched, faultAt, until) };
  }
  const impact = Math.max(0, first - faultAt - laterBy);
  const lower = Math.max(0, last - faultAt - laterBy);
  const back = touched.find(({ at, ok }) => ok && at > last && at >= faultAt)?.at;
  return back === undefined || until - back < holdSeconds
    ? { kind: 'censored', impact, beyond: lower }
    : { kind: 'recovered', impact, lower, upper: back - faultAt };
}

/** How many failures stand within a second of another: what cannot be told from an outage. @param probes in their order */
export function failuresTogether(probes: readonly Probe[]): number {
  const failures = probes.filter(({ ok }) => !ok).map(({ at }) => at);
  return failures.filter((at, index) => hasNeighbour(failures, index, at)).length;
}

function hasNeighbour(failures: readonly number[], index: number, at: number): boolean {
  const before = failures[index - 1] ?? Number.NEGATIVE_INFINITY;
  const after = failures[index + 1] ?? Number.POSITIVE_INFINITY;
  return at - before <= NEAR_SECONDS || after - at <= NEAR_SECONDS;
}

function widestGap(probes: readonly Probe[], from: number, until: number): number {
  const moments = [from, ...probes.map(({ at }) => at).filter((at) => at >= from), until];
  return moments.reduce((widest, at, index) => Math.max(widest, at - (moments[index - 1] ?? at)), 0);
}

/** What became of the requests that the fault can have touched; lost = planned − ok. */
export interface Served {
  readonly planned: number;
  readonly ok: number;
  readonly lost: number;
}

export function servedOf(probes: readonly Probe[], window: Pick<RecoveryRequest, 'faultAt' | 'until'>): Served {
  const touched = underFault(probes, window);
  const ok = touched.filter((probe) => probe.ok).length;
  return { planned: touched.length, ok, lost: touched.length - ok };
}

/** Whether the share of requests answered well is at least `percent`, exactly. */
export function reaches({ planned, ok }: Served, percent: { numerator: bigint; denominator: bigint }): boolean {
  return BigInt(ok) * 100n * percent.denominator >= percent.numerator * BigInt(planned);
}
