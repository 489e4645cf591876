/** What `chaos run` says of recovery and loss, against what the balancer and the shop have logged themselves. Real k6, real processes. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createClients } from '../../../../src/aws/clients.ts';
import { startLoad } from '../../../../src/measure/start-load.ts';
import { readLedger } from '../../../../src/operations/chaos/run/measure/ledger.ts';
import { lossOf } from '../../../../src/operations/chaos/run/measure/loss.ts';
import { WriteLog, writePrefix } from '../../../../src/operations/chaos/run/measure/writes.ts';
import { BEHIND_MS } from '../../../../src/rehearsal/scenarios/chaos/access-log.ts';
import type { AccessLogLine } from '../../../../src/rehearsal/world/balancer/access-log.ts';
import { type Evidence, evidenceSchema } from '../../../../src/report/evidence.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { httpProbe } from '../../../../src/runtime/http.ts';
import { start } from '../../../cli/surefoot.ts';
import { describeWithK6, K6 } from '../../../measure/k6.ts';
import { SHOP_CONFIG, type ShopPlatform, startShop } from '../../../rehearsal/shop-platform.ts';
import { EXPERIMENT as EARLIER, run } from './measure/runs.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

/** What the issue asks of a recovery time. */
const WITHIN_SECONDS = 0.25;
/** The exit code of a run that proved nothing. */
const INCONCLUSIVE = 3;

const EXPERIMENT = `apiVersion: surefoot/v1
kind: Experiment
metadata: { name: database-failover }
template:
  description: The primary fails over
  roleArn: arn:aws:iam::000000000000:role/fis
  stopConditions: [{ source: aws:cloudwatch:alarm, value: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:stop' }]
  targets:
    databases: { resourceType: 'aws:rds:db', resourceArns: ['arn:aws:rds:us-east-1:000000000000:db:splurge-art-dev'], selectionMode: ALL }
  actions:
    failover: { actionId: aws:rds:reboot-db-instances, parameters: { forceFailover: 'true' }, targets: { DBInstances: databases } }
load:
  profile: failover
  rate: "30"
  before: 6s
  after: 12s
  writes: { path: /orders, body: '{"theme":"dusk"}', ledger: /ledgers/orders }
expect: { rto: 30s, rpo: 0s, availability: 20, evidence: { targets: 1, requests: 20 } }
irreversible: true
`;

let shop: ShopPlatform;
let folder: string;

beforeAll(async () => {
  // An order is given up before the failover is over, so that users feel it.
  shop = await startShop({ ORDER_TIMEOUT_MS: '2000' }, 15);
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-truth-'));
  const clients = createClients({
    region: 'us-east-1',
    endpoint: shop.rehearsal.endpoint,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    version: '0.0.0',
  });
  const cloudwatch = await clients.cloudwatch();
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'stop',
      Namespace: 'Test',
      MetricName: 'Nothing',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
  clients.destroy();
});

afterAll(async () => {
  await shop?.stop();
  await rm(folder, { recursive: true, force: true });
  expect(shop.bugs).toEqual([]);
});

/** Undefined where the run itself says that nothing is proven. */
async function chaosRun(): Promise<Evidence | undefined> {
  await writeFile(path.join(folder, 'failover.yml'), EXPERIMENT);
  await mkdir(path.join(folder, 'earlier'), { recursive: true });
  const subject = { platform: 'splurge-art', environment: 'dev', service: 'shop' };
  const experiment = { ...EARLIER, name: 'database-failover' };
  const earlier = run(1, [9, 10], { subject, experiment, rehearsal: true });
  await writeFile(path.join(folder, 'earlier', 'chaos-run.json'), JSON.stringify(earlier));
  const args = [
    '--yes',
    '--allow-irreversible',
    '--config',
    SHOP_CONFIG,
    '--environment',
    'dev',
    '--json',
    '--earlier',
    'earlier',
  ];
  const { code, stdout, stderr } = await start(['chaos', 'run', 'failover.yml', ...args, '--report-dir', 'report'], {
    cwd: folder,
    env: { AWS_ENDPOINT_URL: shop.rehearsal.endpoint },
  }).ended;
  if (code === INCONCLUSIVE) {
    return undefined;
  }
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  const { evidence } = JSON.parse(stdout) as { evidence: string };
  return evidenceSchema.parse(JSON.parse(await readFile(path.resolve(folder, evidence), 'utf8')));
}

const measured = (record: Evidence, name: string) => {
  const found = record.measurements.find(({ indicator }) => indicator === name);
  if (found === undefined) {
    throw new Error(`nothing was measured under ${name}`);
  }
  return found;
};

/** On a machine that is short of time orders fail without a fault; the run then says so, and there is nothing to compare. */
async function provenRun(): Promise<{ readonly record: Evidence; readonly before: number }> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await shop.database.until(() => shop.database.inSync);
    const before = (await shop.acknowledged()).length;
    const record = await chaosRun();
    if (record !== undefined) {
      return { record, before };
    }
  }
  throw new Error('three runs were inconclusive');
}

const isWell = ({ status, whole }: AccessLogLine) => whole && status < 400;

