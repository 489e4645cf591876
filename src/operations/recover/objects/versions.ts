/** Versions of S3 objects: what procedures ask of them in the same way. */
import type { ObjectVersion, S3Gateway } from '../../../aws/s3.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Step } from '../request.ts';

/** CopyObject takes "objects up to 5 GB" in one call (AWS: CopyObject). */
const MOST_COPIED_BYTES = 5 * 1024 ** 3;
/** Not readable until they were restored from the archive (AWS: RestoreObject). */
const ARCHIVED: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);
const AT_ONCE = 8;

/** Without versions nothing can be restored, and a copy would replace what is there. */
export async function versioningRefusals(bucket: string, s3: S3Gateway): Promise<Reason[]> {
  const versioning = await s3.versioning(bucket);
  if (versioning === undefined) {
    return [{ code: 'no-such-bucket', message: `there is no bucket "${bucket}": check its name and the credentials` }];
  }
  return versioning === 'Enabled'
    ? []
    : [
        {
          code: 'versioning-not-enabled',
          message: `the versioning of the bucket "${bucket}" is ${versioning}: a restore would replace what is there instead of keeping it. Enable versioning first`,
        },
      ];
}

/** Why a version cannot be copied. */
export function copyRefusals({ key, id, bytes, storageClass }: ObjectVersion): Reason[] {
  if (ARCHIVED.has(storageClass)) {
    const message = `version ${id} of ${key} is archived (${storageClass}): restore it from the archive first (aws s3api restore-object)`;
    return [{ code: 'archived', message }];
  }
  return bytes > MOST_COPIED_BYTES
    ? [{ code: 'too-large', message: `version ${id} of ${key} has ${bytes} bytes: one copy takes at most 5 GiB` }]
    : [];
}

/** An ETag is the same for the same bytes in most cases, but not with KMS keys or after an upload in parts: then the bytes are compared, where they can be read. */
export async function sameContent(
  bucket: string,
  one: ObjectVersion,
  other: ObjectVersion,
  s3: S3Gateway,
): Promise<boolean> {
  if (one.bytes !== other.bytes) {
    return false;
  }
  if (one.etag !== '' && one.etag === other.etag) {
    return true;
  }
  if (ARCHIVED.has(one.storageClass) || ARCHIVED.has(other.storageClass)) {
    return false;
  }
  const [left, right] = await Promise.all([one, other].map(({ key, id }) => s3.sha256(bucket, key, id)));
  return left === right;
}

/** Does `work` for all, a few at a time. */
export async function forAll<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await Promise.all(items.slice(from, from + AT_ONCE).map(work));
  }
}

/** Takes away for good every version of what a drill made. */
export function removalOf(bucket: string, prefix: string, s3: S3Gateway): Step {
  return {
    id: 'remove',
    title: `remove every version under s3://${bucket}/${prefix}`,
    undo: 'nothing: they are copies',
    done: async () => ((await s3.versions(bucket, prefix)).length === 0 ? 'nothing is there' : undefined),
    async carryOut() {
      const versions = await s3.versions(bucket, prefix);
      await forAll(versions, ({ key, id }) => s3.deleteVersion(bucket, key, id));
      return `${versions.length} version${versions.length === 1 ? '' : 's'} removed`;
    },
  };
}
