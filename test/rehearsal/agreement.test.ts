/** Three counts of the same traffic agree: k6's stream, the server's own log, CloudWatch. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { startLoad } from '../../src/measure/start-load.ts';
import { readBalancerCounts } from '../../src/rehearsal/scenarios/balancer-counts.ts';
import { describeWithK6, K6 } from '../measure/k6.ts';
import { type Artguard, type LogLine, startArtguard } from './artguard.ts';

/** The balancer reports a second of traffic once it is over. */
const METRICS_LAG_MS = 2500;
/** A busy machine may take longer. */
const PATIENCE = { timeout: 20_000, interval: 500 };

describeWithK6('k6, the server and CloudWatch', () => {
  let artguard: Artguard;

  afterEach(async () => {
    expect(artguard.bugs).toEqual([]);
    await artguard.stop();
  });

  const load = (rate: number, maxSeconds: number) =>
    startLoad({
      k6: K6,
      workDirectory: artguard.workDirectory,
      load: { name: 'agreement', url: artguard.url, rate, maxSeconds, timeoutSeconds: 5 },
    });

  it('agree exactly on a quiet run', { timeout: 180_000 }, async () => {
    artguard = await startArtguard({ ANALYZE_MS: '100-400' });
    const startedAt = new Date();
    const running = await load(100, 6);
    const record = await running.done;
    expect(record.totals).toEqual({ planned: 600, ok: 600, failed: 0, dropped: 0, interrupted: 0 });
    expect(record.generator.problems).toEqual([]);

    const log = await artguard.log();
    expect(ids(log, 'start').size).toBe(600);
    expect(log.filter((line) => line.event === 'end' && line.status === 200)).toHaveLength(600);

    await sleep(METRICS_LAG_MS);
    await expect
      .poll(() => readBalancerCounts(artguard.rehearsal, startedAt, new Date()), PATIENCE)
      .toMatchObject({ requestCount: 600, target2xx: 600, elb503: 0 });
  });

  it('agree on what the death of a task with half of the traffic costs', { timeout: 180_000 }, async () => {
    // 100 requests/s of 1 s each over two tasks: 50 are in flight on either at any moment.
    artguard = await startArtguard({ ANALYZE_MS: '1000' });
    const startedAt = new Date();
    const running = await load(100, 8);
    await running.startedAt;
    await sleep(4000);
    const victim = Number([...new Set((await artguard.log()).map((line) => line.pid))][0]);
    process.kill(victim, 'SIGKILL');
    const record = await running.done;
    const log = await artguard.log();

    // Arithmetic: the victim's requests that had begun and not ended. Those still on the wire at that moment are refused or reset too.
    const open = [
      ...ids(
        log.filter((line) => line.pid === victim),
        'start',
      ),
    ].filter((id) => !ids(log, 'end').has(id));
    expect(open.length).toBeGreaterThanOrEqual(35);
    expect(open.length).toBeLessThanOrEqual(75);
    expect(record.totals.planned).toBe(800);
    expect(record.totals.planned).toBe(record.totals.ok + record.totals.failed);
    // Every request that the dead task had taken is among the failed ones, and all failures are the balancer's 502.
    const kinds = new Set(record.bins.flatMap((bin) => Object.keys(bin.failed)));
    expect([...kinds]).toEqual(['http-502']);
    expect(record.totals.failed).toBeGreaterThanOrEqual(open.length);
    expect(record.totals.failed - open.length).toBeLessThanOrEqual(10);
    expect(log.filter((line) => line.event === 'end')).toHaveLength(record.totals.ok);

    await sleep(METRICS_LAG_MS);
    await expect
      .poll(() => readBalancerCounts(artguard.rehearsal, startedAt, new Date()), PATIENCE)
      .toMatchObject({ requestCount: 800, elb503: 0 });
  });
});

function ids(log: readonly LogLine[], event: LogLine['event']): Set<string> {
  return new Set(log.filter((line) => line.event === event).map((line) => line.id ?? 'without id'));
}
