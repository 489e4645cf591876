/** A service of known capacity is found out. */
import { expect, it, onTestFinished } from 'vitest';
import { describeWithK6, K6 } from '../../measure/k6.ts';
import { serveHttp } from '../../measure/servers.ts';
import { loadOf, profileOf, requestFor, runWith } from './lab.ts';

const CAPACITY = 40;

describeWithK6('a breakpoint', () => {
  it('is found within a tenth of what the service can do, and stops the load', async () => {
    const queue: (() => void)[] = [];
    // One answer each fortieth of a second, by the clock and not by a timer's ticks, which come late on a busy machine.
    const start = Date.now();
    let served = 0;
    const timer = setInterval(() => {
      const due = Math.floor(((Date.now() - start) / 1000) * CAPACITY);
      for (; served < due; served += 1) {
        queue.shift()?.();
      }
    }, 10);
    onTestFinished(() => clearInterval(timer));
    const server = await serveHttp((request, response) => {
      const answer = () => response.end();
      queue.push(answer);
      // Who has gone is no longer waited upon.
      request.socket.once('close', () => {
        const place = queue.indexOf(answer);
        if (place >= 0) {
          queue.splice(place, 1);
        }
      });
      return 200;
    });
    onTestFinished(() => server.close());
    const profile = profileOf(`level: capacity
start: 50%
stages: [{ duration: 60s, target: 300% }]
judge: capacity
abort: { window: 5s, burnRate: 4 }`);
    const evidence = await runWith(
      K6,
      requestFor({ url: server.url, capacity: CAPACITY, load: 'timeout: 2s' }, profile),
    );
    const load = loadOf(evidence);
    const throughput = evidence.measurements.find(({ indicator }) => indicator === 'throughput')?.value ?? 0;
    expect(load.generator.problems).toEqual([]);
    expect(Math.abs(throughput / CAPACITY - 1)).toBeLessThan(0.1);
    expect(evidence.events.map(({ label }) => label)).toContain('stopped early');
    expect(load.bins.length).toBeLessThan(60);
    expect(load.totals.planned).toBe(
      load.totals.ok + load.totals.failed + load.totals.dropped + load.totals.interrupted,
    );
  }, 120_000);
});
