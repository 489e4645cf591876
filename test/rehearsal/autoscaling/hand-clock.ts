/** A clock that a test moves, and Application Auto Scaling with CloudWatch on it over the services of a lab. */
import type { Service } from '@aws-sdk/client-ecs';
import { createAutoScaling } from '../../../src/rehearsal/autoscaling/autoscaling.ts';
import { createCloudWatch } from '../../../src/rehearsal/cloudwatch/cloudwatch.ts';
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

export interface ScalingByHand {
  readonly clock: HandClock;
  readonly call: InternalCall;
  /** Lets minutes pass in which a metric of the service `web` has this value, and all that follows from each. */
  minutes(count: number, metrics: Readonly<Record<string, number>>): Promise<void>;
  stop(): void;
}

/** Application Auto Scaling and CloudWatch on a clock of their own, over the lab's ECS. */
export function scalingByHand(lab: Lab, start: string): ScalingByHand {
  const clock = createHandClock(start);
  const account = { accountId: '000000000000', region: 'ca-central-1' };
  const cloudwatch = createCloudWatch({ clock, ...account });
  const wire = createWire({ services: [cloudwatch.module], ...account });
  const call: InternalCall = (service, operation, input) =>
    (service === 'ecs' ? lab : wire).call(service, operation, input);
  const scaling = createAutoScaling({ call, clock, ...account, alarms: cloudwatch.alarms });
  wire.register(scaling.module);
  return {
    clock,
    call,
    async minutes(count, metrics) {
      for (let minute = 0; minute < count; minute++) {
        const end = clock.now().getTime() + 60_000;
        for (const [name, value] of Object.entries(metrics)) {
          const key = { namespace: 'AWS/ECS', name, dimensions: { ClusterName: 'lab', ServiceName: 'web' } };
          const sample = { unit: 'Percent', count: 1, sum: value, minimum: value, maximum: value };
          cloudwatch.sink.record(key, { at: new Date(end - 30_000), ...sample });
        }
        await clock.moveTo(new Date(end).toISOString());
        // What alarms set off runs in this process, between two moves of the clock.
        for (let turn = 0; turn < 50; turn++) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
    },
    stop() {
      scaling.stop();
      cloudwatch.stop();
    },
  };
}

export async function desiredCount(lab: Lab): Promise<number | undefined> {
  const service: Service = await lab.describe();
  return service.desiredCount;
}
