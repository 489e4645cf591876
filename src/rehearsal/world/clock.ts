/**
 * Time on the rehearsal platform. Stamps are wall clock; `speed` shortens only what the control plane waits for
 * (bake times, hook time-outs, cool-downs, task start delays, alarm periods). The request path, health checks and
 * deregistration delays run in real time, because what is lost depends on them.
 */
export interface RehearsalClock {
  readonly speed: number;
  now(): Date;
  /** Real milliseconds that a control-plane wait of `ms` takes here: `ms / speed`. */
  scaled(ms: number): number;
  /** Waits `ms / speed`; rejects with the signal's reason when aborted. */
  sleepScaled(ms: number, signal?: AbortSignal): Promise<void>;
  /** Waits `ms` as they are; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Waits `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** A clock that runs control-plane waits `speed` times faster than AWS would; `speed` is a finite number of at least 1. */
export function createClock(speed: number): RehearsalClock {
  if (!Number.isFinite(speed) || speed < 1) {
    throw new RangeError(`speed must be a number of at least 1, got ${speed}`);
  }
  return {
    speed,
    now: () => new Date(),
    scaled: (ms) => ms / speed,
    sleepScaled: (ms, signal) => delay(ms / speed, signal),
    sleep: delay,
  };
}
