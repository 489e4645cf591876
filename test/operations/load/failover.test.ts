/** An outage that users with kept connections and a probe with new ones both see, each in its own record. */
import { expect, it, onTestFinished } from 'vitest';
import { describeWithK6, K6 } from '../../measure/k6.ts';
import { serveHttp } from '../../measure/servers.ts';
import { profileOf, requestFor, runWith } from './lab.ts';

describeWithK6('a failover', () => {
  it('is seen from two sides, in the same seconds, and each request of both is accounted for', async () => {
    const connections = { load: new Set<unknown>(), probe: 0 };
    let brokenFrom = 0;
    let brokenTo = 0;
    const server = await serveHttp((request, response, index) => {
      if (request.headers.connection === 'close') {
        connections.probe += 1;
      } else {
        connections.load.add(request.socket);
      }
      if (index === 120) {
        brokenFrom = Date.now();
        setTimeout(() => {
          brokenTo = Date.now();
        }, 2500);
      }
      const status = brokenFrom !== 0 && brokenTo === 0 ? 503 : 200;
      response.writeHead(status).end();
      return status;
    });
    onTestFinished(() => server.close());
    const profile = profileOf(
      'start: 20\nstages: [{ duration: 10s, target: 20 }]\nprobe: { requestsPerSecond: 20, timeout: 2s }',
    );
    const evidence = await runWith(K6, requestFor({ url: server.url, target: '0.999' }, profile));

    expect(evidence.verdict).toBe('fail');
    expect(evidence.parts.map(({ title }) => title)).toEqual(['Users', 'Probe, each request over a new connection']);
    expect(evidence.checks.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
    const totals = evidence.parts.map(({ load }) => load?.totals ?? { planned: 0, ok: 0, failed: 0 });
    expect(totals[0]?.planned).toBe(200);
    expect(server.log.length).toBe(totals.reduce((sum, { ok, failed }) => sum + ok + failed, 0));
    expect(server.log.filter(({ status }) => status === 503).length).toBe(
      totals.reduce((sum, { failed }) => sum + failed, 0),
    );
    expect(connections.probe).toBe((totals[1]?.ok ?? 0) + (totals[1]?.failed ?? 0));
    expect(connections.load.size).toBeLessThan(200);
    for (const part of evidence.parts) {
      const start = Date.parse(part.load?.startedAt ?? '');
      const found = /from second (\d+) to second (\d+)/.exec(
        part.reasons.find(({ code }) => code === 'outage')?.message ?? '',
      );
      expect(Math.abs(Number(found?.[1]) - (brokenFrom - start) / 1000)).toBeLessThanOrEqual(1);
      expect(Math.abs(Number(found?.[2]) - (brokenTo - start) / 1000)).toBeLessThanOrEqual(1);
    }
  }, 60_000);
});
