/** A clock that a test moves, and Application Auto Scaling on it over the services of a lab. */
import type { Service } from '@aws-sdk/client-ecs';
import { createAutoScaling } from '../../../src/rehearsal/autoscaling/autoscaling.ts';
import type { InternalCall } from '../../../src/rehearsal/wire/operation.ts';
import { createWire } from '../../../src/rehearsal/wire/server.ts';
import type { RehearsalClock } from '../../../src/rehearsal/world/clock.ts';
import type { Lab } from '../ecs/lab.ts';

export interface HandClock extends RehearsalClock {
  /** Moves on to `time`, waking who waits on the way, in order. */
  moveTo(time: string): Promise<void>;
  /** Who waits now. */
  readonly waiting: number;
}

interface Waiter {
  readonly due: number;
  readonly wake: () => void;
}

export function createHandClock(start: string): HandClock {
  let now = new Date(start).getTime();
  const waiters = new Set<Waiter>();
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = () => {
        waiters.delete(waiter);
        reject(signal?.reason);
      };
      const wake = () => {
        waiters.delete(waiter);
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const waiter: Waiter = { due: now + ms, wake };
      waiters.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
    });
  return {
    speed: 1,
    now: () => new Date(now),
    scaled: (ms) => ms,
    sleep,
    sleepScaled: sleep,
    get waiting() {
      return waiters.size;
    },
    async moveTo(time) {
      const end = new Date(time).getTime();
      for (;;) {
        const [next] = [...waiters].sort((a, b) => a.due - b.due);
        if (next === undefined || next.due > end) {
          break;
        }
        now = Math.max(now, next.due);
        next.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
    },
  };
}

/** Application Auto Scaling on a clock of its own, over the lab's ECS. */
export function scalingByHand(lab: Lab, start: string): { clock: HandClock; call: InternalCall; stop(): void } {
  const clock = createHandClock(start);
  const account = { accountId: '000000000000', region: 'ca-central-1' };
  const scaling = createAutoScaling({ call: lab.call, clock, ...account });
  const wire = createWire({ services: [scaling.module], ...account });
  return { clock, call: wire.call, stop: scaling.stop };
}

export async function desiredCount(lab: Lab): Promise<number | undefined> {
  const service: Service = await lab.describe();
  return service.desiredCount;
}
