/** Signals that come from several others and can be let go of. */
import { setMaxListeners } from 'node:events';

export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Nothing listens to the signal any more. It no longer aborts then. */
  release(): void;
}

/**
 * A signal that aborts with the first of its sources and for its reason. To be used where a source outlives what waits, as the end of
 * the platform does: `AbortSignal.any` leaves an entry for each signal that it made in such a source for as long as the source lives,
 * and keeps the signal itself while something listens to it.
 * Sources: https://github.com/nodejs/node/issues/55351, https://github.com/nodejs/node/issues/64476
 */
export function linkSignals(...sources: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController();
  // Many may wait for one signal; Node warns of more than ten, for it cannot know that they let go.
  setMaxListeners(0, controller.signal);
  const release = () => {
    for (const source of sources) {
      source.removeEventListener('abort', abort);
    }
  };
  function abort(this: AbortSignal): void {
    release();
    controller.abort(this.reason);
  }
  const aborted = sources.find((source) => source.aborted);
  if (aborted !== undefined) {
    controller.abort(aborted.reason);
    return { signal: controller.signal, release };
  }
  for (const source of sources) {
    source.addEventListener('abort', abort);
  }
  return { signal: controller.signal, release };
}
