/** Sends requests that no SDK would make: a faulty value in the right envelope. Nothing is signed; the platform asks no signature. */
import type { Model } from '../model.ts';
import { writeRest } from '../rest.ts';
import { formPairs } from './write.ts';

/** Posts one request of an operation; resolves with the answer's status and text. */
export async function sendRequest(
  endpoint: string,
  model: Model,
  call: { readonly operation: string; readonly protocol: 'json' | 'query' | 'rest-json'; readonly input: unknown },
): Promise<{ readonly status: number; readonly text: string }> {
  if (call.protocol === 'rest-json') {
    const { method, url, body } = writeRest({ model, operation: call.operation }, call.input);
    return post(new URL(url, endpoint), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === '' ? {} : { body }),
    });
  }
  const { apiVersion, targetPrefix, jsonVersion } = model.metadata;
  const envelope =
    call.protocol === 'json'
      ? {
          headers: {
            'content-type': `application/x-amz-json-${jsonVersion}`,
            'x-amz-target': `${targetPrefix}.${call.operation}`,
          },
          body: JSON.stringify(call.input),
        }
      : {
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams([
            ['Action', call.operation],
            ['Version', apiVersion],
            ...formPairs(call.input, { model, shape: model.operations[call.operation]?.input?.shape }),
          ]).toString(),
        };
  return post(new URL(endpoint), { method: 'POST', ...envelope });
}

async function post(url: URL, request: RequestInit) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000), ...request });
  return { status: answer.status, text: await answer.text() };
}
