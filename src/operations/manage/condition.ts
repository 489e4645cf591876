/** What state a service is in, as far as pausing goes, and what to bring it back to. Pure. */
import type { ScalableTarget, Suspension } from '../../aws/application-auto-scaling.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import { countsOf, type Live } from './live.ts';
import type { Memory } from './memory.ts';

/**
 * `awake`: tasks are wanted, and nothing of ours is on the service. `paused`: held at nothing by a pause. `between`: a pause or a resume
 * was cut short. `asleep`: at nothing by a schedule. `stopped`: somebody set the desired count to 0.
 */
export type Condition = 'awake' | 'paused' | 'between' | 'asleep' | 'stopped';

export const ALL_SUSPENDED: Suspension = { scaleIn: true, scaleOut: true, scheduled: true };

/** See `Condition`. */
export function conditionOf(live: Live): Condition {
  if (live.memory !== undefined) {
    return isHeld(live) ? 'paused' : 'between';
  }
  if (countsOf(live).desired > 0) {
    return 'awake';
  }
  return live.scaling?.maximum === 0 ? 'asleep' : 'stopped';
}

/** Nothing wakes it: scaling suspended, bounds and desired count at 0, and what was there is remembered. */
function isHeld(live: Live): boolean {
  return live.memory?.phase === 'held' && countsOf(live).desired === 0 && isLocked(live.scaling);
}

/** Both locks are on: policies and schedules are suspended, and any capacity but 0 is out of bounds. */
export function isLocked(scaling: ScalableTarget | undefined): boolean {
  return scaling === undefined || (isSuspended(scaling) && scaling.minimum === 0 && scaling.maximum === 0);
}

/** All that can be suspended is. */
export function isSuspended({ suspended }: Pick<ScalableTarget, 'suspended'>): boolean {
  return sameSuspension(suspended, ALL_SUSPENDED);
}

export function sameSuspension(one: Suspension, other: Suspension): boolean {
  return one.scaleIn === other.scaleIn && one.scaleOut === other.scaleOut && one.scheduled === other.scheduled;
}

/** What a service is brought back to. */
export interface Goal {
  readonly desired: number;
  /** Undefined for a service that is no scalable target, or whose scaling is left as it is. */
  readonly scaling: ScalableTarget | undefined;
  /** Whether this is what was there, or what surefoot.yml says because nothing was. */
  readonly from: 'memory' | 'file';
}

/**
 * What a memory stands for. A service that was asleep by its schedule when it was paused had no bounds to come back to: it gets those of
 * surefoot.yml, as the schedule would give it.
 */
export function goalOf(memory: Memory, target: Pick<ServiceInEnvironment, 'tasks'>): Goal {
  const { desired, scaling } = memory;
  return scaling?.maximum === 0
    ? { desired: target.tasks.minimum, scaling: { ...scaling, ...target.tasks }, from: 'file' }
    : { desired, scaling, from: 'memory' };
}

/** What a service without a memory that has no tasks is woken to. */
export function wakeGoal({ scaling, target }: Pick<Live, 'scaling' | 'target'>): Goal {
  const { minimum, maximum } = target.tasks;
  if (scaling === undefined) {
    return { desired: minimum, scaling: undefined, from: 'file' };
  }
  return scaling.maximum === 0
    ? { desired: minimum, scaling: { ...scaling, minimum, maximum }, from: 'file' }
    : { desired: Math.min(Math.max(minimum, scaling.minimum), scaling.maximum), scaling, from: 'file' };
}

/**
 * True for a memory whose resume had done everything but forget it: bounds and suspension are as remembered and tasks are wanted. What is
 * there now is then the truth, and the memory is stale. Where scaling had been suspended before the pause too, only the desired count
 * tells a service that was given back from one that was not.
 */
export function isReleased(live: Live): boolean {
  const { memory, scaling } = live;
  if (memory === undefined || memory.phase === 'begun') {
    return false;
  }
  const goal = goalOf(memory, live.target);
  const { desired } = countsOf(live);
  if (desired === 0) {
    return false;
  }
  if (goal.scaling === undefined || scaling === undefined) {
    return desired === goal.desired;
  }
  const asBefore =
    scaling.minimum === goal.scaling.minimum &&
    scaling.maximum === goal.scaling.maximum &&
    sameSuspension(scaling.suspended, goal.scaling.suspended);
  return asBefore && (!isSuspended(scaling) || desired === goal.desired);
}
