/** What a move from one region to another is asked for, and what it needs of the world. */
import type { AwsGateways } from '../../../aws/gateways.ts';
import type { StreamEvent } from '../../../measure/counting/stream.ts';
import type { LoadProgress, RunningLoad } from '../../../measure/types.ts';
import type { StandbySettings } from '../../../platform/model/resilience.ts';
import type { Environment, ServiceInEnvironment } from '../../../platform/model.ts';
import type { Ports } from '../../ports.ts';

/** A service in the region that is left and in the one that takes over. */
export interface ServicePair {
  /** Its key in surefoot.yml. */
  readonly service: string;
  readonly from: ServiceInEnvironment;
  readonly to: ServiceInEnvironment;
  /** Where it answers in the region that takes over, without a slash at the end; undefined: not known. */
  readonly url: string | undefined;
}

/**
 * A command that knows the databases: `hold` stops writes to those of the region that is left, so that none is acknowledged any more once
 * it has ended; `caught-up` ends with 0 when the replicas have all of them, with 1 when not yet, with another number when it cannot tell;
 * `release` lets writes in again. Each may be run again. Resolves with what it ended with, null when it was killed.
 */
export type WriteHold = (
  step: 'hold' | 'caught-up' | 'release',
  replicas: readonly string[],
  signal: AbortSignal,
) => Promise<number | null>;

export interface RegionInputs {
  readonly direction: 'failover' | 'failback';
  readonly from: Environment;
  readonly to: Environment;
  /** As the standby environment has it, in both directions. */
  readonly standby: StandbySettings;
  /** Services that run in both. */
  readonly pairs: readonly ServicePair[];
  /** Keys of services that run only where users come from. */
  readonly missing: readonly string[];
  /** Both regions are well: what is left may be asked, and nothing that was acknowledged may be lost. */
  readonly planned: boolean;
  /** What becomes of the replicas. Promoting cannot be undone, so that it has to be said. */
  readonly database: 'promote' | 'leave' | undefined;
  /** Undefined: users go first, and the replicas are promoted once nobody uses the other region any more. */
  readonly holdWrites: WriteHold | undefined;
  /** Why a standby that is not ready is taken all the same; undefined: it is not. */
  readonly override: string | undefined;
  /** Shares of the users, in percent, one after the other; ascending, the last one is 100. */
  readonly weights: readonly number[];
  /** Between two of them, and after the last one: so long nothing may fail. */
  readonly holdSeconds: number;
  /** Undefined outside a rehearsal. */
  readonly speed: number | undefined;
  /** ARN of an ARC Region switch plan that does the steps instead. */
  readonly switchPlan: string | undefined;
}

export interface LoadListeners {
  readonly onEvent: (event: StreamEvent) => void;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** `aws` is of the region that takes over. */
export interface RegionPorts extends Ports {
  /** Of the region that is left. Undefined in a disaster: then nothing of it is needed. */
  readonly awsOfSource: AwsGateways | undefined;
  /** The addresses that a client is told for a DNS name just now; empty when there is none. */
  readonly addresses: (name: string) => Promise<readonly string[]>;
  /** Requests to the name that users know, until they are ended; undefined where it has no address to send them to. */
  readonly startLoad: ((listeners: LoadListeners) => Promise<RunningLoad>) | undefined;
}

/** The environment whose users are moved: that which the standby stands by for. */
export function usersOf({ direction, from, to }: Pick<RegionInputs, 'direction' | 'from' | 'to'>): Environment {
  return direction === 'failover' ? from : to;
}

/** `dr (us-east-2)`. */
export function placeOf({ name, region }: Pick<Environment, 'name' | 'region'>): string {
  return `${name} (${region})`;
}
