/** GitHub deployments and their statuses, so that the environment's page shows what runs. Nothing here ends a step: where it cannot be written, that is said once. */
import { getOctokit } from '@actions/github';
import { clip, oneLine } from '../report/text.ts';

type Octokit = ReturnType<typeof getOctokit>;

/** The run that writes, from the runner's variables. */
export interface GitHubRun {
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  readonly sha: string;
  readonly runId: string;
  /** Where a person reads the log. */
  readonly url: string;
}

export interface Beginning {
  readonly environment: string;
  readonly production: boolean;
  readonly service: string;
  readonly arn: string;
}

export interface GitHubDeployments {
  /** Resolves with the deployment's number; undefined when it could not be written, or when the job's own `environment:` has made one. */
  begin(beginning: Beginning): Promise<number | undefined>;
  /** `onlyService`: no other service is in the environment, whose deployments GitHub could not tell from those of this one. */
  end(id: number, state: 'success' | 'failure' | 'error', description: string, onlyService: boolean): Promise<void>;
}

/** How long GitHub may take to answer, in ms: nothing waits for it but the end of the step. */
const TIMEOUT_MS = 10_000;
/** GitHub cuts nothing, it refuses (docs.github.com: create a deployment status, `description`). */
const LONGEST_DESCRIPTION = 140;

/** The run, or undefined outside GitHub (no repository, no API). */
export function runFrom(environment: Readonly<Record<string, string | undefined>>): GitHubRun | undefined {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_RUN_ID = '', GITHUB_SERVER_URL = '' } = environment;
  const [owner, repo] = (GITHUB_REPOSITORY ?? '').split('/');
  return GITHUB_API_URL && owner && repo && GITHUB_SHA
    ? {
        apiUrl: GITHUB_API_URL,
        owner,
        repo,
        sha: GITHUB_SHA,
        runId: GITHUB_RUN_ID,
        url: `${GITHUB_SERVER_URL}/${owner}/${repo}/actions/runs/${GITHUB_RUN_ID}`,
      }
    : undefined;
}

/** `tell` gets at most one sentence: why deployments cannot be written, and what would help. */
export function createGitHubDeployments(
  token: string,
  run: GitHubRun,
  tell: (text: string) => void,
): GitHubDeployments {
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const octokit = getOctokit(token, { baseUrl: run.apiUrl, log: silent, userAgent: 'surefoot' });
  let told = false;
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return told ? undefined : await work();
    } catch (error) {
      told = true;
      tell(explain(error));
      return undefined;
    }
  };
  return {
    begin: (beginning) => attempt(() => begin(octokit, run, beginning)),
    async end(id, state, description, onlyService) {
      await attempt(() =>
        setStatus(octokit, run, id, { state, description, auto_inactive: onlyService && state === 'success' }),
      );
    },
  };
}

async function begin(octokit: Octokit, run: GitHubRun, beginning: Beginning): Promise<number | undefined> {
  const { owner, repo } = run;
  if (await jobHasOne(octokit, run, beginning.environment)) {
    return undefined;
  }
  const answer = await octokit.rest.repos.createDeployment({
    owner,
    repo,
    ref: run.sha,
    task: `deploy:${beginning.service}`,
    environment: beginning.environment,
    production_environment: beginning.production,
    description: clip(oneLine(`${beginning.service} by surefoot`), LONGEST_DESCRIPTION),
    payload: { service: beginning.service, deployment: beginning.arn },
    // What is deployed is judged here; checks of the commit are the workflow's business, and so is merging.
    required_contexts: [],
    auto_merge: false,
    request: { signal: AbortSignal.timeout(TIMEOUT_MS) },
  });
  if (!('id' in answer.data)) {
    throw new Error(answer.data.message ?? 'GitHub made no deployment');
  }
  const { id } = answer.data;
  await setStatus(octokit, run, id, { state: 'in_progress', description: 'ECS deploys; surefoot judges' });
  return id;
}

/** A job with `environment:` has a deployment from GitHub, whose statuses lead to this run: a second one would only confuse. */
async function jobHasOne(octokit: Octokit, run: GitHubRun, environment: string): Promise<boolean> {
  const { owner, repo, sha } = run;
  const request = { signal: AbortSignal.timeout(TIMEOUT_MS) };
  const { data } = await octokit.rest.repos.listDeployments({ owner, repo, sha, environment, per_page: 5, request });
  for (const { id, task } of data) {
    if (task !== 'deploy') {
      continue;
    }
    const statuses = await octokit.rest.repos.listDeploymentStatuses({
      owner,
      repo,
      deployment_id: id,
      per_page: 1,
      request,
    });
    const link = statuses.data[0]?.log_url ?? statuses.data[0]?.target_url ?? '';
    if (run.runId !== '' && `${link}/`.includes(`/actions/runs/${run.runId}/`)) {
      return true;
    }
  }
  return false;
}

async function setStatus(
  octokit: Octokit,
  run: GitHubRun,
  id: number,
  status: {
    readonly state: 'in_progress' | 'success' | 'failure' | 'error';
    readonly description: string;
    readonly auto_inactive?: boolean;
  },
): Promise<void> {
  await octokit.rest.repos.createDeploymentStatus({
    owner: run.owner,
    repo: run.repo,
    deployment_id: id,
    auto_inactive: false,
    log_url: run.url,
    ...status,
    description: clip(oneLine(status.description), LONGEST_DESCRIPTION),
    request: { signal: AbortSignal.timeout(TIMEOUT_MS) },
  });
}

/** Refusals that only another permission, or no wish for deployments, ends. */
function explain(error: unknown): string {
  const said = error instanceof Error ? clip(oneLine(error.message), 300) : String(error);
  const status = (error as { status?: unknown }).status;
  const headers = (error as { response?: { headers?: Record<string, string> } }).response?.headers;
  const limited = status === 429 || (status === 403 && headers?.['x-ratelimit-remaining'] === '0');
  const what = 'the GitHub deployment was not written; the deployment to ECS goes on without it';
  if (limited) {
    return `${what}: GitHub limits the rate of requests (${said})`;
  }
  if (status === 401 || status === 403 || status === 404) {
    return `${what}: ${said}. Give the job \`permissions: { deployments: write }\`, or set github-deployment to false`;
  }
  return `${what}: ${said}`;
}
