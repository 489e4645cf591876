/** Failing over and back between two regions of moto: in a disaster, as planned, and cut off at every call that changes anything. */
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { ChangeResourceRecordSetsCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pythonOrReason } from '../../../contract/support/python.ts';
import { replicateBack } from './databases.ts';
import { cutsOf, type Lab, startLab } from './lab.ts';
import type { Side, World } from './sides.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const found = await pythonOrReason('moto');

describe.skipIf('skipped' in found)(`region-failover${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab('python' in found ? found.python : '');
  });

  afterAll(() => lab?.stop());

  async function service(side: Side, environment: string) {
    const { services: [one] = [] } = await side.ecs.send(
      new DescribeServicesCommand({
        cluster: `moved-${environment}`,
        services: [`web-${environment}`],
        include: ['TAGS'],
      }),
    );
    const tags = Object.fromEntries((one?.tags ?? []).map(({ key, value }) => [key, value]));
    return { desired: one?.desiredCount, tags };
  }

  async function weights(world: World) {
    const records = await world.records();
    return Object.fromEntries(records.map((one) => [one.SetIdentifier, one.Weight ?? one.Failover]));
  }

  const replicaStatus = async (side: Side) => {
    const { DBInstances: [one] = [] } = await side.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'moved-dr' }),
    );
    return one?.ReadReplicaSourceDBInstanceIdentifier ?? 'none';
  };

  it('moves all users in a disaster, and asks nothing of the region that is lost', async () => {
    const world = await lab.world();
    const failedAt = new Date(Date.now() - 60_000);
    const { planned, evidence, changes, askedOfSource } = await lab.run(world, { database: 'promote', failedAt });
    expect(evidence?.reasons).toEqual([expect.objectContaining({ code: 'recovered' })]);
    expect(askedOfSource).toEqual([]);
    expect(changes).toEqual(
      ['tag', 'register', 'updateService', 'promote', 'upsert'].map((call) => `us-east-2 ${call}`),
    );
    expect(planned.afterwards[0]).toMatch(
      /make a replica of moved-dr in us-west-2: aws rds .*:db:moved-dr --db-instance/,
    );
    expect(await weights(world)).toEqual({ west: 0, east: 100 });
    expect(await service(world.standby, 'dr')).toMatchObject({
      desired: 2,
      tags: { 'surefoot:warm-capacity': '1 of 1 - 12' },
    });
    expect(await replicaStatus(world.standby)).toBe('none');
    const measured = Object.fromEntries(evidence?.measurements.map(({ indicator, value }) => [indicator, value]) ?? []);
    expect(Object.keys(measured)).toEqual(['rto', 'rpo', 'failover-success']);
    expect(measured['rto']).toBeGreaterThanOrEqual(60);
    expect(measured['failover-success']).toBe(1);
    const dns = evidence?.series.find(({ name }) => name === 'DNS answers that lead to dr');
    expect(dns?.points.at(-1)?.[1]).toBe(1);
    expect(evidence?.checks.filter(({ name }) => name.startsWith('ready: ')).length).toBeGreaterThan(5);
  });

  it('takes the capacity that a drill wrote down, and finds the image that ran', async () => {
    const world = await lab.world();
    const drilled = await lab.run(world, { drill: true });
    expect([drilled.evidence?.verdict, drilled.evidence?.reasons[0]?.code]).toEqual(['pass', 'drilled']);
    const { desired, tags } = await service(world.standby, 'dr');
    expect([desired, Object.keys(tags).sort()]).toEqual([
      1,
      ['surefoot:other-region-image', 'surefoot:other-region-tasks'],
    ]);
    expect(tags['surefoot:other-region-tasks']).toMatch(/^4 @ /);
    expect(await weights(world)).toEqual({ west: 100, east: 0 });
    const { evidence, askedOfSource } = await lab.run(world, { database: 'promote' });
    expect([evidence?.verdict, askedOfSource]).toEqual(['pass', []]);
    expect((await service(world.standby, 'dr')).desired).toBe(4);
    const revision = evidence?.checks.find(({ name }) => name === 'ready: revision of web-dr');
    expect(revision).toMatchObject({ verdict: 'pass', observed: expect.stringContaining('the one that ran at') });
  });

  it('swaps the records of the failover policy', async () => {
    const world = await lab.world({ policy: 'failover' });
    expect((await lab.run(world, { database: 'leave' })).evidence?.verdict).toBe('pass');
    expect(await weights(world)).toEqual({ west: 'SECONDARY', east: 'PRIMARY' });
    expect(await replicaStatus(world.standby)).not.toBe('none');
  });

  it('moves shares one after the other when both regions are well', async () => {
    const world = await lab.world();
    const { evidence, changes } = await lab.run(world, { planned: true, database: 'leave', weights: [10, 50, 100] });
    expect(evidence?.verdict).toBe('pass');
    expect(changes.filter((change) => change.endsWith('upsert'))).toHaveLength(3);
    expect((await service(world.standby, 'dr')).desired).toBe(4);
  });

  it('promotes after nobody uses the other region any more, where the move is planned', async () => {
    const world = await lab.world();
    const { evidence, changes } = await lab.run(world, { planned: true, database: 'promote' });
    expect(evidence?.verdict).toBe('pass');
    expect(changes.slice(-2)).toEqual(['us-east-2 upsert', 'us-east-2 promote']);
    expect(evidence?.measurements.find(({ indicator }) => indicator === 'rpo')?.value).toBe(0);
  });

  it.each([
    { call: 6, when: 'after' },
    { call: 7, when: 'before' },
    { call: 7, when: 'after' },
  ] as const)('goes on where a planned move was cut off $when change $call, and promotes once', async (cut) => {
    const world = await lab.world();
    const choices = { planned: true, database: 'promote' } as const;
    const first = await lab.run(world, { ...choices, cut });
    expect(first.evidence?.reasons[0]?.code).toBe('cancelled');
    const second = await lab.run(world, { ...choices, folder: first.folder });
    expect(second.evidence?.reasons).toEqual([expect.objectContaining({ code: 'recovered' })]);
    expect(second.changes.filter((change) => !change.endsWith(' tag'))).toEqual(
      cut.call === 7 && cut.when === 'after' ? [] : ['us-east-2 promote'],
    );
    expect([await weights(world), await replicaStatus(world.standby)]).toEqual([{ west: 0, east: 100 }, 'none']);
  });

  it('fails back and loses nothing, and returns the standby to what it was', async () => {
    const world = await lab.world();
    expect((await lab.run(world, { database: 'promote' })).evidence?.verdict).toBe('pass');
    const refused = await lab.run(world, { direction: 'failback', database: 'promote' });
    expect(refused.planned.refusals.map(({ code, message }) => [code, message])).toEqual([
      [
        'replica-missing',
        expect.stringMatching(
          /database replica of moved-dr: there is none; make one: aws rds create-db-instance-read-replica --region us-west-2 --source-region us-east-2 --source-db-instance-identifier arn:aws:rds:us-east-2:\d+:db:moved-dr --db-instance-identifier moved-dr-back/,
        ),
      ],
    ]);
    await replicateBack(world);
    const { evidence, changes } = await lab.run(world, { direction: 'failback', database: 'promote' });
    expect(evidence?.reasons).toEqual([expect.objectContaining({ code: 'recovered' })]);
    expect(changes.slice(-4)).toEqual([
      'us-west-2 promote',
      'us-east-2 register',
      'us-east-2 updateService',
      'us-east-2 untag',
    ]);
    expect(evidence?.measurements.find(({ indicator }) => indicator === 'rpo')?.value).toBe(0);
    expect(await weights(world)).toEqual({ west: 100, east: 0 });
    expect(await service(world.standby, 'dr')).toMatchObject({ desired: 1, tags: {} });
  });

  it('needs no replica on the way back where nothing was promoted', async () => {
    const world = await lab.world();
    await lab.run(world, { database: 'leave' });
    const { evidence } = await lab.run(world, { direction: 'failback' });
    expect(evidence?.verdict).toBe('pass');
    expect(await weights(world)).toEqual({ west: 100, east: 0 });
  });

  it('does nothing when users are there already', async () => {
    const world = await lab.world();
    await lab.run(world, { database: 'leave' });
    const again = await lab.run(world, { database: 'leave' });
    expect([again.evidence?.reasons[0]?.code, again.changes]).toEqual(['nothing-to-do', []]);
    expect(again.evidence?.measurements).toEqual([]);
  });

  it('verifies again after it found something wrong, and needs no override for what it did itself', async () => {
    const world = await lab.world();
    const sendBack = (record: ResourceRecordSet) =>
      world.route53.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: world.zone,
          ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: record }] },
        }),
      );
    const before = await world.records();
    let moved = false;
    // Somebody sends the users back as soon as they were moved.
    const meddler = setInterval(async () => {
      if (!moved && (await weights(world))['east'] === 100) {
        moved = true;
        await Promise.all(before.map(sendBack));
      }
    }, 20);
    const first = await lab.run(world, { database: 'promote' }).finally(() => clearInterval(meddler));
    expect(first.evidence?.reasons).toMatchObject([
      { code: 'not-verified', message: expect.stringMatching(/users.*verifies again/) },
    ]);
    expect(first.evidence?.measurements).toMatchObject([{ indicator: 'failover-success', value: 0 }]);
    const second = await lab.run(world, { database: 'promote', folder: first.folder });
    expect(second.evidence?.reasons).toEqual([expect.objectContaining({ code: 'recovered' })]);
    expect(second.changes).toEqual(['us-east-2 upsert']);
    expect(second.journal.split('\n').filter((line) => /"(begin|end)"/.test(line))).toHaveLength(2);
  });

  it.each(cutsOf(5))('goes on after it was cut off $when change $call', async (cut) => {
    const world = await lab.world();
    const first = await lab.run(world, { database: 'promote', cut });
    expect([first.evidence?.verdict, first.evidence?.reasons[0]?.code]).toEqual(['inconclusive', 'cancelled']);
    const second = await lab.run(world, { database: 'promote', folder: first.folder });
    expect(second.evidence?.reasons).toEqual([expect.objectContaining({ code: 'recovered' })]);
    expect(second.journal.split('\n').filter((line) => line.includes('"begin"'))).toHaveLength(1);
    expect(await weights(world)).toEqual({ west: 0, east: 100 });
    expect(await replicaStatus(world.standby)).toBe('none');
    expect(await service(world.standby, 'dr')).toMatchObject({
      desired: 2,
      tags: { 'surefoot:warm-capacity': '1 of 1 - 12' },
    });
  });

  it.each(cutsOf(8))(
    'leaves the standby as it was when a drill is cut off $when change $call and run again',
    async (cut) => {
      const world = await lab.world();
      const first = await lab.run(world, { drill: true, cut });
      expect(first.evidence?.reasons[0]?.code).toBe('cancelled');
      const second = await lab.run(world, { drill: true, folder: first.folder });
      expect(second.evidence?.reasons[0]?.code).toBe('drilled');
      expect(await service(world.standby, 'dr')).toMatchObject({
        desired: 1,
        tags: expect.not.objectContaining({ 'surefoot:warm-capacity': expect.anything() }),
      });
      expect(await weights(world)).toEqual({ west: 100, east: 0 });
    },
  );
});
