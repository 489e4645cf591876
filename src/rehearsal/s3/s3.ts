/**
 * Amazon S3 as a recovery meets it: buckets with versions, whole objects, copies of versions. S3 is REST with raw bodies, so it answers
 * requests itself instead of by the schemas of the other services. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { copyResult, errorDocument, versioningConfiguration, versionList } from './answers.ts';
import { type Metadata, S3Error, Store } from './store.ts';

interface Asked {
  readonly method: string;
  readonly bucket: string;
  /** Empty: the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** More than a state or a document has; whoever sends more is told so. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Sub-resources that the platform has, and parameters that change nothing here. */
const KNOWN = new Set([
  ...['versioning', 'versions', 'versionId', 'prefix', 'max-keys', 'key-marker', 'version-id-marker'],
  ...['encoding-type', 'x-id'],
]);
const KEPT_HEADERS = /^(content-type|content-encoding|cache-control|x-amz-storage-class|x-amz-meta-.+)$/;

/** Answers S3's requests; nothing of it is on disk. */
export function createS3(): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const store = new Store();
  return async (request, response) => {
    const requestId = randomUUID();
    const answer = await readRequest(request)
      .then((asked) => answerTo(asked, store))
      .catch((error: unknown) => failure(error, requestId));
    const { status, headers = {}, body = '' } = answer;
    const type = typeof body === 'string' && body !== '' ? { 'content-type': 'application/xml' } : {};
    const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    response.writeHead(status, { 'x-amz-request-id': requestId, ...type, ...length, ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const { method = 'GET', url = '/', headers } = request;
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MOST_BYTES) {
      chunks.push(chunk);
    }
  }
  if (length > MOST_BYTES) {
    throw new S3Error('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size');
  }
  const [bucket = '', ...rest] = pathname.slice(1).split('/');
  const sent = Buffer.concat(chunks);
  const body = headers['content-encoding']?.includes('aws-chunked') ? withoutChunks(sent) : sent;
  return { method, bucket, key: decodeURIComponent(rest.join('/')), query: searchParams, headers, body };
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html; signatures and trailers are not looked at. */
function withoutChunks(sent: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let from = 0;
  for (;;) {
    const end = sent.indexOf('\r\n', from);
    const size = Number.parseInt(sent.toString('latin1', from, end), 16);
    if (end === -1 || !(size > 0)) {
      return Buffer.concat(chunks);
    }
    chunks.push(sent.subarray(end + 2, end + 2 + size));
    from = end + 2 + size + 2;
  }
}

function answerTo(asked: Asked, store: Store): Answer {
  const unknown = [...asked.query.keys()].filter((name) => !KNOWN.has(name));
  if (unknown.length > 0 || asked.bucket === '') {
    throw notImplemented(asked);
  }
  return asked.key === '' ? ofBucket(asked, store) : ofObject(asked, store);
}

function ofBucket(asked: Asked, store: Store): Answer {
  const { method, bucket, query, body } = asked;
  if (method === 'PUT' && query.has('versioning')) {
    const [, status] = /<Status>(Enabled|Suspended)<\/Status>/.exec(body.toString('utf8')) ?? [];
    if (status === undefined) {
      throw new S3Error('IllegalVersioningConfigurationException', 400, 'The Versioning element must be specified');
    }
    store.bucket(bucket).versioning = status as 'Enabled' | 'Suspended';
    return { status: 200 };
  }
  if (method === 'PUT' && [...query.keys()].length === 0) {
    store.create(bucket);
    return { status: 200, headers: { location: `/${bucket}` } };
  }
  if (method === 'GET' && query.has('versioning')) {
    return { status: 200, body: versioningConfiguration(store.bucket(bucket)) };
  }
  if (method === 'GET' && query.has('versions')) {
    return { status: 200, body: versionList(store.bucket(bucket), query) };
  }
  throw notImplemented(asked);
}

function ofObject(asked: Asked, store: Store): Answer {
  const { method, key, query, headers, body } = asked;
  const bucket = store.bucket(asked.bucket);
  const id = query.get('versionId') ?? undefined;
  switch (method) {
    case 'PUT': {
      const source = headers['x-amz-copy-source'];
      if (typeof source === 'string') {
        return copy(asked, source, store);
      }
      const made = store.put(bucket, key, body, metadataOf(headers));
      return { status: 200, headers: { etag: made.etag, 'x-amz-version-id': made.id } };
    }
    case 'GET':
    case 'HEAD': {
      const found = store.read(bucket, key, id);
      const known = { etag: found.etag, 'x-amz-version-id': found.id, 'last-modified': found.at.toUTCString() };
      return { status: 200, headers: { ...found.metadata, ...known }, body: found.body };
    }
    case 'DELETE':
      return { status: 204, headers: store.delete(bucket, key, id) };
    default:
      throw notImplemented(asked);
  }
}

/** CopyObject, with the source's metadata; the storage class is the request's, or STANDARD. */
function copy({ bucket, key, headers }: Asked, source: string, store: Store): Answer {
  const [name = '', search = ''] = source.replace(/^\//, '').split('?');
  const [from = '', ...rest] = name.split('/').map(decodeURIComponent);
  const id = new URLSearchParams(search).get('versionId') ?? undefined;
  const found = store.read(store.bucket(from), rest.join('/'), id);
  const { 'x-amz-storage-class': _, ...metadata } = found.metadata;
  const storage = headers['x-amz-storage-class'];
  const own: Metadata = typeof storage === 'string' ? { 'x-amz-storage-class': storage } : {};
  const made = store.put(store.bucket(bucket), key, found.body, { ...metadata, ...own });
  const versions = { 'x-amz-version-id': made.id, 'x-amz-copy-source-version-id': found.id };
  return { status: 200, headers: versions, body: copyResult(made) };
}

function metadataOf(headers: IncomingMessage['headers']): Metadata {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const text = name === 'content-encoding' ? String(value).replace(/aws-chunked,?\s*/, '') : value;
      return KEPT_HEADERS.test(name) && typeof text === 'string' && text !== '' ? [[name, text]] : [];
    }),
  );
}

function notImplemented({ method, key, query }: Asked): S3Error {
  const what = `${method} of ${key === '' ? 'a bucket' : 'an object'}${query.size === 0 ? '' : ` with ${[...query.keys()].join(', ')}`}`;
  return new S3Error(
    'NotImplemented',
    501,
    `surefoot's rehearsal platform has no ${what}. AWS does; only the rehearsal cannot show it.`,
  );
}

function failure(error: unknown, requestId: string): Answer {
  const known = error instanceof S3Error ? error : new S3Error('InternalError', 500, String(error));
  return { status: known.status, headers: known.headers, body: errorDocument(known.code, known.message, requestId) };
}
