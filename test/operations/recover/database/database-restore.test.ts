/** Restoring a database beside the original, on real database processes: what is in it, what is put back, refused, cut off, drilled. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  AddTagsToResourceCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Clients, createClients } from '../../../../src/aws/clients.ts';
import { createGateways } from '../../../../src/aws/gateways.ts';
import { planDatabaseRestore } from '../../../../src/operations/recover/database/database-restore.ts';
import type { DatabaseRestoreInputs } from '../../../../src/operations/recover/database/scene.ts';
import { requirePlatform } from '../../../../src/platform/load.ts';
import type { Platform } from '../../../../src/platform/model.ts';
import { createRds } from '../../../../src/rehearsal/rds/rds.ts';
import { createWire, type Wire } from '../../../../src/rehearsal/wire/server.ts';
import { createClock } from '../../../../src/rehearsal/world/clock.ts';
import { type Lab, send, startLab } from '../../../rehearsal/database/lab.ts';
import { cutsOf, FILE, type How, portsOf, run } from '../lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

/** At this speed backups reach half a second back. */
const SPEED = 600;
const region = 'eu-central-1';

let lab: Lab;
let wire: Wire;
let clients: Clients;
let rds: RDSClient;
let platform: Platform;
let root: string;
let before: Date;
const bugs: unknown[] = [];

const orders = async (address: { readonly host: string; readonly port: number }): Promise<string[]> => {
  const { body } = await send('GET', address, '/ledgers/orders');
  return (body as { entries: { id: string }[] }).entries.map(({ id }) => id);
};
const order = (id: string) => send('PUT', lab.database.address, `/ledgers/orders/${id}`, { paid: true });

