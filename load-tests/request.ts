/** The one HTTP request of an arrival, and what became of it. */
import http, { type RefinedResponse } from 'k6/http';
import { finish } from './arrivals.ts';
import { load } from './parameters.ts';

/** One object for all requests of a virtual user, which makes them one after the other: of it only the numbers change. */
const headers: Record<string, string> = { ...load.headers, ...(load.newConnections ? { Connection: 'close' } : {}) };
const parameters = {
  headers,
  timeout: load.timeoutMs,
  // An arrival is one request: an answer that redirects is an answer.
  redirects: 0,
  ...(load.shownAs === undefined ? {} : { tags: { name: load.shownAs } }),
};

/** Makes the request of this arrival, and marks its end. */
export function send(iteration: number): RefinedResponse<undefined> {
  headers['X-Request-Id'] = `${load.run}-${iteration}`;
  if (load.numbered !== null) {
    headers[load.numbered.header] = `${load.numbered.prefix}${iteration}`;
  }
  const response = http.request(load.method, load.url, load.body, parameters);
  const code = response.error_code ?? 0;
  const tags: Record<string, string> = { status: `${response.status}`, code: `${code}` };
  if (code === 1000 || code === 1200) {
    tags['cause'] = causeOf(response.error);
  }
  const revision = response.headers?.['X-Surefoot-Revision'];
  if (revision !== undefined) {
    tags['revision'] = revision;
  }
  finish(iteration, tags);
  return response;
}

/** k6 has no code for these; its message is not passed on, for it may name ports and addresses. */
function causeOf(message: string): string {
  if (/EOF|server closed/.test(message)) {
    return 'eof';
  }
  return /malformed/.test(message) ? 'malformed' : 'other';
}
