/** The three ways in which k6 alone reports an outage as green: each must end fail or inconclusive, in the right seconds, to the request. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { latencyQuantile } from '../../../src/measure/objective.ts';
import type { Evidence } from '../../../src/report/evidence.ts';
import { quantile } from '../../../src/statistics/log-histogram.ts';
import { describeWithK6, K6 } from '../../measure/k6.ts';
import { nobodyListens, serveHttp } from '../../measure/servers.ts';
import { loadOf, profileOf, requestFor, runWith } from './lab.ts';

const steady = (rate: number, seconds: number, more = '') =>
  profileOf(`start: ${rate}\nstages: [{ duration: ${seconds}s, target: ${rate} }]\n${more}`);

const codes = ({ reasons }: Evidence) => reasons.map(({ code }) => code);

/** The whole seconds of a load that lie between two moments of it. */
function secondsBetween(evidence: Evidence, from: number, to: number): { from: number; to: number } {
  const start = Date.parse(loadOf(evidence).startedAt);
  return { from: (from - start) / 1000, to: (to - start) / 1000 };
}

describeWithK6('a server that falls silent', () => {
  it('was down from the second it did to the second it came back, and every request of it is lost', async () => {
    let silentFrom = 0;
    let silentTo = 0;
    const held: (() => void)[] = [];
    const server = await serveHttp((_, response, index) => {
      if (index === 80) {
        silentFrom = Date.now();
        setTimeout(() => {
          silentTo = Date.now();
        }, 3000);
      }
      if (silentFrom !== 0 && silentTo === 0) {
        held.push(() => response.destroy());
        return 0;
      }
      response.end();
      return 200;
    });
    onTestFinished(() => server.close());
    const evidence = await runWith(K6, requestFor({ url: server.url, target: '0.999' }, steady(40, 9)));
    const load = loadOf(evidence);
    const unanswered = server.log.filter(({ status }) => status === 0).length;

    expect(evidence.verdict).toBe('fail');
    expect(codes(evidence)).toEqual(['target-missed', 'outage']);
    expect(load.totals).toEqual({ planned: 360, ok: 360 - unanswered, failed: unanswered, dropped: 0, interrupted: 0 });
    expect(server.log).toHaveLength(360);
    const outage = /from second (\d+) to second (\d+), .*: (\d+) requests lost/.exec(
      evidence.reasons[1]?.message ?? '',
    );
    const truth = secondsBetween(evidence, silentFrom, silentTo);
    expect(Math.abs(Number(outage?.[1]) - truth.from)).toBeLessThanOrEqual(1);
    expect(Math.abs(Number(outage?.[2]) - truth.to)).toBeLessThanOrEqual(1);
    // Lost in the down seconds; some more may be in the second where it began or ended.
    const inDown = load.bins
      .filter(({ second }) => second >= Number(outage?.[1]) && second < Number(outage?.[2]))
      .reduce((sum, bin) => sum + bin.planned - bin.ok, 0);
    expect(Number(outage?.[3])).toBe(inDown);
    // Each took its whole time-out, though k6's own http_req_duration may say otherwise.
    const took = load.bins.flatMap(({ failedAfter }) => failedAfter ?? []);
    expect(took.reduce((sum, [, count]) => sum + count, 0)).toBe(unanswered);
    expect(quantile(new Map(took), 0.01)).toBeGreaterThan(0.97);
    expect(held.length).toBe(unanswered);
  }, 40_000);

  it('is given up on within the window of the profile, long before its end', async () => {
    const server = await serveHttp((_, response, index) => {
      const status = index < 100 ? 200 : 500;
      response.writeHead(status).end();
      return status;
    });
    onTestFinished(() => server.close());
    const profile = steady(50, 600, 'abort: { window: 2s, burnRate: 4 }');
    const evidence = await runWith(K6, requestFor({ url: server.url }, profile));
    expect(evidence.verdict).toBe('fail');
    expect(codes(evidence)).toContain('stopped-early');
    expect(loadOf(evidence).bins.length).toBeLessThan(60);
    expect(loadOf(evidence).generator.problems).toEqual([]);
    expect(evidence.events.map(({ label }) => label)).toContain('stopped early');
  }, 60_000);
});

