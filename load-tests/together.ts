/** For a load on several machines: each waits until the agreed moment, with its virtual users alive already. */
import { sleep } from 'k6';
import { load } from './parameters.ts';

/** `setup`, after which k6 starts the scenarios: the script's own, if it has one, and then the wait. Every machine runs it. */
export function together(own: (() => unknown) | undefined): () => unknown {
  return () => {
    const data = own?.();
    const late = load.startAtMs === null ? 0 : Date.now() - load.startAtMs;
    if (late < 0) {
      sleep(-late / 1000);
    }
    return data;
  };
}
