/** S3's answers in XML. Pure. */
import type { Bucket, Version } from './store.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const MOST_LISTED = 1000;

interface Listed extends Version {
  readonly latest: boolean;
}

/** ListObjectVersions: by key, newest first, from a marker on. */
export function versionList(bucket: Bucket, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const most = Math.min(MOST_LISTED, Number(query.get('max-keys') ?? MOST_LISTED));
  const all = [...bucket.objects.keys()]
    .filter((key) => key.startsWith(prefix))
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .flatMap((key) => (bucket.objects.get(key) ?? []).map((version, at): Listed => ({ ...version, latest: at === 0 })));
  const from = startOf(all, query.get('key-marker'), query.get('version-id-marker'));
  const page = all.slice(from, from + most);
  const last = from + most < all.length ? page.at(-1) : undefined;
  const encoded = query.get('encoding-type') === 'url';
  const name = (key: string) => escaped(encoded ? encodeURIComponent(key).replaceAll('%2F', '/') : key);
  return document('ListVersionsResult', [
    `<Name>${escaped(bucket.name)}</Name><Prefix>${name(prefix)}</Prefix><MaxKeys>${most}</MaxKeys>`,
    encoded ? '<EncodingType>url</EncodingType>' : '',
    `<IsTruncated>${last !== undefined}</IsTruncated>`,
    last === undefined
      ? ''
      : `<NextKeyMarker>${name(last.key)}</NextKeyMarker><NextVersionIdMarker>${last.id}</NextVersionIdMarker>`,
    ...page.map((version) => listed(version, name)),
  ]);
}

/** The place after the marker; with a key alone, after all of its versions. */
function startOf(all: readonly Listed[], key: string | null, id: string | null): number {
  if (key === null || key === '') {
    return 0;
  }
  const at =
    id === null
      ? all.findLastIndex((each) => each.key <= key)
      : all.findIndex((each) => each.key === key && each.id === id);
  return at + 1;
}

function listed({ key, id, latest, at, body, etag, metadata }: Listed, name: (key: string) => string): string {
  const common = `<Key>${name(key)}</Key><VersionId>${id}</VersionId><IsLatest>${latest}</IsLatest><LastModified>${wholeSecond(at)}</LastModified>`;
  if (body === undefined) {
    return `<DeleteMarker>${common}</DeleteMarker>`;
  }
  const storage = metadata['x-amz-storage-class'] ?? 'STANDARD';
  return `<Version>${common}<ETag>${escaped(etag)}</ETag><Size>${body.length}</Size><StorageClass>${storage}</StorageClass></Version>`;
}

export function versioningConfiguration({ versioning }: Bucket): string {
  return document('VersioningConfiguration', [versioning === undefined ? '' : `<Status>${versioning}</Status>`]);
}

export function copyResult({ etag, at }: Version): string {
  return document('CopyObjectResult', [`<ETag>${escaped(etag)}</ETag><LastModified>${wholeSecond(at)}</LastModified>`]);
}

export function errorDocument(code: string, message: string, requestId: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped(message)}</Message><RequestId>${requestId}</RequestId></Error>`;
}

function document(root: string, parts: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${parts.join('')}</${root}>`;
}

/** Lists have whole seconds. */
function wholeSecond(at: Date): string {
  return `${at.toISOString().slice(0, 19)}.000Z`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
