/**
 * `surefoot recover region-failover` as people start it, under real requests by k6, between two regions of moto: to its end, and killed
 * before and after the calls that change something, and then run again.
 */

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DnsServer, startDnsServer } from '../../../src/rehearsal/world/dns/server.ts';
import { evidenceSchema } from '../../../src/report/evidence.ts';
import { start } from '../../cli/surefoot.ts';
import { type MotoServer, startMotoServer } from '../../contract/support/moto-server.ts';
import { pythonOrReason } from '../../contract/support/python.ts';
import { makeStandalone } from '../../operations/recover/region/databases.ts';
import { FILE } from '../../operations/recover/region/lab.ts';
import type { World } from '../../operations/recover/region/sides.ts';
import { makeWorld, NAME } from '../../operations/recover/region/world.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const found = await pythonOrReason('moto');
const WEST = '127.0.0.11';
const EAST = '127.0.0.12';

describe.skipIf('skipped' in found)(
  `surefoot recover region-failover${'skipped' in found ? ` (${found.skipped})` : ''}`,
  () => {
    let moto: MotoServer;
    let proxy: Server;
    let shop: Server;
    let dns: DnsServer;
    let world: World;
    let root: string;
    let answer = WEST;
    /** Called around each call to AWS. */
    let strike: (call: string, when: 'before' | 'after') => void;
    let calls: string[];

    const portOf = (server: Server) => (server.address() as AddressInfo).port;

    beforeAll(async () => {
      moto = await startMotoServer('python' in found ? found.python : '');
      root = await mkdtemp(path.join(os.tmpdir(), 'surefoot-move-'));
      shop = createServer((_, response) => response.end('ok'));
      await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
      dns = await startDnsServer('127.0.0.1', 0, ({ name, type }) => {
        const data = name === NAME ? answer : name === world.primary.dnsName.toLowerCase() ? WEST : EAST;
        return { code: 'NOERROR', answers: type === 'A' ? [{ type: 'A', name, ttl: 1, data }] : [] };
      });
      proxy = createServer((request, response) => void forward(request, response));
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    });

    beforeEach(async () => {
      world?.stop();
      world = await makeWorld(moto.endpoint);
      answer = WEST;
      calls = [];
      strike = () => undefined;
    });

    afterAll(async () => {
      world?.stop();
      proxy?.close();
      shop?.close();
      await dns?.stop();
      await moto?.stop();
      await rm(root, { recursive: true, force: true });
    });

    /** To moto; and what moto does not do after a promotion and a change of records. */
    async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk as Buffer);
      }
      const body = Buffer.concat(chunks);
      if (request.url === '/_surefoot') {
        const endpoint = `http://127.0.0.1:${portOf(proxy)}`;
        const regions = { 'us-west-2': endpoint, 'us-east-2': endpoint };
        const about = { speed: 1, region: 'us-east-2', services: {}, regions, dns: `${dns.host}:${dns.port}` };
        response.end(JSON.stringify(about));
        return;
      }
      const call = nameOf(request, body);
      calls.push(call);
      strike(call, 'before');
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      const answered = await fetch(`${moto.endpoint}${request.url}`, {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(body.length === 0 ? {} : { body }),
      });
      const text = Buffer.from(await answered.arrayBuffer());
      if (call === 'PromoteReadReplica') {
        await makeStandalone(world.standby, 'moved-dr');
      }
      if (call === 'ChangeResourceRecordSets') {
        const records = await world.records();
        answer = records.some((one) => one.SetIdentifier === 'east' && one.Weight === 100) ? EAST : WEST;
      }
      strike(call, 'after');
      response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? 'text/xml' });
      response.end(text);
    }

    function nameOf({ headers, method, url = '' }: IncomingMessage, body: Buffer): string {
      const target =
        String(headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? '';
      const action = /(?:^|&)Action=(\w+)/.exec(body.toString('latin1'))?.[1] ?? '';
      return (
        target ||
        action ||
        (method === 'POST' && url.includes('/rrset') ? 'ChangeResourceRecordSets' : `${method} ${url}`)
      );
    }

    function begin(reports: string, ...more: readonly string[]) {
      const url = `http://127.0.0.1:${portOf(shop)}/`;
      const args = ['-e', 'dr', '--config', FILE, '--database', 'promote', '--hold', '2s', '--url', url];
      return start(['recover', 'region-failover', ...args, '--report-dir', reports, '--yes', '--json', ...more], {
        env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${portOf(proxy)}` },
      });
    }

    async function finished(reports: string) {
      const { code, stdout, stderr } = await begin(reports).ended;
      expect(code, `${stdout}\n${stderr}`).toBe(0);
      const result = JSON.parse(stdout);
      expect(result.reasons[0].code).toBe('recovered');
      const weights = (await world.records()).map(({ SetIdentifier, Weight }) => [SetIdentifier, Weight]);
      expect(Object.fromEntries(weights)).toEqual({ west: 0, east: 100 });
      return { result, evidence: evidenceSchema.parse(JSON.parse(await readFile(result.evidence, 'utf8'))) };
    }

    it('moves the users, counts every request, and shows where DNS led them', async () => {
      const { evidence, result } = await finished(path.join(root, 'whole'));
      expect(evidence.load?.totals.planned).toBeGreaterThan(20);
      expect(evidence.measurements.find(({ indicator }) => indicator === 'lost requests')).toMatchObject({ value: 0 });
      const points = evidence.series
        .find(({ name }) => name === 'DNS answers that lead to dr')
        ?.points.map(([, share]) => share);
      expect(points?.at(-1)).toBe(1);
      const page = await readFile(result.evidence.replace(/\.json$/, '.html'), 'utf8');
      expect(page).toMatch(/<svg[\s\S]*DNS answers that lead to dr/);
    });

    it.each([
      ['UpdateService', 'before'],
      ['PromoteReadReplica', 'after'],
      ['ChangeResourceRecordSets', 'after'],
    ] as const)('is killed around %s (%s it), and the same command goes on', async (fatal, moment) => {
      const reports = path.join(root, `${fatal}-${moment}`);
      const first = begin(reports);
      strike = (call, when) => {
        if (call === fatal && when === moment) {
          first.child.kill('SIGKILL');
        }
      };
      expect((await first.ended).code).toBe(null);
      strike = () => undefined;
      const { result } = await finished(reports);
      const journal = (await readFile(result.journal, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).what);
      expect(journal.filter((what) => what === 'begin')).toHaveLength(1);
      expect(journal).toContain('resume');
      expect(calls.filter((call) => call === 'PromoteReadReplica')).toHaveLength(1);
    });

    it('tells all that is not ready in one message, and changes nothing', async () => {
      world.stop();
      world = await makeWorld(moto.endpoint, { standbyImage: 'missing', lagSeconds: 600 });
      const reports = path.join(root, 'refused');
      const { code, stdout } = await begin(reports).ended;
      const { error, verdict } = JSON.parse(stdout);
      expect([code, verdict, error.code]).toEqual([2, null, 'image-missing']);
      expect(error.message).toContain('[replication-lag]');
      expect(calls.filter((call) => /^(Update|Register|Tag|Promote|Change)/.test(call))).toEqual([]);
      expect(await readdir(reports).catch(() => [])).toEqual([]);
    });

    it.each([
      [['--planned', '--override-readiness', ' '], /--override-readiness needs a reason/],
      [['--weights', '50,10,100'], /--weights is "50,10,100"/],
      [['--bucket', 'b', '--rate', '3'], /--bucket is not a value of region-failover.*--rate is "3"/],
      [['--switch-plan', 'x'], /--switch-plan is not the ARN/],
    ])('refuses %j', async (more, message) => {
      const { code, stdout } = await begin(path.join(root, 'bad'), ...more).ended;
      expect([code, JSON.parse(stdout).error.code]).toEqual([2, 'bad-values']);
      expect(JSON.parse(stdout).error.message).toMatch(message);
      expect(calls).toEqual([]);
    });
  },
);
