/** Every profile, shortened, against a server that logs each request: both must have counted the same. */
import { expect, it } from 'vitest';
import { shippedProfiles } from '../../../src/entry/load/find-profile.ts';
import { planRun } from '../../../src/operations/load/plan.ts';
import { serveHttp } from '../../measure/servers.ts';
import { carryOut, findProfile, requestFor } from './lab.ts';

const profiles = await shippedProfiles();

/** How much each is shortened, to some seconds. */
const COMPRESS: Readonly<Record<string, number>> = {
  smoke: 10,
  'average-load': 200,
  stress: 300,
  spike: 40,
  soak: 3600,
  breakpoint: 120,
  'time-of-day': 60,
  failover: 120,
  scaling: 300,
};

/** Declares the tests for one k6. */
export function agreesOnEveryProfile(k6: string): void {
  it.each(profiles)('%s agrees with the log of the server', { timeout: 90_000 }, async (name) => {
    const server = await serveHttp((_, response, index) => {
      const status = index % 10 === 3 ? 500 : 200;
      response.writeHead(status);
      response.end('an answer');
      return status;
    });
    try {
      const profile = { ...(await findProfile(name)), abort: undefined };
      const planned = planRun(
        requestFor({ url: server.url, capacity: 30 }, profile, { compress: COMPRESS[name] ?? 60 }),
      );
      const evidence = await carryOut(k6, planned);
      const views = evidence.load === undefined ? evidence.parts.flatMap(({ load }) => load ?? []) : [evidence.load];
      const probed = planned.probe === undefined ? 0 : (views[1]?.totals.planned ?? 0);

      expect(views.map(({ generator }) => generator.problems)).toEqual(views.map(() => []));
      expect(views[0]?.totals.planned).toBe(planned.plan.arrivals);
      expect(views[0]?.bins).toHaveLength(planned.plan.seconds);
      expect(server.log.length).toBe(planned.plan.arrivals + probed);
      expect(new Set(server.log.map(({ id }) => id)).size).toBe(server.log.length);
      const ok = views.reduce((sum, { totals }) => sum + totals.ok, 0);
      const failed = views.reduce((sum, { totals }) => sum + totals.failed, 0);
      expect([ok, failed]).toEqual([
        server.log.filter(({ status }) => status === 200).length,
        server.log.filter(({ status }) => status === 500).length,
      ]);
      for (const view of views) {
        // All that started has ended, in some second of the load but for what ended in its last moment.
        const ended = view.bins.reduce((sum, bin) => sum + (bin.ended ?? 0), 0);
        expect(ended).toBeLessThanOrEqual(view.totals.ok + view.totals.failed);
        expect(ended).toBeGreaterThan(0.8 * view.totals.planned);
      }
    } finally {
      await server.close();
    }
  });
}
