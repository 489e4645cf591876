import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRds } from '../../../src/rehearsal/rds/rds.ts';
import type { DBInstanceMessage, EventsMessage } from '../../../src/rehearsal/rds/types.ts';
import { createWire, type Wire } from '../../../src/rehearsal/wire/server.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { eventually, type Lab, startLab, ZONES } from '../database/lab.ts';

const region = 'us-east-1';
const accountId = '000000000000';

let lab: Lab;
let wire: Wire;
const bugs: unknown[] = [];

async function start(settings: Parameters<typeof startLab>[0] = {}, speed = 500): Promise<void> {
  lab = await startLab(settings, speed);
  wire = createWire({ services: [], accountId, region, onBug: (error) => bugs.push(error) });
  const { databases } = lab;
  wire.register(
    createRds({ databases, clock: createClock(500), accountId, region, onBug: (error) => bugs.push(error) }),
  );
}

const call = <Output>(operation: string, input: object): Promise<Output> => wire.call<Output>('rds', operation, input);

async function instance(DBInstanceIdentifier: string) {
  const { DBInstances } = await call<DBInstanceMessage>('DescribeDBInstances', { DBInstanceIdentifier });
  return DBInstances[0];
}

async function messages(input: object = {}): Promise<string[]> {
  const { Events } = await call<EventsMessage>('DescribeEvents', input);
  return Events.map((event) => `${event.SourceIdentifier}: ${event.Message}`);
}

beforeEach(() => {
  bugs.length = 0;
});

afterEach(async () => {
  await wire.close();
  await lab.stop();
  expect(bugs).toEqual([]);
});

const REPLICA = { name: 'orders-replica', zone: ZONES[2], lagSeconds: 0 };

describe('DescribeDBInstances', () => {
  it('shows a Multi-AZ instance with both of its zones, and a replica with its source', async () => {
    await start({ replica: REPLICA });
    expect(await instance('orders')).toMatchObject({
      DBInstanceStatus: 'available',
      Engine: 'postgres',
      MultiAZ: true,
      AvailabilityZone: ZONES[0],
      SecondaryAvailabilityZone: ZONES[1],
      Endpoint: { Address: lab.database.address.host, Port: lab.database.address.port },
      ReadReplicaDBInstanceIdentifiers: ['orders-replica'],
    });
    const replica = await instance('ORDERS-REPLICA');
    expect(replica).toMatchObject({
      ReadReplicaSourceDBInstanceIdentifier: 'orders',
      MultiAZ: false,
      AvailabilityZone: ZONES[2],
      StatusInfos: [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }],
    });
    expect(replica).not.toHaveProperty('SecondaryAvailabilityZone');
    const chosen = await call<DBInstanceMessage>('DescribeDBInstances', {
      Filters: [{ Name: 'db-instance-id', Values: ['orders'] }],
    });
    expect(chosen.DBInstances.map((each) => each.DBInstanceIdentifier)).toEqual(['orders']);
  });

  it('refuses what it cannot answer in the words of RDS', async () => {
    await start();
    await expect(instance('bills')).rejects.toMatchObject({
      code: 'DBInstanceNotFound',
      message: 'DBInstance bills not found.',
    });
    await expect(call('DescribeDBInstances', { MaxRecords: 5 })).rejects.toThrow(
      'Invalid value 5 for MaxRecords. Must be between 20 and 100',
    );
    await expect(call('DescribeDBInstances', { Marker: 'x' })).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    await expect(call('DescribeDBInstances', { Filters: [{ Name: 'colour', Values: ['red'] }] })).rejects.toThrow(
      'Unrecognized filter name: colour',
    );
    await expect(call('CreateDBInstance', {})).rejects.toThrow('does not support Amazon RDS CreateDBInstance');
  });
});

