import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startLoad } from '../../../src/measure/start-load.ts';
import { type DnsRelay, startDnsRelay } from '../../../src/rehearsal/world/dns/relay-client.ts';
import { startDnsServer } from '../../../src/rehearsal/world/dns/server.ts';
import { describeWithK6, K6 } from '../../measure/k6.ts';

const TTL = 2;
const [WEST, EAST] = ['127.0.0.2', '127.0.0.3'];

/** Two servers on one port of two addresses, a name that leads to the first, and users of that name. */
async function twoRegions() {
  const west = createServer(({ url }, response) => (url === '/never' ? undefined : response.end('west'))).listen(
    0,
    WEST,
  );
  await once(west, 'listening');
  const { port } = west.address() as AddressInfo;
  const east = createServer((_, response) => response.end('east')).listen(port, EAST);
  await once(east, 'listening');
  const leads = { to: WEST };
  const dns = await startDnsServer('127.0.0.1', 0, ({ name }) => ({
    code: name === 'api.shop.example' ? 'NOERROR' : 'NXDOMAIN',
    answers: name === 'api.shop.example' ? [{ name, type: 'A', ttl: TTL, data: leads.to ?? '' }] : [],
  }));
  const relay = await startDnsRelay({
    listen: { host: '127.0.0.4', port },
    server: dns,
    name: 'api.shop.example',
    targetPort: port,
    resolvers: 10,
  });
  onTestFinished(async () => {
    await relay.stop();
    await dns.stop();
    west.close();
    east.close();
  });
  return { url: `http://127.0.0.4:${port}/`, leads, relay, west };
}

function connectionsTo(relay: DnsRelay, address: string, isIn: (second: number) => boolean): number {
  return relay
    .counts()
    .filter((each) => each.address === address && isIn(each.second))
    .reduce((sum, { connections }) => sum + connections, 0);
}

describeWithK6('k6 behind the relay', () => {
  it('follows a change of DNS within the time to live, and not at once; no request is lost', async () => {
    const { url, leads, relay } = await twoRegions();
    const workDirectory = await mkdtemp(path.join(tmpdir(), 'dns-'));
    onTestFinished(() => rm(workDirectory, { recursive: true, force: true }));
    const load = { name: 'users', url, timeoutSeconds: 5, newConnections: true } as const;
    const shape = { startRate: 40, stages: [{ seconds: 60, rate: 40 }] };
    const run = await startLoad({ k6: K6, workDirectory, load: { ...load, shape } });
    await run.startedAt;
    await sleep(3000);

    leads.to = EAST;
    const changedAt = Date.now() / 1000;
    await sleep((TTL + 4) * 1000);
    const { totals } = await run.finish();

    expect(totals.planned).toBe(totals.ok + totals.interrupted);
    expect(connectionsTo(relay, EAST, (second) => second < Math.floor(changedAt))).toBe(0);
    expect(connectionsTo(relay, WEST, (second) => second > changedAt)).toBeGreaterThan(0);
    const forgotten = Math.ceil(changedAt + TTL + 1);
    expect(connectionsTo(relay, WEST, (second) => second > forgotten)).toBe(0);
    expect(connectionsTo(relay, EAST, (second) => second > forgotten)).toBeGreaterThan(0);
  });

  it('ends what a client has given up, where nobody answers', async () => {
    const { url, west } = await twoRegions();
    const open = () => new Promise<number>((resolve) => west.getConnections((_, count) => resolve(count)));
    const waiting = Array.from({ length: 20 }, () => fetch(`${url}never`, { signal: AbortSignal.timeout(2000) }));
    await expect.poll(open, { timeout: 30_000 }).toBeGreaterThan(0);
    const ends = await Promise.allSettled(waiting);

    expect(ends.map(({ status }) => status)).toEqual(waiting.map(() => 'rejected'));
    await expect.poll(open, { timeout: 30_000 }).toBe(0);
  });

  it('passes on that nobody is there', async () => {
    const { url, relay, leads, west } = await twoRegions();
    west.close();
    west.closeAllConnections();
    await expect(fetch(url)).rejects.toThrow();
    leads.to = EAST;
    // Caches may keep the old answer for its time; then every connection leads to the other server.
    const answer = () =>
      fetch(url).then(
        (response) => response.text(),
        () => 'nobody',
      );
    await expect.poll(answer, { timeout: 30_000 }).toBe('east');
    // Counts come twice a second.
    await expect.poll(() => connectionsTo(relay, WEST, () => true), { timeout: 30_000 }).toBeGreaterThan(0);
  });
});
