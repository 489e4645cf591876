import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { linkSignals } from '../../src/rehearsal/world/linked-signal.ts';

function two() {
  const [first, second] = [new AbortController(), new AbortController()];
  const listeners = () => [first, second].map(({ signal }) => getEventListeners(signal, 'abort').length);
  return { first, second, listeners };
}

it('aborts with the first source, for its reason, and lets go of all of them', () => {
  const { first, second, listeners } = two();
  const { signal } = linkSignals(first.signal, second.signal);
  expect(listeners()).toEqual([1, 1]);
  expect(signal.aborted).toBe(false);
  second.abort('the second');
  first.abort('the first');
  expect([signal.aborted, signal.reason]).toEqual([true, 'the second']);
  expect(listeners()).toEqual([0, 0]);
});

it('of a source that has aborted already is aborted, and listens to none', () => {
  const { first, second, listeners } = two();
  second.abort('before');
  const { signal } = linkSignals(first.signal, second.signal);
  expect([signal.aborted, signal.reason]).toEqual([true, 'before']);
  expect(listeners()).toEqual([0, 0]);
});

it('that was released leaves nothing behind in a source that lives on', () => {
  const { first, second, listeners } = two();
  const { signal, release } = linkSignals(first.signal, second.signal);
  release();
  expect(listeners()).toEqual([0, 0]);
  first.abort();
  expect(signal.aborted).toBe(false);
});
