/** The example with a database, whole: a client orders through the load balancer while RDS fails over. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requirePlatform } from '../../src/platform/load.ts';
import { resolveService } from '../../src/platform/select.ts';
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/platform.ts';
import type { DBInstanceMessage } from '../../src/rehearsal/rds/types.ts';
import { eventually, ledger } from './database/lab.ts';

const DATABASE = 'splurge-art-dev';
const SHOP = 'splurge-art-shop-dev';
const CLIENTS = 6;

let rehearsal: Rehearsal;
let directory: string;
const bugs: unknown[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-'));
  const platform = await requirePlatform('examples/splurge-art/surefoot.yml');
  const target = resolveService(platform, { environment: 'dev' });
  rehearsal = await startRehearsal({
    target,
    region: 'us-east-1',
    zones: platform.environments['dev']?.zones ?? [],
    speed: 60,
    workDirectory: directory,
    signal: new AbortController().signal,
    onBug: (error) => bugs.push(error),
  });
});

afterAll(async () => {
  await rehearsal?.stop();
  await rm(directory, { recursive: true, force: true });
  expect(bugs).toEqual([]);
});

/** The database itself, as a witness beside the shop. */
function database() {
  const [found] = rehearsal.databases.all;
  if (found === undefined) {
    throw new Error('the platform has no database');
  }
  return found;
}

const shop = (pathname: string, init?: RequestInit) =>
  fetch(`${rehearsal.services[SHOP]?.url}${pathname}`, { ...init, signal: AbortSignal.timeout(20_000) });

const order = (id: string, body: string) =>
  shop('/orders', { method: 'POST', headers: { 'idempotency-key': id }, body });

it('keeps every order that the shop confirmed through a failover, each once, also when it is sent again', async () => {
  const confirmed = new Map<string, number>();
  const open: string[] = [];
  let running = true;
  const client = async () => {
    while (running) {
      const id = randomUUID();
      const response = await order(id, `print ${id}`).catch(() => undefined);
      const body = (await response?.json().catch(() => undefined)) as { position: number } | undefined;
      if (response?.status === 201 && body !== undefined) {
        confirmed.set(id, body.position);
      } else {
        open.push(id);
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await eventually(() => confirmed.size > 100);
  await rehearsal.wire.call('rds', 'RebootDBInstance', { DBInstanceIdentifier: DATABASE, ForceFailover: true });
  await database().until(() => database().status === 'available');
  const atSwitch = confirmed.size;
  await eventually(() => confirmed.size > atSwitch + 100);
  running = false;
  await Promise.all(clients);

  const { DBInstances } = await rehearsal.wire.call<DBInstanceMessage>('rds', 'DescribeDBInstances', {
    DBInstanceIdentifier: DATABASE,
  });
  expect(DBInstances[0]).toMatchObject({ AvailabilityZone: 'us-east-1b', MultiAZ: true });
  const kept = await ledger(database().address, 'orders');
  expect([...confirmed].filter(([id, position]) => kept.get(id)?.position !== position)).toEqual([]);
  // What was not confirmed is sent again, and is in the ledger once, whether or not the first try had got there.
  for (const id of open) {
    expect((await order(id, `print ${id}`)).status).toBe(201);
  }
  const whole = await ledger(database().address, 'orders');
  expect([...whole.keys()].sort()).toEqual([...confirmed.keys(), ...open].sort());
});

it('refuses another order under an id that is taken, and shows no order before it is written', async () => {
  expect((await order('twice', 'one')).status).toBe(201);
  expect((await order('twice', 'one')).status).toBe(201);
  expect((await order('twice', 'two')).status).toBe(409);
  const answer = (await (await shop('/checkout')).json()) as { id: string; position: number };
  const kept = await ledger(database().address, 'orders');
  expect(kept.get(answer.id)).toMatchObject({ position: answer.position, value: { theme: 'dusk', prints: 1 } });
  expect((await shop('/orders')).status).toBe(405);
  expect((await order('long', 'x'.repeat(20_000))).status).toBe(413);
});
