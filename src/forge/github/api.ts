/** GitHub's APIs, read strictly: an answer is whole, or there is none. */
import { EnvHttpProxyAgent, fetch } from 'undici';
import * as z from 'zod';
import { OutsideError } from '../../errors.ts';
import type { Reason } from '../../report/evidence.ts';
import { clip, oneLine } from '../../report/text.ts';

/** What could not be read in full, so that no number may be made of it. */
export class Unreadable extends Error {
  readonly reason: Reason;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Unreadable';
    this.reason = { code, message };
  }
}

export interface GitHubApiOptions {
  /** Of the GraphQL API: https, or http on this machine. */
  readonly url: string;
  /** Of the REST API, which alone knows of workflow runs. */
  readonly restUrl: string;
  readonly token: string;
  readonly mostRequests: number;
  readonly signal: AbortSignal;
  /** Waits between attempts, ms. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface GitHubApi {
  /** @throws Unreadable (rate limit, part of an answer, too many requests, no answer), OutsideError when GitHub refuses */
  ask<T>(query: string, variables: Readonly<Record<string, unknown>>, shape: z.ZodType<T>): Promise<T>;
  /** The same of the REST API; `path` begins without a slash. */
  get<T>(path: string, shape: z.ZodType<T>): Promise<T>;
  /** Requests sent so far. */
  readonly requests: number;
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;
/** GitHub answers 502 when a page takes too long; the same page again usually comes. */
const ATTEMPTS = 3;

const answerSchema = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string().default('') })).optional(),
});

/** A client that sends one request at a time and counts them. */
export function createGitHubApi(options: GitHubApiOptions): GitHubApi {
  const agent = new EnvHttpProxyAgent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  let requests = 0;
  const once = async (url: string, body: string | undefined): Promise<Answer> => {
    if (requests >= options.mostRequests) {
      throw new Unreadable(
        'request-limit',
        `${requests} requests to GitHub were not enough: allow more with --most-requests, or keep what was read with --ledger FILE and run again`,
      );
    }
    requests += 1;
    return send(options, agent, url, body);
  };
  const patiently = async (url: string, body?: string): Promise<Exclude<Answer, { lost: string }>> => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await once(url, body);
      if (!('lost' in answer)) {
        return answer;
      }
      if (attempt === ATTEMPTS) {
        throw new Unreadable('unreachable', `GitHub did not answer ${ATTEMPTS} times: ${answer.lost}`);
      }
      await options.sleep(500 * 2 ** attempt, options.signal);
    }
  };
  return {
    get requests() {
      return requests;
    },
    async ask(query, variables, shape) {
      return parse(await patiently(options.url, JSON.stringify({ query, variables })), shape, options.url);
    },
    async get(path, shape) {
      const url = `${options.restUrl.replace(/\/$/, '')}/${path}`;
      return parseRest(await patiently(url), shape, url);
    },
    close: () => agent.destroy(),
  };
}

type Answer =
  | { readonly lost: string }
  | { readonly status: number; readonly headers: { get(name: string): string | null }; readonly body: string };

async function send(
  options: GitHubApiOptions,
  dispatcher: EnvHttpProxyAgent,
  url: string,
  body: string | undefined,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${options.token}`,
        accept: 'application/vnd.github+json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        'user-agent': 'surefoot',
      },
      ...(body === undefined ? {} : { body }),
      // The token goes nowhere but where it was meant to.
      redirect: 'error',
      dispatcher,
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await response.text();
    return response.status >= 500
      ? { lost: `status ${response.status}` }
      : { status: response.status, headers: response.headers, body: text };
  } catch (error) {
    options.signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { lost: cause instanceof Error ? cause.message || cause.name : String(cause) };
  }
}

function parse<T>(answer: Exclude<Answer, { lost: string }>, shape: z.ZodType<T>, url: string): T {
  const found = answerSchema.safeParse(jsonOf(answer.body)).data;
  const errors = found?.errors ?? [];
  requireWithinLimit(answer, errors);
  if (answer.status !== 200) {
    throw refused(`status ${answer.status}`, answer.body, url);
  }
  const gone = errors.find(({ type }) => type === 'NOT_FOUND' || type === 'FORBIDDEN');
  if (gone !== undefined) {
    throw refused(gone.type ?? '', gone.message, url);
  }
  const data = shape.safeParse(found?.data);
  if (errors.length > 0 || !data.success) {
    const said = errors[0]?.message ?? data.error?.issues.map(({ path }) => path.join('.')).join(', ') ?? '';
    throw new Unreadable('partial-answer', `GitHub answered only in part: ${clip(oneLine(said), 200)}`);
  }
  return data.data;
}

function parseRest<T>(answer: Exclude<Answer, { lost: string }>, shape: z.ZodType<T>, url: string): T {
  requireWithinLimit(answer, []);
  if (answer.status !== 200) {
    throw refused(`status ${answer.status}`, answer.body, url);
  }
  const data = shape.safeParse(jsonOf(answer.body));
  if (!data.success) {
    const said = data.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new Unreadable('partial-answer', `GitHub answered only in part: ${clip(oneLine(said), 200)}`);
  }
  return data.data;
}

/** Primary and secondary limits, as docs.github.com ("Rate limits and query limits for the GraphQL API") says they show. */
function requireWithinLimit(
  { status, headers, body }: Exclude<Answer, { lost: string }>,
  errors: readonly { readonly type?: string | undefined }[],
): void {
  const refusedStatus = status === 403 || status === 429;
  const limited =
    errors.some(({ type }) => type === 'RATE_LIMITED') ||
    status === 429 ||
    (refusedStatus &&
      (headers.get('x-ratelimit-remaining') === '0' ||
        headers.get('retry-after') !== null ||
        /rate limit/i.test(body)));
  if (limited) {
    throw new Unreadable(
      'rate-limited',
      `GitHub's rate limit is spent${resetOf(headers)}: run again then; with --ledger FILE it goes on where it stopped`,
    );
  }
}

function resetOf(headers: { get(name: string): string | null }): string {
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  const wait = headers.get('retry-after');
  if (Number.isFinite(reset) && reset > 0 && reset < 1e11) {
    return ` until ${new Date(reset * 1000).toISOString()}`;
  }
  return wait !== null && /^\d{1,6}$/.test(wait) ? ` for ${wait} s` : '';
}

function refused(code: string, said: string, url: string): OutsideError {
  const message = `GitHub refused: ${code} ${clip(oneLine(said), 300)}. The token needs to read deployments (with --workflow: actions), contents, issues and pull requests of the repository`;
  return new OutsideError('github-refused', message, url);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
