import { createHash } from 'node:crypto';
import { EnvHttpProxyAgent, fetch } from 'undici';

export interface DownloadOptions {
  /** Lower-case hexadecimal; nothing else is accepted. */
  readonly sha256: string;
  readonly maxBytes: number;
  /** How long a connection may take to come about; short, so that a closed network costs seconds. */
  readonly connectTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Downloads a file into memory, following redirects, through a proxy where HTTPS_PROXY names one, and checks its SHA-256.
 * @throws Error whose message says in a few words why there is no file: no connection, status, size, checksum
 */
export async function downloadChecked(url: string, options: DownloadOptions): Promise<Buffer> {
  const agent = new EnvHttpProxyAgent({
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.totalTimeoutMs,
    bodyTimeout: options.totalTimeoutMs,
  });
  const signals = [AbortSignal.timeout(options.totalTimeoutMs), ...(options.signal ? [options.signal] : [])];
  try {
    const response = await fetch(url, { dispatcher: agent, redirect: 'follow', signal: AbortSignal.any(signals) });
    if (!response.ok || response.body === null) {
      throw new Error(`the server answered ${response.status}`);
    }
    const bytes = await readBounded(response.body, options.maxBytes);
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== options.sha256) {
      throw new Error(`its SHA-256 is ${found}, not ${options.sha256}: it is not the file that was released`);
    }
    return bytes;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new Error(shortCause(error), { cause: error });
  } finally {
    await agent.destroy();
  }
}

async function readBounded(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new Error(`it is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `fetch failed` hides what happened one or two causes below. */
function shortCause(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) {
    deepest = deepest.cause;
  }
  if (!(deepest instanceof Error)) {
    return String(deepest);
  }
  const code = 'code' in deepest && typeof deepest.code === 'string' ? deepest.code : '';
  return deepest.message === '' ? code || deepest.name : deepest.message;
}