describeWithK6('chaos run, against the logs of balancer and shop', () => {
  it('tells the recovery time, the lost requests and that no write is lost', { timeout: 360_000 }, async () => {
    const { record, before } = await provenRun();
    const faultAt = Date.parse(record.events.find(({ kind }) => kind === 'fault')?.at ?? '');
    const { startedAt, judgedUntilSecond } = record.load ?? { startedAt: '', judgedUntilSecond: 0 };
    // What was under way when the load was ended was cut off by that.
    const until = Date.parse(startedAt) + judgedUntilSecond * 1000;
    const orders = (await shop.requests()).filter(({ method, received }) => method === 'POST' && received < until);
    const failed = orders.filter((line) => !isWell(line) && line.ended >= faultAt);
    const lastFailure = failed.at(-1);
    const last = lastFailure?.received ?? Number.NaN;
    const answered = orders.find((line) => isWell(line) && line.received > last);
    const back = answered?.received ?? Number.NaN;
    // So late may the balancer have seen a request, by its own log.
    const within = (line = { behind: 0 }) => WITHIN_SECONDS + Math.min(line.behind, BEHIND_MS) / 1000;
    const rto = measured(record, 'rto');
    expect(Math.abs((rto.lower ?? Number.NaN) - (last - faultAt) / 1000)).toBeLessThanOrEqual(within(lastFailure));
    expect(Math.abs((rto.upper ?? Number.NaN) - (back - faultAt) / 1000)).toBeLessThanOrEqual(within(answered));

    expect(failed.length).toBeGreaterThan(0);
    // The probe's requests come each over a connection of its own; they tell when, and are no users' requests.
    expect(measured(record, 'lost-requests').value).toBe(failed.filter(({ single }) => !single).length);

    const writes = measured(record, 'lost-writes');
    const unknown = measured(record, 'unknown-writes').value ?? Number.NaN;
    const acknowledged = (await shop.acknowledged()).length - before;
    expect(writes.value).toBe(0);
    expect(writes.n).toBeLessThanOrEqual(acknowledged);
    expect((writes.n ?? 0) + unknown).toBeGreaterThanOrEqual(acknowledged);
    expect(unknown).toBeGreaterThanOrEqual(failed.length);
    expect(measured(record, 'rpo')).toMatchObject({ value: 0, lower: 0, upper: 0 });
    expect(measured(record, 'failover-success')).toMatchObject({ value: 1, n: 1 });
    const runs = measured(record, 'mean time to recovery');
    expect([runs.n, runs.upper]).toEqual([2, (10 + (rto.upper ?? Number.NaN)) / 2]);
    expect(record.checks.find(({ name }) => name === 'ledger before the fault')?.verdict).toBe('pass');
  });

  it('finds exactly those orders lost that a replica does not have when it is promoted', async () => {
    const replica = shop.database.replica;
    if (replica === undefined) {
      throw new Error('the database has no replica');
    }
    const { host, port } = replica.member.address;
    const before = new Set(await shop.acknowledged());
    const log = new WriteLog(writePrefix('loss', 'load'));
    const load = await startLoad({
      k6: K6,
      load: {
        name: 'orders',
        url: `${shop.url}/orders`,
        method: 'POST',
        body: '{"theme":"dusk"}',
        timeoutSeconds: 5,
        shape: { startRate: 40, stages: [{ seconds: 60, rate: 40 }] },
        numbered: { header: 'idempotency-key', prefix: writePrefix('loss', 'load') },
      },
      workDirectory: path.join(folder, 'k6'),
      onEvent: (event) => log.take(event),
    });
    await vi.waitFor(
      () => expect(log.all.filter((one) => one.acknowledgedAt !== undefined).length).toBeGreaterThan(150),
      {
        timeout: 60_000,
      },
    );
    // Both zones of the primary and its standby: from now on nothing is acknowledged.
    const faultAt = Date.now() / 1000;
    await Promise.all(
      [shop.database.primary.zone, shop.database.standby?.zone ?? ''].map((zone) =>
        shop.rehearsal.databases.faults.setZoneDark(zone, true),
      ),
    );
    const { acknowledgedPosition, appliedPosition } = await shop.rehearsal.databases.faults.promote(replica.name);
    await load.finish();
    const reading = await readLedger({ url: `http://${host}:${port}/ledgers/orders`, headers: {} }, 'loss-', {
      http: httpProbe,
      clock: systemClock,
      signal: new AbortController().signal,
    });
    const there = reading.kind === 'read' ? reading.times : new Map<string, number>();
    const loss = lossOf(log.all, there, faultAt);
    const unknown = new Set(log.all.filter((one) => one.acknowledgedAt === undefined).map(({ id }) => id));
    const gone = (await shop.acknowledged()).filter((id) => !before.has(id) && !there.has(id) && !unknown.has(id));
    expect(loss.lost.map(({ id }) => id).sort()).toEqual(gone.sort());
    // Positions count writes, so that the database knows the number too; a few may have been cut off on their way to the client.
    const known = acknowledgedPosition - appliedPosition;
    expect(loss.lost.length).toBeGreaterThan(0);
    expect(loss.lost.length).toBeLessThanOrEqual(known);
    expect(loss.lost.length + loss.unknown.sent).toBeGreaterThanOrEqual(known);
  });
});
