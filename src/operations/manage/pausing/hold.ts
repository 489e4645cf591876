/**
 * Holding a service at nothing. The order of the calls is the design: before each of them, everything that it and the calls before it
 * overwrite is on the service's tag, so that a death at any point can be repaired by pausing or resuming again.
 *
 * 1. tag `begun`: the suspended state. 2. suspend all scaling. 3. read again, as nothing but people can change it now; tag `held`: bounds
 * and desired count. 4. bounds 0 to 0. 5. desired count 0.
 */
import type { Ports } from '../../ports.ts';
import type { Recorder } from '../../recorder.ts';
import { countsOf, type Live, readLive } from '../live.ts';
import { ALL_SUSPENDED, isReleased, isSuspended } from './condition.ts';
import { encodeMemory, type Memory, PAUSE_TAG } from './memory.ts';
import { registerPatiently } from './register.ts';

export interface HoldOptions {
  /** The desired count to remember instead of the one that is there. */
  readonly desired?: number;
}

/** Holds the service; resolves with what is remembered. Every call is made only where it is needed, so that it can be repeated. */
export async function hold(live: Live, options: HoldOptions, recorder: Recorder, ports: Ports): Promise<Memory> {
  const kept = live.memory?.phase === 'held' && !isReleased(live) ? live.memory : undefined;
  const memory = kept ?? (await remember(live, options, recorder, ports));
  await lock(live.target, recorder, ports);
  return memory;
}

async function remember(live: Live, { desired }: HoldOptions, recorder: Recorder, ports: Ports): Promise<Memory> {
  const since = ports.clock.now();
  const { scaling } = live;
  if (scaling === undefined) {
    const memory: Memory = { phase: 'held', desired: desired ?? countsOf(live).desired, scaling, since };
    await write(live, memory, recorder, ports);
    return memory;
  }
  // A run that died may have suspended it already; what was there before that is only on its tag.
  const begun = live.memory?.phase === 'begun' && isSuspended(scaling) ? live.memory : undefined;
  const suspended = begun?.scaling?.suspended ?? scaling.suspended;
  if (begun === undefined) {
    const first: Memory = {
      phase: 'begun',
      desired: countsOf(live).desired,
      scaling: { ...bounds(scaling), suspended },
      since,
    };
    await write(live, first, recorder, ports);
  }
  if (!isSuspended(scaling)) {
    await registerPatiently(live.target, { suspended: ALL_SUSPENDED }, ports);
    recorder.event('change', 'scaling suspended', `${live.target.ecsService}: policies and scheduled actions`);
  }
  // A policy or a scheduled action may have acted since the first look; from here on none does.
  const still = await readLive(live.target, ports);
  const memory: Memory = {
    phase: 'held',
    desired: desired ?? countsOf(still).desired,
    scaling: { ...bounds(still.scaling ?? scaling), suspended },
    since: begun?.since ?? since,
  };
  await write(still, memory, recorder, ports);
  return memory;
}

function bounds({ minimum, maximum }: { readonly minimum: number; readonly maximum: number }) {
  return { minimum, maximum };
}

async function write({ service, target }: Live, memory: Memory, recorder: Recorder, ports: Ports): Promise<void> {
  const value = encodeMemory(memory);
  await ports.aws.ecs.tag(service.serviceArn ?? '', PAUSE_TAG, value);
  recorder.event('change', 'remembered on the service', `${target.ecsService}: ${PAUSE_TAG} = ${value}`);
}

/** Puts on what is not on yet. With bounds of 0 to 0 Application Auto Scaling itself brings the desired count to 0 where it can. */
async function lock(target: Live['target'], recorder: Recorder, ports: Ports): Promise<void> {
  const { scaling } = await readLive(target, ports);
  if (scaling !== undefined && !(isSuspended(scaling) && scaling.minimum === 0 && scaling.maximum === 0)) {
    await registerPatiently(target, { minimum: 0, maximum: 0, suspended: ALL_SUSPENDED }, ports);
    recorder.event('change', 'bounds 0 to 0', target.ecsService);
  }
  const after = await readLive(target, ports);
  if (countsOf(after).desired !== 0) {
    const { cluster, ecsService: service } = target;
    await ports.aws.ecs.updateService({ cluster, service, desiredCount: 0 });
    recorder.event('change', 'desired count 0', target.ecsService);
  }
}