describeWithK6('nobody who listens', () => {
  it('fails every request, and has no latency to boast of', async () => {
    const evidence = await runWith(K6, requestFor({ url: await nobodyListens() }, steady(30, 3)));
    const load = loadOf(evidence);
    expect(evidence.verdict).toBe('fail');
    expect(load.totals).toMatchObject({ planned: 90, ok: 0, failed: 90 });
    expect(load.bins.map(({ failed }) => failed)).toEqual([{ refused: 30 }, { refused: 30 }, { refused: 30 }]);
    expect(codes(evidence)).toEqual(['target-missed', 'outage']);
    expect(evidence.reasons[1]?.message).toBe(
      'down from second 0 to the end of the load, at least 3 s: 90 requests lost',
    );
    expect(evidence.measurements.find(({ indicator }) => indicator === 'latency p50')?.value).toBeNull();
  }, 30_000);
});

/** A process that listens with the shortest queue and can be stopped: the kernel then answers no more dials than the queue holds. */
async function listener(): Promise<{ url: string; process: ChildProcess }> {
  const source = `
    const server = require('node:http').createServer((_, response) => response.end('ok'));
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;
  const process_ = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    process_.kill('SIGCONT');
    process_.kill('SIGKILL');
  });
  const [port] = (await once(process_.stdout, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${port.toString().trim()}`, process: process_ };
}

describeWithK6('dials that nobody answers', () => {
  it('count with all of the time that was spent on them', async () => {
    const { url, process: server } = await listener();
    server.kill('SIGSTOP');
    const evidence = await runWith(K6, requestFor({ url, load: 'timeout: 2s' }, steady(20, 4)));
    const load = loadOf(evidence);
    expect(evidence.verdict).toBe('fail');
    expect(load.totals).toMatchObject({ planned: 80, ok: 0, failed: 80, dropped: 0 });
    const took = new Map(load.bins.flatMap(({ failedAfter }) => failedAfter ?? []));
    expect(quantile(took, 0.01)).toBeGreaterThan(1.95);
    expect(evidence.measurements.find(({ indicator }) => indicator.startsWith('time until'))?.value).toBeGreaterThan(
      1.95,
    );
  }, 30_000);

  it('make an answer late when they come through at last, though http_req_duration leaves them out', async () => {
    const { url, process: server } = await listener();
    server.kill('SIGSTOP');
    setTimeout(() => server.kill('SIGCONT'), 2500);
    const evidence = await runWith(K6, requestFor({ url, load: 'timeout: 10s' }, steady(20, 2)));
    const load = loadOf(evidence);
    expect(load.totals.planned).toBe(40);
    expect(load.totals.ok).toBeGreaterThan(30);
    // All were asked for within 2 s and answered after more than 2 s: nothing can have been quicker than what is left of them.
    expect(latencyQuantile(load, 0.9)).toBeGreaterThan(0.6);
    expect(latencyQuantile(load, 0.5)).toBeGreaterThan(0.5);
  }, 40_000);
});

describeWithK6('a script that measures nothing', () => {
  async function scriptRun(source: string): Promise<Evidence> {
    const folder = await mkdtemp(path.join(tmpdir(), 'script-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const script = path.join(folder, 'own.ts');
    await writeFile(script, source);
    const server = await serveHttp((_, response) => {
      response.end();
      return 200;
    });
    onTestFinished(() => server.close());
    return runWith(K6, requestFor({ url: server.url }, steady(10, 2), { script }));
  }

  it('is inconclusive when it throws in every iteration, which k6 calls a success', async () => {
    const evidence = await scriptRun('export default function () { throw new Error("no token"); }');
    expect(evidence.verdict).toBe('inconclusive');
    expect(codes(evidence)).toContain('k6-script');
    expect(loadOf(evidence).totals).toMatchObject({ planned: 20, ok: 0, failed: 20 });
    expect(loadOf(evidence).bins[0]?.failed).toEqual({ exception: 10 });
    expect(evidence.reasons.map(({ message }) => message).join()).toContain('no token');
  }, 30_000);

  it('is inconclusive when it asks for nothing', async () => {
    const evidence = await scriptRun('export default function () {}');
    expect(evidence.verdict).toBe('inconclusive');
    expect(codes(evidence)).toContain('no-samples');
  }, 30_000);
});
