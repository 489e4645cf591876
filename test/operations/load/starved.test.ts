/** A generator without breath measures itself: that is inconclusive, whatever the service did, and says why. */
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Evidence } from '../../../src/report/evidence.ts';
import { describeWithK6, K6 } from '../../measure/k6.ts';
import { serveHttp } from '../../measure/servers.ts';
import { loadOf, profileOf, requestFor, runWith, workFolder } from './lab.ts';

async function slowServer(milliseconds: number): Promise<string> {
  const server = await serveHttp((_, response) => {
    setTimeout(() => response.end(), milliseconds);
    return 200;
  });
  onTestFinished(() => server.close());
  return server.url;
}

const codes = ({ reasons }: Evidence) => reasons.map(({ code }) => code);

describeWithK6('a starved generator', () => {
  it('with too few virtual users is inconclusive, and each request that it never made is counted', async () => {
    const url = await slowServer(500);
    const profile = profileOf('start: 40\nstages: [{ duration: 4s, target: 40 }]\nvirtualUsers: 5');
    const evidence = await runWith(K6, requestFor({ url }, profile));
    const { totals } = loadOf(evidence);
    expect(evidence.verdict).toBe('inconclusive');
    expect(codes(evidence)).toContain('generator-dropped');
    expect(evidence.reasons[0]?.message).toMatch(/never sent, for no virtual user was free/);
    expect(totals.planned).toBe(160);
    expect(totals.dropped).toBeGreaterThan(80);
    expect(totals.ok + totals.dropped).toBe(160);
    expect(evidence.checks[0]).toMatchObject({ name: 'load generator kept its plan', verdict: 'inconclusive' });
  }, 30_000);

  it('with a fraction of one core is inconclusive, and says that it was late, busy or dropped requests', async () => {
    const url = await slowServer(0);
    // One core, one thread, and held up two thirds of the time, as by a quota.
    const starved = path.join(workFolder, 'starved-k6');
    await writeFile(
      starved,
      `#!/bin/sh
taskset -c 0 nice -n 19 env GOMAXPROCS=1 "${K6}" "$@" &
k6=$!
trap 'kill -INT $k6' INT
while kill -STOP $k6 2>/dev/null; do sleep 0.6; kill -CONT $k6; sleep 0.3; done
wait $k6
`,
    );
    await chmod(starved, 0o755);
    const profile = profileOf('start: 200\nstages: [{ duration: 5s, target: 200 }]');
    const evidence = await runWith(starved, requestFor({ url }, profile));
    const { totals } = loadOf(evidence);
    expect(evidence.verdict).toBe('inconclusive');
    expect(codes(evidence).some((code) => /^generator-(late|saturated|dropped)$/.test(code))).toBe(true);
    expect(totals.planned).toBe(totals.ok + totals.failed + totals.dropped + totals.interrupted);
    expect(totals.planned).toBe(1000);
  }, 60_000);
});
