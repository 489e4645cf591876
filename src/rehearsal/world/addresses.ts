/**
 * Where things live: each zone is a loopback subnet (127.<block>.<zone>.x) and each task has an address of its own there;
 * where a system answers only on 127.0.0.1 (macOS without aliases), everything shares it and differs by port.
 */
import { createPortPlan } from './addresses/ports.ts';
import { canBind } from './addresses/sockets.ts';
import { createSubnetPlan } from './addresses/subnets.ts';

export interface TaskAddress {
  readonly host: string;
  /** The port to listen on: the container port in subnet mode, a free one in port mode. */
  readonly port: number;
  readonly zone: string;
  release(): void;
}

export interface AddressPlan {
  readonly mode: 'subnets' | 'ports';
  /** Zone names in order (`ca-central-1a`, …); zone i has the subnet 127.<block>.<i+1>.0/24. */
  readonly zones: readonly string[];
  task(zone: string, containerPort: number): Promise<TaskAddress>;
  /** The address of a load balancer's listener: `port` itself where it may be bound, else another one (privileged ports move by 8000). */
  listener(loadBalancerIndex: number, port: number): Promise<{ host: string; port: number }>;
  /** The zone that an address belongs to; undefined for addresses the plan did not give out. */
  zoneOf(host: string, port: number): string | undefined;
  release(): Promise<void>;
}

export interface AddressPlanOptions {
  readonly zones: readonly string[];
  /** `auto` takes subnets where the system has them, else ports. */
  readonly mode: 'auto' | 'subnets' | 'ports';
}

/**
 * Claims addresses for one platform; several platforms may run side by side, each with a block of its own.
 * @throws RangeError for a number of zones that no block can hold; Error when `subnets` is asked for and cannot be had.
 */
export async function createAddressPlan(options: AddressPlanOptions): Promise<AddressPlan> {
  const { zones, mode } = options;
  if (zones.length === 0 || zones.length > 254 || new Set(zones).size !== zones.length) {
    throw new RangeError(`zones must be 1 to 254 different names, got: ${zones.join(', ') || 'none'}`);
  }
  if (mode === 'ports') {
    return createPortPlan(zones);
  }
  if (await canBind('127.0.1.1', 0)) {
    return createSubnetPlan(zones);
  }
  if (mode === 'subnets') {
    throw new Error(
      'this system has only 127.0.0.1 (127.0.1.1 cannot be bound): write "ports" instead of "subnets", or add the addresses to the loopback interface',
    );
  }
  return createPortPlan(zones);
}
