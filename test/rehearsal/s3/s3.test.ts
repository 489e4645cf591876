/** S3 of the rehearsal platform beside moto's, the independent server: the same calls, the same answers. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createS3 } from '../../../src/rehearsal/s3/s3.ts';
import { type MotoServer, startMotoServer } from '../../contract/support/moto-server.ts';
import { pythonOrReason } from '../../contract/support/python.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const Bucket = 'state';
const Key = 'env/a b+ü&/terraform.tfstate';

function clientOf(endpoint: string): S3Client {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  return new S3Client({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
}

let server: Server;
let ours: S3Client;

beforeAll(async () => {
  const s3 = createS3();
  server = createServer((request, response) => void s3(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ours = clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterAll(() => {
  ours.destroy();
  server.close();
});

/** Everything that a recovery does, and what came of it; ids of versions by the order in which they were given. */
async function play(client: S3Client): Promise<unknown[]> {
  const seen: unknown[] = [];
  const ids: (string | undefined)[] = [];
  const named = (id: string | undefined) => `version ${ids.indexOf(id)}`;
  const refused = async (call: Promise<unknown>) =>
    seen.push(
      await call.then(
        () => 'accepted',
        (error: { name: string; $metadata: { httpStatusCode: number } }) => [
          error.name,
          error.$metadata.httpStatusCode,
        ],
      ),
    );
  const list = async (Prefix: string) => {
    const {
      Versions = [],
      DeleteMarkers = [],
      IsTruncated,
    } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    seen.push({
      IsTruncated,
      versions: Versions.map((each) => [
        each.Key,
        named(each.VersionId),
        each.IsLatest,
        each.Size,
        each.ETag,
        each.StorageClass,
      ]),
      markers: DeleteMarkers.map((each) => [each.Key, named(each.VersionId), each.IsLatest]),
    });
  };

  await refused(client.send(new GetBucketVersioningCommand({ Bucket })));
  await client.send(new CreateBucketCommand({ Bucket }));
  seen.push((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status);
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  seen.push((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status);
  for (const Body of ['{"serial":1}', 'rubbish']) {
    const put = new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json', Metadata: { by: 'ann' } });
    const { VersionId, ETag } = await client.send(put);
    ids.push(VersionId);
    seen.push(ETag);
  }
  const marker = await client.send(new DeleteObjectCommand({ Bucket, Key }));
  ids.push(marker.VersionId);
  seen.push(marker.DeleteMarker);
  await list('env/');
  await refused(client.send(new GetObjectCommand({ Bucket, Key })));
  const source = `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}?versionId=${ids[0]}`;
  const copied = await client.send(
    new CopyObjectCommand({ Bucket, Key, CopySource: source, StorageClass: 'STANDARD_IA' }),
  );
  ids.push(copied.VersionId);
  const got = await client.send(new GetObjectCommand({ Bucket, Key }));
  seen.push([await got.Body?.transformToString(), got.ContentType, got.Metadata, named(got.VersionId)]);
  seen.push((await client.send(new HeadObjectCommand({ Bucket, Key, VersionId: ids[1] }))).ContentLength);
  await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: ids[2] }));
  await list('env/');
  await list('none');
  return seen;
}

const found = await pythonOrReason('moto');

describe.skipIf('skipped' in found)(`S3${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let moto: MotoServer;
  let theirs: S3Client;

  beforeAll(async () => {
    moto = await startMotoServer('python' in found ? found.python : '');
    theirs = clientOf(moto.endpoint);
  });

  afterAll(async () => {
    theirs.destroy();
    await moto.stop();
  });

  it('answers as moto does', async () => {
    const [here, there] = [await play(ours), await play(theirs)];
    expect(here.length).toBeGreaterThan(10);
    expect(here).toEqual(there);
  });
});

it('refuses to read a delete marker, as S3 does; moto calls it no version', async () => {
  const markers = 'markers';
  await ours.send(new CreateBucketCommand({ Bucket: markers }));
  await ours.send(new PutBucketVersioningCommand({ Bucket: markers, VersioningConfiguration: { Status: 'Enabled' } }));
  const { VersionId } = await ours.send(new DeleteObjectCommand({ Bucket: markers, Key }));
  const read = ours.send(new GetObjectCommand({ Bucket: markers, Key, VersionId }));
  await expect(read).rejects.toMatchObject({ name: 'MethodNotAllowed', $metadata: { httpStatusCode: 405 } });
});

it('lists versions in pages', async () => {
  const many = 'pages';
  await ours.send(new CreateBucketCommand({ Bucket: many }));
  await ours.send(new PutBucketVersioningCommand({ Bucket: many, VersioningConfiguration: { Status: 'Enabled' } }));
  const made: (string | undefined)[] = [];
  for (const Key of ['a', 'a', 'b', 'b', 'b']) {
    made.push((await ours.send(new PutObjectCommand({ Bucket: many, Key, Body: Key }))).VersionId);
  }
  const listed: (string | undefined)[] = [];
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (from !== undefined) {
    const page: ListObjectVersionsCommandOutput = await ours.send(
      new ListObjectVersionsCommand({ Bucket: many, MaxKeys: 2, ...from }),
    );
    listed.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
    from = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
  }
  expect(listed).toEqual([made[1], made[0], made[4], made[3], made[2]]);
});

it('refuses by name what it has no code for', async () => {
  await expect(ours.send(new ListObjectsV2Command({ Bucket: 'pages' }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('list-type'),
  });
});
