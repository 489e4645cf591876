/** `surefoot recover database-restore` as people start it: killed and started again, asked by a real command. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createRds } from '../../../src/rehearsal/rds/rds.ts';
import { createWire, type Wire } from '../../../src/rehearsal/wire/server.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { start } from '../../cli/surefoot.ts';
import { FILE } from '../../operations/recover/lab.ts';
import { type Lab, send, startLab } from '../../rehearsal/database/lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

/** A restore takes two seconds, so that there is time to kill what waits for it. */
const SPEED = 150;
const region = 'eu-central-1';

let lab: Lab;
let wire: Wire;
let endpoint: string;
let rds: RDSClient;
const bugs: unknown[] = [];

beforeAll(async () => {
  lab = await startLab({}, SPEED);
  wire = createWire({ services: [], accountId: '000000000000', region });
  const account = { accountId: '000000000000', region };
  const onBug = (error: unknown) => bugs.push(error);
  wire.register(createRds({ databases: lab.databases, clock: createClock(SPEED), ...account, onBug }));
  endpoint = (await wire.listen('127.0.0.1', 0)).endpoint;
  rds = new RDSClient({ region, endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  await send('PUT', lab.database.address, '/ledgers/orders/first', { paid: true });
});

afterAll(async () => {
  rds.destroy();
  await wire.close();
  await lab.stop();
  expect(bugs).toEqual([]);
});

const names = async () =>
  ((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances ?? []).map((each) => each.DBInstanceIdentifier);

const recover = (...more: readonly string[]) =>
  start(
    [
      ...['recover', 'database-restore', '--config', FILE, '--environment', 'dev', '--instance', 'orders'],
      ...['--report-dir', path.join(lab.directory, 'reports'), '--yes', '--json', ...more],
    ],
    { env: { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' } },
  );

/** Asks the restored database, by HTTP, as these databases are asked. */
const ASK = `test "$(curl -fs http://$SUREFOOT_DB_HOST:$SUREFOOT_DB_PORT/ledgers/orders/first | grep -c paid)" = 1`;

it('goes on after it was killed, and the command finds the data in the restored database', async () => {
  // The write must be among what the backups reach.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const log = await readFile(lab.database.primary.logFile, 'utf8');
  const args = ['--at', 'latest', '--check', ASK];
  const first = recover(...args);
  await vi.waitFor(async () => expect(await names()).toContain('orders-restored'), { timeout: 60_000, interval: 20 });
  first.child.kill('SIGKILL');
  expect((await first.ended).code).toBe(null);
  const { code, stdout, stderr } = await recover(...args).ended;
  expect([code, JSON.parse(stdout).reasons?.[0]?.code], stdout + stderr).toEqual([0, 'recovered']);
  const journal = await readFile(JSON.parse(stdout).journal, 'utf8');
  expect(journal.match(/"what":"resume"/g)).toHaveLength(1);
  expect(journal).not.toContain('curl');
  expect(await names()).toEqual(['orders', 'orders-restored']);
  expect(await readFile(lab.database.primary.logFile, 'utf8')).toBe(log);

  const failing = JSON.parse(
    (await recover('--at', 'latest', '--to', 'orders-other', '--check', 'exit 3').ended).stdout,
  );
  expect([failing.verdict, failing.reasons[0].message]).toEqual(['fail', expect.stringContaining('it ended with 3')]);
});

it.each<[string, string[], RegExp]>([
  ['two origins', ['--at', 'latest', '--snapshot', 'nightly'], /either --at .* or --snapshot/],
  ['no origin', [], /either --at .* or --snapshot/],
  ['a time without a zone', ['--at', '2026-11-21 09:30'], /write a moment with its zone/],
  ['a time outside the window', ['--at', '2001-01-01T00:00:00Z'], /can be restored to any second from/],
  ['a snapshot that is not there', ['--snapshot', 'weekly'], /there is no snapshot weekly; there is no snapshot of it/],
])('refuses %s', async (_, more, message) => {
  const there = await names();
  const { code, stdout } = await recover(...more).ended;
  expect([code, JSON.parse(stdout).error.message]).toEqual([2, expect.stringMatching(message)]);
  expect(await names()).toEqual(there);
});
