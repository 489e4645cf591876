/** What state a service is in, as far as pausing goes, and what to bring it back to. Pure. */
import type { ScalableTarget, Suspension } from '../../../aws/application-auto-scaling.ts';
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import { countsOf, type Live } from '../live.ts';
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
 * True for a memory whose resume had done everything but forget it; what is there now is then the truth, and belongs to policies and
 * schedules again. A resume gives the suspended state back last, so where that is as remembered, all is; only bounds of 0 to 0 then tell of
 * somebody else who lifted the suspension of a paused service. Where all was suspended before the pause too, or there is no scaling,
 * the desired count tells.
 */
export function isReleased(live: Live): boolean {
  const { memory, scaling } = live;
  const { desired } = countsOf(live);
  if (memory === undefined || memory.phase === 'begun') {
    return false;
  }
  if (memory.scaling === undefined || scaling === undefined) {
    return desired > 0;
  }
  const { suspended } = memory.scaling;
  if (!sameSuspension(scaling.suspended, suspended)) {
    return false;
  }
  const goal = goalOf(memory, live.target);
  return isSuspended({ suspended })
    ? desired === goal.desired && scaling.minimum === goal.scaling?.minimum && scaling.maximum === goal.scaling.maximum
    : scaling.maximum > 0;
}
