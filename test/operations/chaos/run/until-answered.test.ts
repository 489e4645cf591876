/** The baseline waits for the requests that it has sent: judged by those alone that have ended, a slow failure would not be in it. */
import { expect, it } from 'vitest';
import type { RunningLoad } from '../../../../src/measure/types.ts';
import { untilAnswered, type WatchedLoad } from '../../../../src/operations/chaos/run/watch-load.ts';
import { ProbeLog } from '../../../../src/operations/common/outage/probes.ts';
import type { LoadRecord } from '../../../../src/report/evidence.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';

const ports = { clock: systemClock, signal: new AbortController().signal };
const never = new Promise<never>(() => undefined);

function watchedWith(done: Promise<LoadRecord>): { watched: WatchedLoad; log: ProbeLog } {
  const log = new ProbeLog();
  const main: RunningLoad = { startedAt: never, done, finish: () => never, abort: () => undefined };
  const watched: WatchedLoad = {
    ...{ main, log, probe: undefined, probeLog: new ProbeLog(), writes: () => [], downtime: () => 0 },
    ...{ arm: () => undefined, shortfall: () => undefined },
  };
  return { watched, log };
}

it('knows what became of a request that hung when the baseline was over', async () => {
  const { watched, log } = watchedWith(never);
  const sentAt = Date.now() / 1000 - 1;
  log.take({ kind: 'start', id: 1, at: sentAt });
  const waiting = untilAnswered(watched, ports);
  setTimeout(() => log.take({ kind: 'end', id: 1, at: Date.now() / 1000, outcome: { status: 503, code: 1503 } }), 500);
  const until = await waiting;
  expect(log.between(0, until)).toMatchObject([{ at: sentAt, ok: false, end: expect.any(Number) }]);
});

it('does not wait for requests that were sent later, nor for a load that has ended', async () => {
  const { watched, log } = watchedWith(never);
  log.take({ kind: 'start', id: 1, at: Date.now() / 1000 + 60 });
  await untilAnswered(watched, ports);
  const ended = watchedWith(Promise.reject(new Error('k6 has gone')));
  ended.log.take({ kind: 'start', id: 1, at: Date.now() / 1000 - 1 });
  await untilAnswered(ended.watched, ports);
});
