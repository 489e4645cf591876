/**
 * Giving a held service back, in the reverse order: bounds, desired count, suspended state; the tag goes last, by whoever has seen the
 * tasks healthy. Each call is made only where something differs, so that a resume that was cut short is finished by the next.
 */
import type { Ports } from '../../ports.ts';
import type { Recorder } from '../../recorder.ts';
import { countsOf, type Live, readLive } from '../live.ts';
import { type Goal, isReleased, sameSuspension } from './condition.ts';
import { PAUSE_TAG } from './memory.ts';
import { registerPatiently } from './register.ts';

/** Brings the service to the goal. Scaling is given back last: no policy and no scheduled action acts on what is half-way. */
export async function release(live: Live, goal: Goal, recorder: Recorder, ports: Ports): Promise<void> {
  if (live.memory?.phase === 'begun') {
    await restoreSuspension(live, goal, recorder, ports);
    return;
  }
  if (isReleased(live)) {
    return;
  }
  const { target } = live;
  await restoreBounds(live, goal, recorder, ports);
  const bounded = await readLive(target, ports);
  if (countsOf(bounded).desired !== goal.desired) {
    const { cluster, ecsService: service } = target;
    await ports.aws.ecs.updateService({ cluster, service, desiredCount: goal.desired });
    recorder.event('change', `desired count ${goal.desired}`, target.ecsService);
  }
  await restoreSuspension(bounded, goal, recorder, ports);
}

async function restoreBounds({ target, scaling }: Live, goal: Goal, recorder: Recorder, ports: Ports): Promise<void> {
  if (goal.scaling === undefined || scaling === undefined) {
    return;
  }
  const { minimum, maximum } = goal.scaling;
  if (scaling.minimum !== minimum || scaling.maximum !== maximum) {
    await registerPatiently(target, { minimum, maximum }, ports);
    recorder.event('change', `bounds ${minimum} to ${maximum}`, target.ecsService);
  }
}

async function restoreSuspension(
  { target, scaling }: Live,
  goal: Goal,
  recorder: Recorder,
  ports: Ports,
): Promise<void> {
  const suspended = goal.scaling?.suspended;
  if (suspended !== undefined && scaling !== undefined && !sameSuspension(scaling.suspended, suspended)) {
    await registerPatiently(target, { suspended }, ports);
    recorder.event('change', 'suspended state as it was', target.ecsService);
  }
}

/** Takes the memory off the service. */
export async function forget({ service, target }: Live, recorder: Recorder, ports: Ports): Promise<void> {
  await ports.aws.ecs.untag(service.serviceArn ?? '', PAUSE_TAG);
  recorder.event('change', 'memory taken off the service', `${target.ecsService}: ${PAUSE_TAG}`);
}
