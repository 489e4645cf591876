/** What every operation of this service has at hand. */
import type { AddressPlan } from '../world/addresses/plan.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { ElbStore } from './store.ts';

export interface Elbv2Context {
  readonly store: ElbStore;
  readonly addresses: AddressPlan;
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly accountId: string;
  /** Subnet id → zone. */
  readonly subnets: ReadonlyMap<string, string>;
  readonly vpcId: string;
}

/** What a handler gives back: the SDK's output without the metadata that the wire adds. */
export type Result<Output> = Omit<Output, '$metadata'>;