async function instance(DBInstanceIdentifier: string) {
  return (await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))).DBInstances?.[0];
}
const names = async () =>
  ((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances ?? []).map((each) => each.DBInstanceIdentifier);

beforeAll(async () => {
  lab = await startLab({}, SPEED);
  const clock = createClock(SPEED);
  wire = createWire({ services: [], accountId: '000000000000', region });
  wire.register(
    createRds({
      ...{ databases: lab.databases, clock, accountId: '000000000000', region },
      onBug: (error) => bugs.push(error),
    }),
  );
  const { endpoint } = await wire.listen('127.0.0.1', 0);
  const configuration = { region, endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  clients = createClients({ ...configuration, version: 'test' });
  rds = new RDSClient(configuration);
  platform = await requirePlatform(FILE);
  root = await mkdtemp(path.join(os.tmpdir(), 'surefoot-recover-'));
  await rds.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: 'orders',
      BackupRetentionPeriod: 14,
      PreferredBackupWindow: '01:00-01:30',
      VpcSecurityGroupIds: ['sg-orders'],
      DBParameterGroupName: 'orders-parameters',
      DeletionProtection: true,
      ApplyImmediately: true,
    }),
  );
  await rds.send(
    new AddTagsToResourceCommand({
      ResourceName: (await instance('orders'))?.DBInstanceArn,
      Tags: [{ Key: 'team', Value: 'shop' }],
    }),
  );
  await order('first');
  await order('second');
  await rds.send(new CreateDBSnapshotCommand({ DBSnapshotIdentifier: 'nightly', DBInstanceIdentifier: 'orders' }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  before = new Date();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await order('of-the-disaster');
  await vi.waitFor(
    async () => {
      const now = await instance('orders');
      expect(now?.LatestRestorableTime?.getTime()).toBeGreaterThan(before.getTime());
      expect(now?.DeletionProtection).toBe(true);
    },
    { timeout: 20_000, interval: 100 },
  );
});

afterAll(async () => {
  rds.destroy();
  clients.destroy();
  await wire.close();
  await lab.stop();
  await rm(root, { recursive: true, force: true });
  expect(bugs).toEqual([]);
});

/** Asks the restored database itself. */
function asking(wanted: readonly string[]) {
  const asked: Record<string, string>[] = [];
  const ask: NonNullable<DatabaseRestoreInputs['ask']> = async (variables) => {
    asked.push({ ...variables });
    const address = { host: variables['SUREFOOT_DB_HOST'] ?? '', port: Number(variables['SUREFOOT_DB_PORT']) };
    return JSON.stringify(await orders(address)) === JSON.stringify(wanted) ? 0 : 1;
  };
  return { asked, ask };
}

const inputsOf = (more: Partial<DatabaseRestoreInputs> = {}): DatabaseRestoreInputs => ({
  instance: 'orders',
  at: before,
  snapshot: undefined,
  to: undefined,
  ask: asking(['first', 'second']).ask,
  ...more,
});

const restore = (inputs: DatabaseRestoreInputs, how: How) =>
  run(
    (request, ports) => planDatabaseRestore(request, inputs, ports),
    how,
    platform,
    portsOf((signal) => createGateways(clients, signal), how.cut),
    SPEED,
  );
const folder = () => mkdtemp(path.join(root, 'run-'));

/** Everything that RDS says of the original but what moves by itself, and the bytes of its log. */
async function original(): Promise<unknown> {
  const { LatestRestorableTime: _, ...rest } = (await instance('orders')) ?? {};
  return [rest, await readFile(lab.database.primary.logFile, 'utf8')];
}

it('restores the data as of a moment, with what RDS does not bring put back', async () => {
  const untouched = await original();
  const { asked, ask } = asking(['first', 'second']);
  const { evidence, changes, planned } = await restore(inputsOf({ ask }), { folder: await folder() });
  // At this speed nothing is known of the targets of real time.
  expect(evidence?.checks.filter(({ name, verdict }) => verdict !== 'pass' && !/target/.test(name))).toEqual([]);
  expect([evidence?.verdict, changes]).toEqual(['pass', ['restoreInstance', 'modify']]);
  const restored = await instance('orders-restored');
  expect(asked[0]).toMatchObject({
    SUREFOOT_DB_INSTANCE: 'orders-restored',
    SUREFOOT_DB_HOST: restored?.Endpoint?.Address,
    SUREFOOT_DB_ENGINE: 'postgres',
  });
  expect(restored).toMatchObject({
    MultiAZ: true,
    BackupRetentionPeriod: 14,
    PreferredBackupWindow: '01:00-01:30',
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-orders' }],
    DBParameterGroups: [{ DBParameterGroupName: 'orders-parameters' }],
    DeletionProtection: true,
  });
  expect(restored?.TagList).toEqual(expect.arrayContaining([{ Key: 'team', Value: 'shop' }]));
  expect(await original()).toEqual(untouched);
  expect(evidence?.measurements.map(({ indicator }) => indicator)).toEqual(['rto', 'rpo']);
  expect(planned.afterwards.join('\n')).toContain('rename both');

  const again = await restore(inputsOf(), { folder: await folder() });
  expect([again.changes, again.evidence?.reasons[0]?.code]).toEqual([[], 'nothing-to-do']);
});

it('fails where the restored data are not what the check wants', async () => {
  const { evidence } = await restore(inputsOf({ to: 'orders-failing', ask: asking(['other']).ask }), {
    folder: await folder(),
  });
  expect([evidence?.verdict, evidence?.reasons[0]?.code]).toEqual(['fail', 'not-verified']);
});

it('goes on wherever it was cut off, and restores once', async () => {
  for (const [at, cut] of cutsOf(2).entries()) {
    const how = { folder: await folder() };
    const inputs = inputsOf({ to: `orders-cut-${at}` });
    expect((await restore(inputs, { ...how, cut })).evidence?.reasons[0]?.code).toBe('cancelled');
    const { evidence, changes } = await restore(inputs, how);
    expect([cut, evidence?.verdict]).toEqual([cut, 'pass']);
    expect(changes.includes('restoreInstance')).toBe(cut.call === 1 && cut.when === 'before');
  }
});

it('drills beside the original and leaves nothing, cut off anywhere', async () => {
  const untouched = await original();
  const there = await names();
  const inputs = inputsOf({ at: 'latest', ask: asking(['first', 'second', 'of-the-disaster']).ask });
  for (const cut of [undefined, ...cutsOf(2)]) {
    const how = { folder: await folder(), drill: true };
    if (cut !== undefined) {
      expect((await restore(inputs, { ...how, cut })).evidence?.reasons[0]?.code).toBe('cancelled');
    }
    const { evidence } = await restore(inputs, how);
    expect([cut, evidence?.verdict, evidence?.reasons[0]?.code]).toEqual([cut, 'pass', 'drilled']);
    expect([cut, await names()]).toEqual([cut, there]);
  }
  expect(await original()).toEqual(untouched);
});

it('restores from a snapshot', async () => {
  const { evidence } = await restore(inputsOf({ at: undefined, snapshot: 'nightly', to: 'orders-of-night' }), {
    folder: await folder(),
  });
  expect(evidence?.verdict).toBe('pass');
  expect(
    await orders(
      (await lab.databases.all.find(({ name }) => name === 'orders-of-night'))?.address ?? { host: '', port: 0 },
    ),
  ).toEqual(['first', 'second']);
});

it.each<[string, Partial<DatabaseRestoreInputs>, string, RegExp]>([
  [
    'an instance that is not there',
    { instance: 'none' },
    'no-such-instance',
    /no DB instance "none".*no snapshot of it/,
  ],
  ['a time before the backups', { at: new Date(0) }, 'outside-window', /from 20.* to 20.*, not to 1970/],
  ['a time to come', { at: new Date('2999-01-01') }, 'outside-window', /up to about five minutes ago/],
  [
    'a snapshot that is not there',
    { at: undefined, snapshot: 'weekly' },
    'no-such-snapshot',
    /there is no snapshot weekly; --snapshot can name nightly/,
  ],
  [
    'a snapshot of another instance',
    { instance: 'orders-restored', at: undefined, snapshot: 'nightly' },
    'snapshot-of-other-instance',
    /is of "orders", not of "orders-restored"/,
  ],
  ['to restore over the original', { to: 'orders' }, 'target-exists', /nothing is ever restored over a database/],
  ['a name that is none', { to: 'orders_2' }, 'bad-identifier', /is no identifier/],
])('refuses %s, and changes nothing', async (_, more, code, message) => {
  const there = await names();
  const { planned, changes } = await restore(inputsOf(more), { folder: await folder() });
  expect(planned.refusals.map((reason) => reason.code)).toEqual([code]);
  expect(planned.refusals[0]?.message).toMatch(message);
  expect([changes, await names()]).toEqual([[], there]);
});