describe('RebootDBInstance', () => {
  it('with ForceFailover is `rebooting` at once, and ends in the other zone under the same endpoint', async () => {
    await start();
    const before = await instance('orders');
    const answer = await call<{ DBInstance: { DBInstanceStatus: string } }>('RebootDBInstance', {
      DBInstanceIdentifier: 'orders',
      ForceFailover: true,
    });
    expect(answer.DBInstance.DBInstanceStatus).toBe('rebooting');
    await expect(call('RebootDBInstance', { DBInstanceIdentifier: 'orders' })).rejects.toMatchObject({
      code: 'InvalidDBInstanceState',
    });
    await lab.database.until(() => lab.database.status === 'available');
    expect(await instance('orders')).toMatchObject({
      AvailabilityZone: ZONES[1],
      SecondaryAvailabilityZone: ZONES[0],
      Endpoint: before?.Endpoint,
    });
    await lab.database.until(() => lab.database.inSync);
    expect(await messages({ SourceIdentifier: 'orders', SourceType: 'db-instance' })).toEqual([
      'orders: DB instance created',
      'orders: Multi-AZ instance failover started.',
      'orders: DB instance restarted',
      'orders: Multi-AZ instance failover completed',
    ]);
    expect(await messages({ EventCategories: ['failover'] })).toHaveLength(2);
    expect(await messages({ EndTime: new Date(Date.now() - 3_600_000), Duration: 60 })).toEqual([]);
    await expect(messages({ SourceIdentifier: 'orders' })).rejects.toMatchObject({
      code: 'InvalidParameterCombination',
    });
  });

  it('says so when a failover comes too soon after another', async () => {
    await start({}, 20);
    await lab.database.standby?.crash();
    await call('RebootDBInstance', { DBInstanceIdentifier: 'orders', ForceFailover: true });
    await eventually(() => lab.happenings.length === 1);
    expect((await instance('orders'))?.DBInstanceStatus).toBe('available');
    expect(await messages()).toContain(
      'orders: Abandoning user requested failover since a failover recently occurred on the database instance.',
    );
    expect((await instance('orders'))?.AvailabilityZone).toBe(ZONES[0]);
  });

  it('refuses a failover without a standby, and restarts in place', async () => {
    await start({ zones: [ZONES[0]] });
    expect(await instance('orders')).toMatchObject({ MultiAZ: false });
    await expect(
      call('RebootDBInstance', { DBInstanceIdentifier: 'orders', ForceFailover: true }),
    ).rejects.toMatchObject({
      code: 'InvalidParameterCombination',
      message:
        'ForceFailover cannot be specified since the instance is not configured for either MultiAZ or High Availability',
    });
    await call('RebootDBInstance', { DBInstanceIdentifier: 'orders' });
    await eventually(() => lab.happenings.includes('orders restarted'));
    expect(await messages()).toEqual([
      'orders: DB instance created',
      'orders: DB instance shutdown',
      'orders: DB instance restarted',
    ]);
  });
});

describe('PromoteReadReplica', () => {
  it('makes an instance of its own, which its source no longer names', async () => {
    await start({ replica: REPLICA });
    const { DBInstance } = await call<{ DBInstance: { DBInstanceStatus: string } }>('PromoteReadReplica', {
      DBInstanceIdentifier: 'orders-replica',
      BackupRetentionPeriod: 1,
    });
    expect(DBInstance.DBInstanceStatus).toBe('modifying');
    while ((await instance('orders-replica'))?.DBInstanceStatus !== 'available') {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await instance('orders-replica')).not.toHaveProperty('ReadReplicaSourceDBInstanceIdentifier');
    expect((await instance('orders'))?.ReadReplicaDBInstanceIdentifiers).toEqual([]);
    expect(await messages()).toContain(
      'orders-replica: Promoted Read Replica instance to stand-alone database instance.',
    );
    await expect(call('PromoteReadReplica', { DBInstanceIdentifier: 'orders-replica' })).rejects.toThrow(
      'DB instance orders-replica is not a read replica.',
    );
  });
});

describe('tags', () => {
  it('are added, listed with their instance, and removed', async () => {
    await start();
    const ResourceName = (await instance('orders'))?.DBInstanceArn ?? '';
    expect(ResourceName).toBe('arn:aws:rds:us-east-1:000000000000:db:orders');
    await call('AddTagsToResource', {
      ResourceName,
      Tags: [
        { Key: 'team', Value: 'shop' },
        { Key: 'drill', Value: 'yes' },
      ],
    });
    await call('RemoveTagsFromResource', { ResourceName, TagKeys: ['team', 'none'] });
    expect(await call('ListTagsForResource', { ResourceName })).toEqual({ TagList: [{ Key: 'drill', Value: 'yes' }] });
    expect((await instance(ResourceName))?.TagList).toEqual([{ Key: 'drill', Value: 'yes' }]);
    await expect(call('ListTagsForResource', { ResourceName: 'orders' })).rejects.toThrow('Invalid resource name');
    await expect(call('ListTagsForResource', { ResourceName: `${ResourceName}s` })).rejects.toMatchObject({
      code: 'DBInstanceNotFound',
    });
  });
});
