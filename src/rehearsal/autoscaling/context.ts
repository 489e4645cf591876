/** What every operation of this service works with. */
import type { Exclusive } from '../ecs/exclusive.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { ActivityLog } from './activities.ts';
import type { Capacity } from './capacity.ts';
import type { ScalingPolicies } from './policies/scaling-policies.ts';
import type { TargetRecord } from './scalable-targets.ts';
import type { ScheduledActions } from './schedules/scheduled-actions.ts';

export interface AutoScalingContext {
  readonly clock: RehearsalClock;
  readonly accountId: string;
  readonly region: string;
  /** By resource id. */
  readonly targets: Map<string, TargetRecord>;
  readonly capacity: Capacity;
  readonly activities: ActivityLog;
  readonly schedules: ScheduledActions;
  readonly policies: ScalingPolicies;
  /** Whatever reads and then changes a target or its service, by resource id: what one has read must not be outdated by another. */
  readonly exclusive: Exclusive;
}
