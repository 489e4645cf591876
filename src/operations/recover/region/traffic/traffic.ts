/** Where users are sent, and sending them elsewhere: by records of Route 53 or by routing controls of ARC. */
import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { RegionInputs, RegionPorts } from '../request.ts';
import { recordsSwitch } from './route53-records.ts';
import { controlsSwitch } from './routing-controls.ts';
import type { TrafficSwitch } from './traffic-switch.ts';

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
