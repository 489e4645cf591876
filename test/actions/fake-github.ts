/** The part of GitHub's API that actions write deployments with, on the wire. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitHubCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface FakeGitHub {
  /** Variables of a runner whose job belongs to this GitHub. */
  readonly env: Readonly<Record<string, string>>;
  readonly calls: GitHubCall[];
  /** Answers with this from now on, whatever is asked; undefined: as GitHub does. */
  refuseWith(
    answer:
      | { readonly status: number; readonly headers?: Record<string, string>; readonly message: string }
      | undefined,
  ): void;
  /** The deployment that a job's own `environment:` has made, and the run that its status leads to. */
  setJobDeployment(runId: string | undefined): void;
  stop(): Promise<void>;
}

export const DEPLOYMENT = 4711;

export async function startFakeGitHub(): Promise<FakeGitHub> {
  const calls: GitHubCall[] = [];
  let refusal: Parameters<FakeGitHub['refuseWith']>[0];
  let jobRun: string | undefined;
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    for await (const chunk of request) {
      text += chunk;
    }
    const { pathname } = new URL(request.url ?? '/', 'http://github');
    const { method = '' } = request;
    const { authorization } = request.headers;
    calls.push({ method, path: pathname, authorization, body: text === '' ? {} : JSON.parse(text) });
    const [status, headers, body] =
      refusal === undefined
        ? ([method === 'POST' ? 201 : 200, {}, answerTo(method, pathname)] as const)
        : ([refusal.status, refusal.headers ?? {}, { message: refusal.message }] as const);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  const answerTo = (method: string, path: string): unknown => {
    if (method === 'POST') {
      return path.endsWith('/deployments') ? { id: DEPLOYMENT } : { id: 1 };
    }
    if (path.endsWith('/statuses')) {
      return [{ id: 1, state: 'in_progress', log_url: `https://github.test/o/r/actions/runs/${jobRun}/job/5` }];
    }
    return jobRun === undefined ? [] : [{ id: 99, task: 'deploy' }];
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    env: {
      GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      GITHUB_SERVER_URL: 'https://github.test',
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_SHA: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00',
      GITHUB_RUN_ID: '77',
    },
    calls,
    refuseWith: (answer) => {
      refusal = answer;
    },
    setJobDeployment: (runId) => {
      jobRun = runId;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
