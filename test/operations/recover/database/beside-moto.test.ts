/** database-restore from a snapshot against moto, the independent server. Its instances hold nothing and have no recovery window. */
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { planDatabaseRestore } from '../../../../src/operations/recover/database/database-restore.ts';
import type { DatabaseRestoreInputs } from '../../../../src/operations/recover/database/scene.ts';
import { pythonOrReason } from '../../../contract/support/python.ts';
import { type How, type Lab, startLab } from '../lab.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const found = await pythonOrReason('moto');

describe.skipIf('skipped' in found)(`database-restore${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let lab: Lab;
  let rds: RDSClient;

  beforeAll(async () => {
    lab = await startLab('python' in found ? found.python : '');
    const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };
    rds = new RDSClient({ region: 'eu-central-1', endpoint: lab.endpoint, credentials });
    await rds.send(
      new CreateDBInstanceCommand({
        ...{
          DBInstanceIdentifier: 'orders',
          Engine: 'postgres',
          DBInstanceClass: 'db.t4g.small',
          AllocatedStorage: 20,
        },
        ...{ MasterUsername: 'admin', MasterUserPassword: 'not-a-secret', BackupRetentionPeriod: 14, MultiAZ: true },
        Tags: [{ Key: 'team', Value: 'shop' }],
      }),
    );
    await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'orders', DBSnapshotIdentifier: 'nightly' }));
  });

  afterAll(async () => {
    rds.destroy();
    await lab.stop();
  });

  const restore = (more: Partial<DatabaseRestoreInputs>, how: How) =>
    lab.run(
      (request, ports) =>
        planDatabaseRestore(
          request,
          { instance: 'orders', at: undefined, snapshot: 'nightly', to: undefined, ask: undefined, ...more },
          ports,
        ),
      how,
    );
  const instances = async () => (await rds.send(new DescribeDBInstancesCommand({}))).DBInstances ?? [];

  it('restores beside, with the settings of the original', async () => {
    const { evidence } = await restore({}, { folder: await lab.folder() });
    expect(evidence?.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    const restored = (await instances()).find(({ DBInstanceIdentifier: id }) => id === 'orders-restored');
    expect(restored).toMatchObject({ MultiAZ: true, BackupRetentionPeriod: 14, DBInstanceClass: 'db.t4g.small' });
    expect(restored?.TagList).toEqual(expect.arrayContaining([{ Key: 'team', Value: 'shop' }]));
  });

  it('drills and leaves nothing', async () => {
    const before = await instances();
    const { evidence } = await restore({}, { folder: await lab.folder(), drill: true });
    expect([evidence?.verdict, evidence?.reasons[0]?.code]).toEqual(['pass', 'drilled']);
    expect((await instances()).map(({ DBInstanceArn }) => DBInstanceArn)).toEqual(
      before.map(({ DBInstanceArn }) => DBInstanceArn),
    );
  });

  it('refuses a snapshot that is not there', async () => {
    const { planned, changes } = await restore({ snapshot: 'weekly' }, { folder: await lab.folder() });
    expect(planned.refusals).toMatchObject([{ code: 'no-such-snapshot', message: expect.stringContaining('nightly') }]);
    expect(changes).toEqual([]);
  });
});
