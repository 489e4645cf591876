/** Restoring a Terraform state, against moto: what comes back, what is refused, and every place where a run can be cut off. */
import { createHash } from 'node:crypto';
import { CreateTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  planTerraformState,
  type TerraformStateInputs,
} from '../../../../src/operations/recover/state/terraform-state.ts';
import { pythonOrReason } from '../../../contract/support/python.ts';
import { exportBucket, exportTable } from '../exports.ts';
import { cutsOf, type How, type Lab, startLab } from '../lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const found = await pythonOrReason('moto');
const KEY = 'env/dev/terraform.tfstate';
const LOCKS = 'terraform-locks';
/** Stands for what state files are full of. */
const SECRET = 'pa55-w0rd-in-the-state';

const stateOf = (serial: number, lineage = 'one-lineage') =>
  JSON.stringify({
    version: 4,
    terraform_version: '1.9.0',
    serial,
    lineage,
    outputs: { password: { value: SECRET } },
    resources: [],
  });
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe.skipIf('skipped' in found)(`terraform-state${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let lab: Lab;
  let buckets = 0;

  beforeAll(async () => {
    lab = await startLab('python' in found ? found.python : '');
    await lab.dynamodb.send(
      new CreateTableCommand({
        TableName: LOCKS,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'LockID', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'LockID', KeyType: 'HASH' }],
      }),
    );
  });

  afterAll(() => lab.stop());

  interface Scene {
    readonly bucket: string;
    /** Ids of the versions, in the order of their writing. */
    readonly ids: readonly string[];
    readonly inputs: (version: string | undefined, more?: Partial<TerraformStateInputs>) => TerraformStateInputs;
  }

  async function write(bucket: string, body: string, key = KEY): Promise<string> {
    const { VersionId } = await lab.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    return VersionId ?? '';
  }

  async function scene(...contents: readonly string[]): Promise<Scene> {
    buckets += 1;
    const bucket = `state-${buckets}`;
    await lab.s3.send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
    );
    await lab.s3.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const ids: string[] = [];
    for (const content of contents) {
      ids.push(await write(bucket, content));
    }
    return {
      bucket,
      ids,
      inputs: (version, more = {}) => ({
        bucket,
        key: KEY,
        version,
        lockTable: undefined,
        lineage: undefined,
        ...more,
      }),
    };
  }

  /** Every version of everything in the bucket, with its bytes. */
  async function snapshot(bucket: string): Promise<unknown[]> {
    const { Versions = [], DeleteMarkers = [] } = await lab.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const contents = await Promise.all(
      Versions.map(async ({ Key, VersionId, IsLatest, ETag }) => {
        const { Body } = await lab.s3.send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
        return [Key, VersionId, IsLatest, ETag, await Body?.transformToString()];
      }),
    );
    return [...contents, DeleteMarkers.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])];
  }

  async function current(bucket: string): Promise<string | undefined> {
    const { Body } = await lab.s3.send(new GetObjectCommand({ Bucket: bucket, Key: KEY }));
    return Body?.transformToString();
  }

  async function digest(bucket: string): Promise<string | undefined> {
    const Key = { LockID: { S: `${bucket}/${KEY}-md5` } };
    return (await lab.dynamodb.send(new GetItemCommand({ TableName: LOCKS, Key }))).Item?.['Digest']?.S;
  }

  const restore = (inputs: TerraformStateInputs, how: How) =>
    lab.run((request, ports) => planTerraformState(request, inputs, ports), how);

  it('makes an older version the newest, keeps the bad one, and measures', async () => {
    const { bucket, ids, inputs } = await scene(stateOf(1), stateOf(2), '{"version":4,');
    const { evidence, journal } = await restore(inputs(ids[1]), { folder: await lab.folder() });
    expect(evidence?.reasons[0]?.code).toBe('recovered');
    expect(evidence?.verdict).toBe('pass');
    expect(await current(bucket)).toBe(stateOf(2));
    const { Versions = [] } = await lab.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions.map(({ VersionId }) => VersionId)).toEqual(expect.arrayContaining([...ids]));
    expect(Versions).toHaveLength(4);
    expect(evidence?.measurements.map(({ indicator }) => indicator)).toEqual(['rto', 'rpo', 'backups-verified']);
    expect(evidence?.checks.map(({ name, verdict }) => [name, verdict])).toContainEqual([
      'RTO (target restored-in-time)',
      'pass',
    ]);
    expect(JSON.stringify(evidence) + journal).not.toContain(SECRET);
  });

  it('sets the digest that Terraform expects', async () => {
    const { bucket, ids, inputs } = await scene(stateOf(1), 'rubbish');
    const { evidence, changes } = await restore(inputs(ids[0], { lockTable: LOCKS }), { folder: await lab.folder() });
    expect([evidence?.verdict, changes]).toEqual(['pass', ['copyVersion', 'put']]);
    expect(await digest(bucket)).toBe(md5(stateOf(1)));
  });

  it('does nothing when it is so already', async () => {
    const { bucket, ids, inputs } = await scene(stateOf(1), stateOf(2));
    const before = await snapshot(bucket);
    const { evidence, changes } = await restore(inputs(ids[1]), { folder: await lab.folder() });
    expect([evidence?.reasons[0]?.code, changes]).toEqual(['nothing-to-do', []]);
    expect(await snapshot(bucket)).toEqual(before);
  });

  it('brings a deleted state back', async () => {
    const { bucket, ids, inputs } = await scene(stateOf(1));
    await lab.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: KEY }));
    expect((await restore(inputs(ids[0]), { folder: await lab.folder() })).evidence?.verdict).toBe('pass');
    expect(await current(bucket)).toBe(stateOf(1));
  });

  it.each<[string, (given: Scene) => TerraformStateInputs, string, RegExp]>([
    ['no version', ({ inputs }) => inputs(undefined), 'version-needed', /Name one with --version.*newest/],
    [
      'a version that does not exist',
      ({ inputs }) => inputs('nonsense'),
      'no-such-version',
      /no version "nonsense"; there are/,
    ],
    ['a state that is not JSON', ({ inputs, ids }) => inputs(ids[2]), 'state-not-valid', /is not valid JSON/],
    ['JSON that is no state', ({ inputs, ids }) => inputs(ids[3]), 'state-not-valid', /no Terraform state of format 4/],
    ['another lineage', ({ inputs, ids }) => inputs(ids[1]), 'other-lineage', /lineage foreign.*one-lineage/],
    [
      'a lineage that is not the one said',
      ({ inputs, ids }) => inputs(ids[0], { lineage: 'x' }),
      'other-lineage',
      /--lineage says x/,
    ],
    ['a bucket that is not there', ({ inputs }) => inputs('v', { bucket: 'nowhere' }), 'no-such-bucket', /"nowhere"/],
    ['a key that is not there', ({ inputs }) => inputs('v', { key: 'nowhere' }), 'no-such-object', /has no versions/],
    [
      'a lock table that is not there',
      ({ inputs, ids }) => inputs(ids[0], { lockTable: 'nowhere' }),
      'no-lock-table',
      /"nowhere"/,
    ],
  ])('refuses %s with one message and changes nothing', async (_, ask, code, message) => {
    const given = await scene(stateOf(1), stateOf(7, 'foreign'), `{"password":"${SECRET}`, `["${SECRET}"]`, stateOf(3));
    const before = await snapshot(given.bucket);
    const { planned, changes, journal } = await restore(ask(given), { folder: await lab.folder() });
    expect(planned.refusals.map((refusal) => refusal.code)).toEqual([code]);
    expect(planned.refusals[0]?.message).toMatch(message);
    expect(JSON.stringify([planned.refusals, planned.notes])).not.toContain(SECRET);
    expect([changes, journal]).toEqual([[], '']);
    expect(await snapshot(given.bucket)).toEqual(before);
  });

  it('takes another lineage when it is said to be the right one', async () => {
    const { ids, inputs } = await scene(stateOf(1), stateOf(9, 'foreign'));
    expect((await restore(inputs(ids[0]), { folder: await lab.folder() })).planned.refusals[0]?.code).toBe(
      'other-lineage',
    );
    const { evidence } = await restore(inputs(ids[0], { lineage: 'one-lineage' }), { folder: await lab.folder() });
    expect(evidence?.verdict).toBe('pass');
  });

  it('respects both kinds of lock, and names who holds it', async () => {
    const info = JSON.stringify({ ID: 'l-1', Operation: 'OperationTypeApply', Who: 'ann@laptop', Created: 'today' });
    const { bucket, ids, inputs } = await scene(stateOf(1), 'rubbish');
    const folder = await lab.folder();
    const item = { LockID: { S: `${bucket}/${KEY}` }, Info: { S: info } };
    await lab.dynamodb.send(new PutItemCommand({ TableName: LOCKS, Item: item }));
    const byTable = await restore(inputs(ids[0], { lockTable: LOCKS }), { folder });
    expect(byTable.planned.refusals).toEqual([{ code: 'locked', message: expect.stringContaining('ann@laptop') }]);
    await write(bucket, info, `${KEY}.tflock`);
    const byFile = await restore(inputs(ids[0]), { folder });
    expect(byFile.planned.refusals).toEqual([{ code: 'locked', message: expect.stringContaining('.tflock') }]);
    expect(await current(bucket)).toBe('rubbish');
  });

  it('refuses when the state is locked, or written, between plan and approval', async () => {
    const { bucket, ids, inputs } = await scene(stateOf(1), 'rubbish');
    const folder = await lab.folder();
    const meanwhile = (what: () => Promise<unknown>) =>
      lab.run(
        async (request, ports) => {
          const planned = await planTerraformState(request, inputs(ids[0]), ports);
          await what();
          return planned;
        },
        { folder },
      );
    await expect(meanwhile(() => write(bucket, stateOf(5)))).rejects.toThrow(/was written since the plan/);
    await expect(meanwhile(() => write(bucket, '{}', `${KEY}.tflock`))).rejects.toThrow(/the state is locked/);
    expect(await current(bucket)).toBe(stateOf(5));
  });

  it.each(cutsOf(2))('is finished by the next run when it is cut off $when change $call', async (cut) => {
    const { bucket, ids, inputs } = await scene(stateOf(1), 'rubbish');
    const folder = await lab.folder();
    const ask = inputs(ids[0], { lockTable: LOCKS });
    const first = await restore(ask, { folder, cut });
    expect([first.evidence?.verdict, first.evidence?.reasons[0]?.code]).toEqual(['inconclusive', 'cancelled']);
    const second = await restore(ask, { folder });
    expect([second.evidence?.verdict, second.evidence?.reasons[0]?.code]).toEqual(['pass', 'recovered']);
    expect([await current(bucket), await digest(bucket)]).toEqual([stateOf(1), md5(stateOf(1))]);
    const { Versions = [] } = await lab.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions).toHaveLength(3);
    const begun = second.journal.split('\n').filter((line) => line.includes('"begin"'));
    expect(begun).toHaveLength(1);
  });

  describe('a drill', () => {
    const production = async (bucket: string) => [await exportBucket(lab, bucket), await exportTable(lab, LOCKS)];

    it('leaves everything byte-identical', async () => {
      const { bucket, ids, inputs } = await scene(stateOf(1), stateOf(2), 'rubbish');
      const before = await production(bucket);
      const { evidence, changes } = await restore(inputs(ids[1], { lockTable: LOCKS }), {
        folder: await lab.folder(),
        drill: true,
      });
      expect([evidence?.verdict, evidence?.reasons[0]?.code]).toEqual(['pass', 'drilled']);
      expect(changes).toEqual(['copyVersion', 'deleteVersion']);
      expect(await production(bucket)).toEqual(before);
    });

    it('takes the newest version that is a state where none is named, as at night; without one it is refused', async () => {
      const { bucket, inputs } = await scene(stateOf(1), stateOf(2), 'rubbish');
      const before = await production(bucket);
      const { evidence } = await restore(inputs(undefined), { folder: await lab.folder(), drill: true });
      expect([evidence?.verdict, evidence?.reasons[0]?.code]).toEqual(['pass', 'drilled']);
      expect(evidence?.checks.find(({ name }) => name.startsWith('content'))?.expected).toBe(`MD5 ${md5(stateOf(2))}`);
      expect(await production(bucket)).toEqual(before);
      const spoilt = await scene('rubbish', '{');
      const refused = await restore(spoilt.inputs(undefined), { folder: await lab.folder(), drill: true });
      expect(refused.planned.refusals).toMatchObject([
        { code: 'no-good-version', message: expect.stringMatching(/^of the newest 2 versions of .* none is a state/) },
      ]);
      expect(refused.changes).toEqual([]);
    });

    it('keeps what it made when asked', async () => {
      const { bucket, ids, inputs } = await scene(stateOf(1), 'rubbish');
      const before = await snapshot(bucket);
      await restore(inputs(ids[0]), { folder: await lab.folder(), drill: true, keep: true });
      const after = await snapshot(bucket);
      expect(after).toHaveLength(before.length + 1);
      expect(after).toEqual(expect.arrayContaining(before));
    });

    it.each(cutsOf(2))('leaves nothing behind when it is cut off $when change $call and run again', async (cut) => {
      const { bucket, ids, inputs } = await scene(stateOf(1), 'rubbish');
      const before = await production(bucket);
      const folder = await lab.folder();
      await restore(inputs(ids[0]), { folder, cut, drill: true });
      const again = await restore(inputs(ids[0]), { folder, drill: true });
      expect(again.evidence?.reasons[0]?.code).toBe('drilled');
      expect(await production(bucket)).toEqual(before);
    });
  });
});
