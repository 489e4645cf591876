/** Where users are sent, and sending them elsewhere: by records of Route 53 or by routing controls of ARC. */
import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { Reason } from '../../../report/evidence.ts';
import type { RegionInputs, RegionPorts } from './request.ts';
import { recordsSwitch } from './route53-records.ts';
import { controlsSwitch } from './routing-controls.ts';

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

/** Routing controls where there are any, else the records. @param balancers of the services that take over */
export function trafficSwitch(
  inputs: RegionInputs,
  balancers: readonly LoadBalancer[],
  ports: RegionPorts,
): TrafficSwitch {
  const { standby } = inputs;
  const records = standby.dns === undefined ? undefined : recordsSwitch(inputs, standby.dns, balancers, ports);
  if (standby.routingControls !== undefined) {
    return controlsSwitch(inputs, standby.routingControls, records, ports);
  }
  if (records === undefined) {
    throw new Error(`${inputs.to.name} has neither a name nor routing controls`);
  }
  return records;
}
