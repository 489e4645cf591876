/** The parts of GitHub's API that actions write deployments and issues with, on the wire. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitHubCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface FakeIssue {
  readonly number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  readonly labels: { readonly name: string }[];
  readonly comments: string[];
  /** Lists of issues have pull requests in them, too. */
  readonly pull_request?: object;
}

export interface FakeGitHub {
  /** Variables of a runner whose job belongs to this GitHub. */
  readonly env: Readonly<Record<string, string>>;
  readonly calls: GitHubCall[];
  /** The repository's, in the order of their numbers. */
  readonly issues: FakeIssue[];
  /** As GitHub does where the token may write issues, but not label them. */
  dropLabels(drop: boolean): void;
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
  const issues: FakeIssue[] = [];
  let labelsAreDropped = false;
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    for await (const chunk of request) {
      text += chunk;
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://github');
    const { method = '' } = request;
    const { authorization } = request.headers;
    const sent: GitHubCall['body'] = text === '' ? {} : JSON.parse(text);
    calls.push({ method, path: pathname, authorization, body: sent });
    const [status, headers, body] =
      refusal === undefined
        ? ([method === 'POST' ? 201 : 200, {}, answerTo(method, pathname, sent, searchParams)] as const)
        : ([refusal.status, refusal.headers ?? {}, { message: refusal.message }] as const);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  const answerTo = (method: string, path: string, sent: GitHubCall['body'], query: URLSearchParams): unknown => {
    const aboutIssues = /\/issues(?:\/(\d+)(\/\w+)?)?$/.exec(path);
    if (aboutIssues !== null) {
      return method === 'GET' ? listed(issues, query) : written(aboutIssues, sent);
    }
    if (method === 'POST') {
      return path.endsWith('/deployments') ? { id: DEPLOYMENT } : { id: 1 };
    }
    if (path.endsWith('/statuses')) {
      return [{ id: 1, state: 'in_progress', log_url: `https://github.test/o/r/actions/runs/${jobRun}/job/5` }];
    }
    return jobRun === undefined ? [] : [{ id: 99, task: 'deploy' }];
  };
  const written = ([, number, part]: RegExpExecArray, sent: GitHubCall['body']): FakeIssue => {
    const { title, body, state, labels = [] } = sent as Partial<Omit<FakeIssue, 'labels'>> & { labels?: string[] };
    const names = labelsAreDropped ? [] : labels.map((name) => ({ name }));
    if (number === undefined) {
      const made: FakeIssue = {
        number: issues.length + 1,
        title: title ?? '',
        body: body ?? '',
        state: 'open',
        labels: names,
        comments: [],
      };
      issues.push(made);
      return made;
    }
    const issue = issues.find((one) => one.number === Number(number));
    if (issue === undefined) {
      throw new Error(`there is no issue ${number}`);
    }
    if (part === '/comments') {
      issue.comments.push(body ?? '');
    } else if (part === '/labels') {
      issue.labels.push(...names);
    } else {
      Object.assign(issue, JSON.parse(JSON.stringify({ title, body, state })));
    }
    return issue;
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
    issues,
    dropLabels: (drop) => {
      labelsAreDropped = drop;
    },
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

/** A page of the issues of a state with a label, by GitHub's words. */
function listed(issues: readonly FakeIssue[], query: URLSearchParams): FakeIssue[] {
  const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)];
  const label = query.get('labels');
  return issues
    .filter(({ state, labels }) => state === query.get('state') && labels.some(({ name }) => name === label))
    .slice((page - 1) * size, page * size);
}
