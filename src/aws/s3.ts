/** S3 as a recovery needs it: versions of objects, what is in them, and putting one of them back. */
import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { awsCall, isAwsError } from './errors.ts';

export { S3Client } from '@aws-sdk/client-s3';

/** One version of an object, or a delete marker, which hides the versions below it. */
export interface ObjectVersion {
  readonly key: string;
  readonly id: string;
  readonly latest: boolean;
  readonly modified: Date;
  readonly deleted: boolean;
  /** 0 and empty for a delete marker. */
  readonly bytes: number;
  readonly etag: string;
  readonly storageClass: string;
}

export interface S3Gateway {
  /** `Enabled`, `Suspended` or `Off`; undefined when there is no such bucket. */
  versioning(bucket: string): Promise<'Enabled' | 'Suspended' | 'Off' | undefined>;
  /** All versions and delete markers of keys that begin with `prefix`: by key, newest first, as S3 lists them. */
  versions(bucket: string, prefix: string): Promise<ObjectVersion[]>;
  /** The object's bytes, all in memory; the newest version when none is named; undefined when there is none. */
  read(bucket: string, key: string, version?: string): Promise<Uint8Array | undefined>;
  /** SHA-256 of one version in hexadecimal, read as a stream. */
  sha256(bucket: string, key: string, version: string): Promise<string>;
  /** Makes a copy of a version the newest one of `to`, with its metadata, tags and storage class. Resolves with the new version's id. */
  copyVersion(bucket: string, from: ObjectVersion, to: string): Promise<string>;
  /** Takes one version away for good; of a delete marker: shows again what it hides. */
  deleteVersion(bucket: string, key: string, version: string): Promise<void>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createS3Gateway(client: S3Client, signal?: AbortSignal): S3Gateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  const open = (bucket: string, key: string, version: string | undefined) =>
    awsCall('s3:GetObjectVersion', async () => {
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ...(version === undefined ? {} : { VersionId: version }) }),
        options,
      );
      if (Body === undefined) {
        throw new Error('AWS answered without a body');
      }
      return Body;
    });
  return {
    async versioning(bucket) {
      try {
        const { Status } = await awsCall('s3:GetBucketVersioning', () =>
          client.send(new GetBucketVersioningCommand({ Bucket: bucket }), options),
        );
        return Status ?? 'Off';
      } catch (error) {
        if (isAwsError(error, 'NoSuchBucket')) {
          return undefined;
        }
        throw error;
      }
    },
    versions: (bucket, prefix) => listVersions(client, bucket, prefix, options),
    async read(bucket, key, version) {
      try {
        const body = await open(bucket, key, version);
        return await awsCall('s3:GetObjectVersion', () => body.transformToByteArray());
      } catch (error) {
        if (isAwsError(error, 'NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed')) {
          return undefined;
        }
        throw error;
      }
    },
    async sha256(bucket, key, version) {
      const body = await open(bucket, key, version);
      return awsCall('s3:GetObjectVersion', async () => {
        const hash = createHash('sha256');
        for await (const chunk of body as AsyncIterable<Uint8Array>) {
          hash.update(chunk);
        }
        return hash.digest('hex');
      });
    },
    async copyVersion(bucket, from, to) {
      const source = `${bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}?versionId=${encodeURIComponent(from.id)}`;
      const { VersionId } = await awsCall('s3:CopyObject', () =>
        client.send(
          new CopyObjectCommand({
            Bucket: bucket,
            Key: to,
            CopySource: source,
            // Metadata and tags are copied by default; without this the copy would be of class STANDARD (AWS: CopyObject).
            StorageClass: from.storageClass as 'STANDARD',
          }),
          options,
        ),
      );
      return VersionId ?? '';
    },
    async deleteVersion(bucket, key, version) {
      await awsCall('s3:DeleteObjectVersion', () =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: version }), options),
      );
    },
  };
}

async function listVersions(
  client: S3Client,
  bucket: string,
  prefix: string,
  options: { readonly abortSignal?: AbortSignal },
): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  let after: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (after !== undefined) {
    const from: { KeyMarker?: string; VersionIdMarker?: string } = after;
    const page = await awsCall('s3:ListBucketVersions', () =>
      client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...from }), options),
    );
    for (const marker of page.DeleteMarkers ?? []) {
      found.push({ ...versionOf(marker), deleted: true });
    }
    found.push(...(page.Versions ?? []).map(versionOf));
    after = page.IsTruncated
      ? {
          ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
          ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
        }
      : undefined;
  }
  return found.sort(byKeyNewestFirst);
}

function versionOf(listed: {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IsLatest?: boolean | undefined;
  readonly LastModified?: Date | undefined;
  readonly Size?: number | undefined;
  readonly ETag?: string | undefined;
  readonly StorageClass?: string | undefined;
}): ObjectVersion {
  return {
    key: listed.Key ?? '',
    id: listed.VersionId ?? 'null',
    latest: listed.IsLatest ?? false,
    modified: listed.LastModified ?? new Date(0),
    deleted: false,
    bytes: listed.Size ?? 0,
    etag: listed.ETag ?? '',
    storageClass: listed.StorageClass ?? 'STANDARD',
  };
}

/** S3 lists versions and markers apart. Its times are whole seconds: within one only the latest is known to be so; the rest keep S3's order. */
function byKeyNewestFirst(one: ObjectVersion, other: ObjectVersion): number {
  if (one.key !== other.key) {
    return one.key < other.key ? -1 : 1;
  }
  return Number(other.latest) - Number(one.latest) || other.modified.getTime() - one.modified.getTime();
}
