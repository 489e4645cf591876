/** What of two loads is compared, and on which scale. */
import type { Compared } from '../../../report/evidence.ts';
import { RELATIVE_ERROR } from '../../../statistics/log-histogram.ts';
import type { Tally } from './tally.ts';

/** By what name a tolerance is given. */
export const TOLERANCES = ['errors', 'latency', 'throughput'] as const;
export type ToleranceName = (typeof TOLERANCES)[number];

/** The change for the worse that is put up with: of the share of errors as a difference, of the others relative to the baseline. */
export type Tolerances = Readonly<Record<ToleranceName, number>>;

export interface Indicator extends Pick<Compared, 'unit' | 'better' | 'scale'> {
  readonly name: string;
  readonly tolerance: ToleranceName;
  of(tally: Tally): number | undefined;
  /** How far the difference of two measured ones may be off by how they were measured, on the scale of `position`. */
  readonly resolution: number;
  /** Values beyond the quantile that are needed for an interval; undefined: no quantile. */
  readonly quantile?: number;
}

/** Fewer values than this beyond a quantile, and resampling them says little of what lies there. */
export const VALUES_BEYOND = 10;

const errors: Indicator = {
  name: 'share of requests that failed',
  unit: 'ratio',
  better: 'lower',
  scale: 'absolute',
  tolerance: 'errors',
  resolution: 0,
  of: ({ ok, failed }) => (ok + failed === 0 ? undefined : failed / (ok + failed)),
};

const throughput: Indicator = {
  name: 'throughput of good answers',
  unit: 'requests/s',
  better: 'higher',
  scale: 'relative',
  tolerance: 'throughput',
  resolution: 0,
  of: ({ ok, seconds }) => (ok === 0 ? undefined : ok / seconds),
};

function latency(p: number): Indicator {
  return {
    name: `latency p${p * 100}`,
    unit: 's',
    better: 'lower',
    scale: 'relative',
    tolerance: 'latency',
    // Each of the two is known to its bucket only.
    resolution: Math.log((1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)),
    of: (tally) => tally.quantile(p),
    quantile: p,
  };
}

export const INDICATORS: readonly Indicator[] = [errors, latency(0.5), latency(0.95), latency(0.99), throughput];

/** Where a value stands on the axis on which changes are differences: itself, or its logarithm where changes are relative. */
export function position({ scale }: Pick<Indicator, 'scale'>, value: number): number {
  return scale === 'relative' ? Math.log(value) : value;
}

/** A difference of positions as a change: itself, or how many times as much less one. */
export function changeOf({ scale }: Pick<Indicator, 'scale'>, difference: number): number {
  return scale === 'relative' ? Math.expm1(difference) : difference;
}
