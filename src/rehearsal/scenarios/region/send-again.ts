/** What a client does with a write that was refused: it sends it again, under the same name. */
import { lostOf } from './truth.ts';

/** So many are under way at once. */
const TOGETHER = 20;
const ANSWER_WITHIN_MS = 5000;

/** Sends each write once more; resolves with how many of them were answered well. */
export async function sendAgain(url: string, header: string, ids: readonly string[], signal: AbortSignal) {
  const left = [...ids];
  let ok = 0;
  const sender = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      signal.throwIfAborted();
      const timely = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
      const answer = await fetch(url, { headers: { [header]: id }, signal: timely }).catch(() => undefined);
      await answer?.arrayBuffer();
      ok += answer?.status === 200 ? 1 : 0;
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, sender));
  return ok;
}

/** How many of the names stand more than once in a log. */
export function doubled(ids: readonly string[]): number {
  return ids.length - new Set(ids).size;
}

/** Names of the requests from number `first` to `end` (not included) that are not in the log. */
export function notKept(prefix: string, first: number, end: number, log: readonly string[]): string[] {
  const all = Array.from({ length: Math.max(0, end - first) }, (_, index) => `${prefix}${first + index}`);
  return lostOf(all, log);
}
