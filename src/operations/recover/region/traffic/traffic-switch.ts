/** What is seen of where users are sent, and what sends them elsewhere. */
import type { Reason } from '../../../../report/evidence.ts';

export interface TrafficSeen {
  /** Share of the users that is sent to the region that takes over, in percent; undefined: not known. */
  readonly percent: number | undefined;
  /** For people: `weights prod 100, dr 0`. */
  readonly seen: string;
  /** Why it cannot be switched. */
  readonly refusals: readonly Reason[];
  /** What is worth knowing but stops nothing. */
  readonly notes: readonly string[];
  /** As long a resolver may keep an old answer. */
  readonly ttlSeconds: number;
  /** Names or addresses that the answers for each region come from; empty where they are not known. */
  readonly ends: { readonly to: readonly string[]; readonly from: readonly string[] };
  /** False: all users at once, or none. */
  readonly gradual: boolean;
}

export interface TrafficSwitch {
  look(): Promise<TrafficSeen>;
  /** Sends that share of the users to the region that takes over, and waits until DNS servers have it. Resolves with what was done. */
  shift(percent: number): Promise<string>;
}
