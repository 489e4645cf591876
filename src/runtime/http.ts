/** One HTTP request on a connection of its own, so that no earlier connection decides where it goes. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HttpProbe } from '../operations/ports.ts';

/** Answers of a check are read up to here. */
const BODY_LIMIT = 64 * 1024;

export const httpProbe: HttpProbe = async ({ url, headers = {}, timeoutMs, longestBody = BODY_LIMIT, signal }) => {
  const startedAt = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const answer = await request(new URL(url), headers, either);
    const body = await readUpTo(answer, longestBody);
    const plain = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
    return { status: answer.statusCode ?? 0, body, headers: plain, seconds: (performance.now() - startedAt) / 1000 };
  } catch (error) {
    signal?.throwIfAborted();
    throw timeout.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`, { cause: error }) : named(error);
  }
};

function request(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    send(url, { headers: { ...headers }, agent: false, signal }, resolve)
      .once('error', reject)
      .end();
  });
}

/** Reading no further closes the connection. */
async function readUpTo(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= limit) {
      break;
    }
  }
  return Buffer.concat(chunks).subarray(0, limit).toString('utf8');
}

/** A name with several addresses fails with all their errors and no message of its own. */
function named(error: unknown): unknown {
  return error instanceof AggregateError && error.message === ''
    ? new Error(error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join('; '), {
        cause: error,
      })
    : error;
}
