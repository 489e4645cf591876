/** One HTTP request by undici, on a connection of its own, so that no earlier connection decides where it goes. */
import { Agent, request } from 'undici';
import type { HttpProbe } from '../operations/ports.ts';

/** Answers of a check are read up to here; the rest is dropped. */
const BODY_LIMIT = 64 * 1024;

export const httpProbe: HttpProbe = async ({ url, headers = {}, timeoutMs, signal }) => {
  const startedAt = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  const agent = new Agent({ pipelining: 0, connect: { timeout: timeoutMs } });
  try {
    const answer = await request(url, {
      dispatcher: agent,
      headers,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const body = await readUpTo(answer.body, BODY_LIMIT);
    const plain = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
    return { status: answer.statusCode, body, headers: plain, seconds: (performance.now() - startedAt) / 1000 };
  } catch (error) {
    signal?.throwIfAborted();
    throw timeout.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`, { cause: error }) : error;
  } finally {
    await agent.destroy();
  }
};

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
