/** Faults on subnets and on the traffic of load balancers. */
import type { ManagedByFis } from '../../tagging/sources.ts';
import type { WorldFaults } from '../../world/faults/faults.ts';
import { type FaultAction, FaultFailure, lasting } from '../faults/fault-action.ts';
import type { Resource } from '../targets/resource.ts';
import { notInjected } from './failure.ts';

/** Scopes that cut a subnet off from the load balancer. The others are about services that the platform's tasks cannot call. */
const SCOPES = ['all', 'availability-zone', 'vpc'];

/**
 * `aws:network:disrupt-connectivity`: the zones of the subnets go dark. A zone has one subnet here, and the load balancer stands outside of
 * all zones, so traffic from other zones is all the traffic that there is. As in AWS, each subnet has a network ACL of FIS's meanwhile.
 * Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#network-actions-reference
 */
export function disruptConnectivity(world: WorldFaults, managed: ManagedByFis): FaultAction {
  return {
    async start(targets, parameters, { clock, actionName }) {
      const { scope = '' } = parameters;
      if (!SCOPES.includes(scope)) {
        throw notInjected(actionName, `aws:network:disrupt-connectivity with the scope ${scope}`);
      }
      const zones = (targets.get('Subnets') ?? []).map(zoneOf);
      const undo = await world.cutZones(zones);
      const acls = zones.map(() => managed.networkAcl());
      return lasting(parameters, clock, async () => {
        await undo();
        for (const remove of acls) {
          remove();
        }
      });
    },
  };
}

function zoneOf({ attributes }: Resource): string {
  const { availabilityZone } = attributes as { readonly availabilityZone?: string };
  return availabilityZone ?? '';
}

/**
 * `aws:arc:start-zonal-autoshift`: load balancers send nothing to the zone. All of them have zonal autoshift here.
 * Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#recovery-actions
 */
export function startZonalAutoshift(world: WorldFaults, zones: readonly string[]): FaultAction {
  return {
    async start(targets, parameters, { clock, actionName }) {
      const { availabilityZoneIdentifier: zone = '', managedResourceTypes = '' } = parameters;
      const { zonalAutoshiftStatus: status = 'ENABLED' } = parameters;
      if (!zones.includes(zone)) {
        throw new FaultFailure('InvalidTarget', actionName, `There is no zone ${zone}; there are ${zones.join(', ')}.`);
      }
      if (!managedResourceTypes.split(',').includes('ALB') || status === 'DISABLED') {
        const text = `The targets are load balancers (ALB) with zonal autoshift ENABLED; the action asks for ${managedResourceTypes}, ${status}.`;
        throw new FaultFailure('InvalidTarget', actionName, text);
      }
      const undone = await Promise.all(
        (targets.get('ManagedResources') ?? []).map(({ arn }) => world.shiftAway(arn, zone)),
      );
      return lasting(parameters, clock, async () => {
        await Promise.all(undone.map((undo) => undo()));
      });
    },
  };
}
