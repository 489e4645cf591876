/** GitHub's GraphQL API for deployments, commits and issues, on a port of this machine: pages of 100, newest first, as the real one. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeDeployment {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly task?: string;
  /** null: its branch was deleted. */
  readonly ref?: string | null;
  readonly createdAt: string;
  readonly statuses: readonly { readonly state: string; readonly createdAt: string }[];
}

export interface FakeCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly at: string;
  readonly message?: string;
  readonly pull?: { readonly number: number; readonly branch: string; readonly firstCommitAt: string };
}

export interface FakeIssue {
  readonly number: number;
  readonly label: string;
  readonly createdAt: string;
  readonly closedAt: string | null;
  readonly stateReason?: string;
  readonly body?: string;
}

export interface FakeRun {
  readonly id: number;
  readonly sha: string;
  readonly branch?: string;
  readonly event?: string;
  readonly status?: string;
  readonly conclusion: string | null;
  readonly createdAt: string;
  readonly endedAt: string;
}

export interface FakeRepository {
  /** Of deploy.yml. */
  readonly runs?: readonly FakeRun[];
  readonly deployments: FakeDeployment[];
  readonly commits: FakeCommit[];
  readonly issues: FakeIssue[];
  readonly labels: readonly string[];
}

/** What is sent instead of the answer. */
export interface Instead {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface FakeGitHub {
  readonly url: string;
  readonly restUrl: string;
  /** The kinds of the questions so far. */
  readonly asked: string[];
  /** Authorization headers so far. */
  readonly tokens: Set<string>;
  /** Asked before each answer, with how many came before and the answer that would be given. */
  disturb: (count: number, answer: unknown) => Instead | undefined;
  close(): Promise<void>;
}

const PAGE = 100;

type Variables = Readonly<Record<string, string | null>>;

export async function startFakeGitHub(repository: FakeRepository): Promise<FakeGitHub> {
  const asked: string[] = [];
  const tokens = new Set<string>();
  const histories = new Map<string, FakeCommit[]>();
  const server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    request.on('end', () => {
      tokens.add(request.headers.authorization ?? '');
      const rest = request.method === 'GET';
      const { query, variables } = JSON.parse(rest ? '{}' : text) as { query: string; variables: Variables };
      const kind = rest ? 'runs' : kindOf(query);
      const answer = rest
        ? runsOf(new URL(request.url ?? '', 'http://127.0.0.1'), repository.runs ?? [])
        : { data: answerTo(kind, variables, repository, histories) };
      const instead = fake.disturb(asked.length, answer);
      asked.push(kind);
      send(response, instead ?? { status: 200, body: JSON.stringify(answer) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeGitHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    restUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3/`,
    asked,
    tokens,
    disturb: () => undefined,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return fake;
}

/** At most a thousand for a search, as the real one says of filtered lists; `created` is a range, or everything before a moment. */
function runsOf(url: URL, runs: readonly FakeRun[]): unknown {
  if (url.pathname !== '/api/v3/repos/octo/shop/actions/workflows/deploy.yml/runs') {
    return { message: 'Not Found' };
  }
  const parameter = (name: string) => url.searchParams.get(name) ?? '';
  const [, before] = /^<(.+)$/.exec(parameter('created')) ?? [];
  const [from = '', to = ''] = parameter('created').split('..');
  const found = runs
    .filter(({ createdAt }) => {
      const at = Date.parse(createdAt);
      return before === undefined ? at >= Date.parse(from) && at <= Date.parse(to) : at < Date.parse(before);
    })
    .filter(({ branch = 'main' }) => parameter('branch') === '' || branch === parameter('branch'))
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  const start = (Number(parameter('page')) - 1) * PAGE;
  return {
    total_count: found.length,
    workflow_runs: found
      .slice(0, 1000)
      .slice(start, start + PAGE)
      .map((run) => ({
        id: run.id,
        head_sha: run.sha,
        head_branch: run.branch ?? 'main',
        event: run.event ?? 'push',
        status: run.status ?? 'completed',
        conclusion: run.conclusion,
        created_at: run.createdAt,
        run_started_at: run.createdAt,
        updated_at: run.endedAt,
        run_attempt: 1,
        html_url: `https://github.com/octo/shop/actions/runs/${run.id}`,
      })),
  };
}

function kindOf(query: string): string {
  const kinds = { 'deployments(': 'deployments', 'history(': 'history', 'issues(': 'issues', 'node(id': 'statuses' };
  return Object.entries(kinds).find(([field]) => query.includes(field))?.[1] ?? 'unknown';
}

function send(response: ServerResponse, { status, headers = {}, body }: Instead): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

function answerTo(
  kind: string,
  variables: Variables,
  repository: FakeRepository,
  histories: Map<string, FakeCommit[]>,
): unknown {
  const after = variables['after'];
  switch (kind) {
    case 'deployments': {
      const matching = repository.deployments
        .filter(({ environment }) => environment === variables['environment'])
        .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
      return { repository: { deployments: pageOf(matching, after, ({ id }) => String(id), deploymentNode) } };
    }
    case 'statuses': {
      const found = repository.deployments.find(({ id }) => `D_${id}` === variables['id']);
      return { node: { statuses: pageOf(found?.statuses ?? [], after, indexOf, statusNode) } };
    }
    case 'history': {
      const oid = variables['oid'] ?? '';
      const commits = histories.get(oid) ?? historyOf(oid, repository.commits);
      histories.set(oid, commits);
      const history = commits.length === 0 ? null : { history: pageOf(commits, after, ({ sha }) => sha, commitNode) };
      return { repository: { object: history } };
    }
    default: {
      const label = variables['label'] ?? '';
      const issues = repository.issues.filter((issue) => issue.label === label);
      return {
        repository: {
          label: repository.labels.includes(label) ? { id: `L_${label}` } : null,
          issues: pageOf(issues, after, ({ number }) => String(number), issueNode),
        },
      };
    }
  }
}

const indexOf = (_item: unknown, index: number) => String(index);

function pageOf<Item>(
  items: readonly Item[],
  after: string | null | undefined,
  cursor: (item: Item, index: number) => string,
  node: (item: Item) => unknown,
) {
  const start = after ? items.findIndex((item, index) => cursor(item, index) === after) + 1 : 0;
  const shown = items.slice(start, start + PAGE);
  const last = shown.at(-1);
  return {
    totalCount: items.length,
    pageInfo: {
      hasNextPage: start + PAGE < items.length,
      endCursor: last === undefined ? null : cursor(last, start + shown.length - 1),
    },
    nodes: shown.map(node),
  };
}

/** By date, newest first, as git log. */
function historyOf(oid: string, commits: readonly FakeCommit[]): FakeCommit[] {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const found = new Map<string, FakeCommit>();
  const open = [oid];
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    const commit = bySha.get(sha);
    if (commit !== undefined && !found.has(sha)) {
      found.set(sha, commit);
      open.push(...commit.parents);
    }
  }
  return [...found.values()].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function deploymentNode({ id, sha, createdAt, task = 'deploy', ref = 'main', statuses }: FakeDeployment) {
  return {
    id: `D_${id}`,
    databaseId: id,
    createdAt,
    commitOid: sha,
    task,
    ref: ref === null ? null : { name: ref },
    statuses: { totalCount: statuses.length, nodes: statuses.slice(0, 10).map(statusNode) },
  };
}

function statusNode({ state, createdAt }: FakeDeployment['statuses'][number]) {
  return { state, createdAt, logUrl: null };
}

function commitNode({ sha, parents, at, message = 'Change', pull }: FakeCommit) {
  return {
    oid: sha,
    authoredDate: at,
    committedDate: at,
    message,
    parents: { totalCount: parents.length, nodes: parents.slice(0, 10).map((oid) => ({ oid })) },
    associatedPullRequests: {
      nodes:
        pull === undefined
          ? []
          : [
              {
                number: pull.number,
                mergedAt: at,
                headRefName: pull.branch,
                commits: { nodes: [{ commit: { authoredDate: pull.firstCommitAt } }] },
              },
            ],
    },
  };
}

function issueNode({
  number,
  createdAt,
  closedAt,
  stateReason = null,
  body = '',
}: Omit<FakeIssue, 'stateReason'> & { stateReason?: string | null }) {
  return { number, url: `https://github.com/octo/shop/issues/${number}`, createdAt, closedAt, stateReason, body };
}
