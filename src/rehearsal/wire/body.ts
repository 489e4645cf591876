/** Reads request bodies with limits, and undoes gzip: the SDKs compress PutMetricData above 10 KiB. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AwsError } from './operation.ts';

const unzip = promisify(gunzip);

/** AWS's largest request here is 1 MB (PutMetricData, after decompression); https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const BODY_LIMIT = 2 * 1024 * 1024;

/** A body over the limit is read to its end, or the client sees a broken connection, not our answer, and tries again; but not for ever. */
const DRAIN_LIMIT = 64 * 1024 * 1024;

/** The decompressed body. Throws `AwsError` for one that is too large, breaks off, or has an encoding other than gzip. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const body = await collect(request).catch(() => {
    throw new AwsError('IncompleteBody', 'The connection ended before the body did.');
  });
  if (body === undefined) {
    throw tooLarge();
  }
  return decompress(body, request.headers['content-encoding']);
}

/** The body as sent; undefined if it is over the limit. */
async function collect(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT) {
      chunks.push(chunk);
    }
    if (size > DRAIN_LIMIT) {
      break;
    }
  }
  return size > BODY_LIMIT ? undefined : Buffer.concat(chunks);
}

async function decompress(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') {
    return body;
  }
  if (encoding !== 'gzip') {
    throw new AwsError(
      'UnsupportedMediaTypeException',
      `Content-Encoding ${encoding} is not supported here; use gzip or none.`,
      415,
    );
  }
  try {
    return await unzip(body, { maxOutputLength: BODY_LIMIT });
  } catch (error) {
    if (error instanceof RangeError) {
      throw tooLarge();
    }
    throw new AwsError('SerializationException', 'The body says Content-Encoding: gzip but is not gzip.');
  }
}

function tooLarge(): AwsError {
  return new AwsError('RequestEntityTooLargeException', `The body is larger than ${BODY_LIMIT} bytes.`, 413);
}
