/** What every operation of this service works with. */
import type { InternalCall } from '../wire/operation.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { TargetRecord } from './scalable-targets.ts';

export interface AutoScalingContext {
  /** How the desired count of a service is read and set: the public ECS operations. */
  readonly call: InternalCall;
  readonly clock: RehearsalClock;
  readonly accountId: string;
  readonly region: string;
  /** By resource id. */
  readonly targets: Map<string, TargetRecord>;
}
