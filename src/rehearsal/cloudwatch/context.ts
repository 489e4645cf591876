import type { RehearsalClock } from '../world/clock.ts';
import type { MetricStore } from './metric-store.ts';

/** What the operations on metrics share. */
export interface MetricContext {
  readonly store: MetricStore;
  readonly clock: RehearsalClock;
}
