/** Objects as they were at a time, against moto: deleted, overwritten, created since; cut off anywhere; drills. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { planS3Restore, type S3RestoreInputs } from '../../../../src/operations/recover/objects/s3-restore.ts';
import { pythonOrReason } from '../../../contract/support/python.ts';
import { exportBucket } from '../exports.ts';
import { cutsOf, type How, type Lab, startLab } from '../lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const found = await pythonOrReason('moto');

/** As it was, under `docs/`, at the moment to restore. */
const THEN = {
  'docs/a.txt': 'a',
  'docs/b c+ü.txt': 'b',
  'docs/deep/c.txt': 'c',
  'docs/same.txt': 'same',
  'docs/twice.txt': 'twice',
};

describe.skipIf('skipped' in found)(`s3-restore${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let lab: Lab;
  let buckets = 0;

  beforeAll(async () => {
    lab = await startLab('python' in found ? found.python : '');
  });

  afterAll(() => lab.stop());

  const put = (bucket: string, key: string, body: string) =>
    lab.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, Metadata: { of: body } }));
  const remove = (bucket: string, key: string) => lab.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));

  async function bucketOf(versioned = true): Promise<string> {
    buckets += 1;
    const bucket = `objects-${buckets}`;
    await lab.s3.send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
    );
    if (versioned) {
      await lab.s3.send(
        new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      );
    }
    return bucket;
  }

  /** Two are deleted (one twice), one is overwritten, one is written again as it was, one is new; one beside the prefix is lost for good. */
  async function disaster(): Promise<S3RestoreInputs> {
    const bucket = await bucketOf();
    for (const [key, body] of Object.entries({ ...THEN, 'other/x.txt': 'x' })) {
      await put(bucket, key, body);
    }
    // S3 counts whole seconds.
    await sleep(1100);
    const at = new Date();
    await sleep(1100);
    await remove(bucket, 'docs/a.txt');
    await remove(bucket, 'docs/a.txt');
    await put(bucket, 'docs/b c+ü.txt', 'encrypted');
    await put(bucket, 'docs/same.txt', 'same');
    await put(bucket, 'docs/twice.txt', 'other');
    await remove(bucket, 'docs/twice.txt');
    await put(bucket, 'docs/new.txt', 'new');
    await remove(bucket, 'other/x.txt');
    return { bucket, prefix: 'docs/', at };
  }

  async function now(bucket: string): Promise<Record<string, string>> {
    const { Contents = [] } = await lab.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    const pairs = Contents.map(async ({ Key = '' }) => {
      const { Body, Metadata } = await lab.s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const text = (await Body?.transformToString()) ?? '';
      expect(Metadata).toEqual({ of: text });
      return [Key, text] as const;
    });
    return Object.fromEntries(await Promise.all(pairs));
  }

  async function everything(bucket: string): Promise<unknown> {
    const { Versions = [], DeleteMarkers = [] } = await lab.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const contents = await Promise.all(
      Versions.map(async ({ Key, VersionId, IsLatest }) => {
        const { Body } = await lab.s3.send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
        return [Key, VersionId, IsLatest, await Body?.transformToString()];
      }),
    );
    return [contents, DeleteMarkers.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])];
  }

  const restore = (inputs: S3RestoreInputs, how: How) =>
    lab.run((request, ports) => planS3Restore(request, inputs, ports), how);

  it('brings back what was deleted or overwritten, and leaves the rest alone', async () => {
    const inputs = await disaster();
    const { planned, evidence, changes } = await restore(inputs, { folder: await lab.folder(), failedAt: new Date() });
    expect(evidence?.verdict).toBe('pass');
    expect(await now(inputs.bucket)).toEqual({ ...THEN, 'docs/new.txt': 'new' });
    expect([...changes].sort()).toEqual(['copyVersion', 'copyVersion', 'deleteVersion', 'deleteVersion']);
    expect(planned.notes[0]).toBe('5 objects were there, 12 bytes; 3 of them differ now, 7 bytes');
    expect(planned.notes).toContain('1 objects were created since: they are left alone');
    const measured = new Map(evidence?.measurements.map(({ indicator, value }) => [indicator, value]));
    expect([measured.get('objects restored'), measured.get('bytes restored')]).toEqual([3, 7]);
    expect(measured.get('rpo')).toBeGreaterThan(1);
    const { Versions = [] } = await lab.s3.send(
      new ListObjectVersionsCommand({ Bucket: inputs.bucket, Prefix: 'docs/b' }),
    );
    expect(Versions).toHaveLength(3);
  });

  it('has nothing to do a second time', async () => {
    const inputs = await disaster();
    await restore(inputs, { folder: await lab.folder() });
    const before = await everything(inputs.bucket);
    const { evidence, changes } = await restore(inputs, { folder: await lab.folder() });
    expect([evidence?.reasons[0]?.code, changes]).toEqual(['nothing-to-do', []]);
    expect(await everything(inputs.bucket)).toEqual(before);
  });

  it.each<[string, (given: S3RestoreInputs) => Promise<S3RestoreInputs>, string, RegExp]>([
    [
      'the future',
      async (given) => ({ ...given, at: new Date(Date.now() + 60_000) }),
      'outside-window',
      /is in the future/,
    ],
    [
      'a time before the oldest version',
      async (given) => ({ ...given, at: new Date(0) }),
      'outside-window',
      /the oldest version is of 2/,
    ],
    ['a prefix of nothing', async (given) => ({ ...given, prefix: 'none/' }), 'nothing-there', /check the prefix/],
    ['a bucket that is not there', async (given) => ({ ...given, bucket: 'nowhere' }), 'no-such-bucket', /"nowhere"/],
    [
      'a bucket without versions',
      async (given) => ({ ...given, bucket: await bucketOf(false) }),
      'versioning-not-enabled',
      /is Off/,
    ],
  ])('refuses %s with one message and changes nothing', async (_, ask, code, message) => {
    const given = await disaster();
    const before = await everything(given.bucket);
    const { planned, changes } = await restore(await ask(given), { folder: await lab.folder() });
    expect(planned.refusals.map((refusal) => refusal.code)).toEqual([code]);
    expect(planned.refusals[0]?.message).toMatch(message);
    expect(changes).toEqual([]);
    expect(await everything(given.bucket)).toEqual(before);
  });

  it('refuses what is archived', async () => {
    const bucket = await bucketOf();
    await lab.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'old', Body: 'old', StorageClass: 'GLACIER' }));
    await sleep(1100);
    const at = new Date();
    await sleep(1100);
    await put(bucket, 'old', 'new');
    const { planned } = await restore({ bucket, prefix: '', at }, { folder: await lab.folder() });
    expect(planned.refusals.map(({ code }) => code)).toEqual(['archived']);
  });

  it.each(cutsOf(4))('is finished by the next run when it is cut off $when change $call', async (cut) => {
    const inputs = await disaster();
    const folder = await lab.folder();
    const first = await restore(inputs, { folder, cut });
    expect(first.evidence?.reasons[0]?.code).toBe('cancelled');
    const second = await restore(inputs, { folder });
    expect(second.evidence?.reasons[0]?.code).toBe('recovered');
    expect(await now(inputs.bucket)).toEqual({ ...THEN, 'docs/new.txt': 'new' });
  });

  describe('a drill', () => {
    it('restores all objects of then beside, and leaves everything byte-identical', async () => {
      const inputs = await disaster();
      const before = await exportBucket(lab, inputs.bucket);
      const { evidence, changes } = await restore(inputs, { folder: await lab.folder(), drill: true });
      expect([evidence?.verdict, evidence?.reasons[0]?.code]).toEqual(['pass', 'drilled']);
      expect(changes.filter((name) => name === 'copyVersion')).toHaveLength(5);
      expect(await exportBucket(lab, inputs.bucket)).toBe(before);
    });

    it.each(cutsOf(10))('leaves nothing behind when it is cut off $when change $call and run again', async (cut) => {
      const inputs = await disaster();
      const before = await exportBucket(lab, inputs.bucket);
      const folder = await lab.folder();
      await restore(inputs, { folder, cut, drill: true });
      const again = await restore(inputs, { folder, drill: true });
      expect(again.evidence?.reasons[0]?.code).toBe('drilled');
      expect(await exportBucket(lab, inputs.bucket)).toBe(before);
    });
  });
});
