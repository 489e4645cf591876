/**
 * Where things live: each zone is a loopback subnet (127.<block>.<zone>.x) and each task has an address of its own there;
 * where a system answers only on 127.0.0.1 (macOS without aliases), everything shares it and differs by port.
 */
import type { AddressPlan } from './addresses/plan.ts';
import { createPortPlan } from './addresses/ports.ts';
import { canBind } from './addresses/sockets.ts';
import { createSubnetPlan } from './addresses/subnets.ts';

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
