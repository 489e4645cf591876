/** The example with a database on a rehearsal platform in this process, with two witnesses: the balancer's log of requests, and the shop's of orders. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { requirePlatform } from '../../src/platform/load.ts';
import { resolveService } from '../../src/platform/select.ts';
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/platform.ts';
import type { AccessLogLine } from '../../src/rehearsal/world/balancer/access-log.ts';
import type { Database } from '../../src/rehearsal/world/database/database.ts';

export const SHOP_CONFIG = path.resolve('examples/splurge-art/surefoot.yml');
const SHOP = 'splurge-art-shop-dev';

export interface ShopPlatform {
  readonly rehearsal: Rehearsal;
  readonly database: Database;
  readonly workDirectory: string;
  readonly url: string;
  readonly bugs: readonly unknown[];
  /** Requests in the order in which they arrived. */
  requests(): Promise<AccessLogLine[]>;
  /** Ids of the orders that the shop has acknowledged. */
  acknowledged(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts splurge-art's dev environment; `environment` changes how the shop behaves. */
export async function startShop(environment: Record<string, string>, speed: number): Promise<ShopPlatform> {
  const workDirectory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-shop-'));
  const accessLog = path.join(workDirectory, 'access.log');
  const orderLog = path.join(workDirectory, 'orders.log');
  const platform = await requirePlatform(SHOP_CONFIG);
  const target = resolveService(platform, { environment: 'dev' });
  const bugs: unknown[] = [];
  const rehearsal = await startRehearsal({
    target,
    region: 'us-east-1',
    zones: platform.environments['dev']?.zones ?? [],
    speed,
    workDirectory,
    accessLog,
    environment: { ...environment, REQUEST_LOG: orderLog },
    signal: new AbortController().signal,
    onBug: (error) => bugs.push(error),
  });
  const [database] = rehearsal.databases.all;
  if (database === undefined) {
    throw new Error('the platform has no database');
  }
  return {
    rehearsal,
    database,
    workDirectory,
    url: rehearsal.services[SHOP]?.url ?? '',
    bugs,
    requests: async () => (await linesOf<AccessLogLine>(accessLog)).sort((a, b) => a.received - b.received),
    acknowledged: async () => (await linesOf<{ id: string }>(orderLog)).map(({ id }) => id),
    async stop() {
      await rehearsal.stop();
      await rm(workDirectory, { recursive: true, force: true });
    },
  };
}

async function linesOf<Line>(file: string): Promise<Line[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
