/** Buckets with versions of objects, in memory. Rules after https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html */
import { createHash, randomBytes } from 'node:crypto';

export class S3Error extends Error {
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** What an object has besides its bytes: content type, storage class and the client's own, by their headers. */
export type Metadata = Readonly<Record<string, string>>;

export interface Version {
  readonly key: string;
  /** `null` for one that was written while versioning was off. */
  readonly id: string;
  readonly at: Date;
  /** Undefined: a delete marker. */
  readonly body: Buffer | undefined;
  readonly etag: string;
  readonly metadata: Metadata;
}

export interface Bucket {
  readonly name: string;
  versioning: 'Enabled' | 'Suspended' | undefined;
  /** Newest first, by key. */
  readonly objects: Map<string, Version[]>;
}

export class Store {
  readonly #buckets = new Map<string, Bucket>();

  create(name: string): void {
    if (this.#buckets.has(name)) {
      throw new S3Error(
        'BucketAlreadyOwnedByYou',
        409,
        'Your previous request to create the named bucket succeeded and you already own it.',
      );
    }
    this.#buckets.set(name, { name, versioning: undefined, objects: new Map() });
  }

  /** @throws S3Error NoSuchBucket */
  bucket(name: string): Bucket {
    const found = this.#buckets.get(name);
    if (found === undefined) {
      throw new S3Error('NoSuchBucket', 404, 'The specified bucket does not exist');
    }
    return found;
  }

  put(bucket: Bucket, key: string, body: Buffer, metadata: Metadata): Version {
    return this.#add(bucket, key, body, metadata);
  }

  /** @throws S3Error NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker */
  read(bucket: Bucket, key: string, id: string | undefined): Version & { readonly body: Buffer } {
    const versions = bucket.objects.get(key) ?? [];
    const found = id === undefined ? versions[0] : versions.find((version) => version.id === id);
    if (found === undefined) {
      throw id === undefined
        ? new S3Error('NoSuchKey', 404, 'The specified key does not exist.')
        : new S3Error('NoSuchVersion', 404, 'The specified version does not exist.');
    }
    const { body } = found;
    if (body === undefined) {
      const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': found.id };
      throw id === undefined
        ? new S3Error('NoSuchKey', 404, 'The specified key does not exist.', headers)
        : new S3Error('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.', headers);
    }
    return { ...found, body };
  }

  /** Takes a version away for good, or hides the object behind a delete marker. Gives the headers of the answer. */
  delete(bucket: Bucket, key: string, id: string | undefined): Record<string, string> {
    const versions = bucket.objects.get(key) ?? [];
    if (id !== undefined) {
      const gone = versions.find((version) => version.id === id);
      bucket.objects.set(
        key,
        versions.filter((version) => version !== gone),
      );
      const marker = gone !== undefined && gone.body === undefined ? { 'x-amz-delete-marker': 'true' } : {};
      return { 'x-amz-version-id': id, ...marker };
    }
    if (bucket.versioning === undefined) {
      bucket.objects.delete(key);
      return {};
    }
    const marker = this.#add(bucket, key, undefined, {});
    return { 'x-amz-version-id': marker.id, 'x-amz-delete-marker': 'true' };
  }

  #add(bucket: Bucket, key: string, body: Buffer | undefined, metadata: Metadata): Version {
    const id = bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
    const etag = body === undefined ? '' : `"${createHash('md5').update(body).digest('hex')}"`;
    const version: Version = { key, id, at: new Date(), body, etag, metadata };
    const others = (bucket.objects.get(key) ?? []).filter((other) => other.id !== 'null' || id !== 'null');
    bucket.objects.set(key, [version, ...others]);
    return version;
  }
}
