/** The issues of a repository, as far as one standing issue needs them. */
import { getOctokit } from '@actions/github';
import type { GitHubRun } from '../deployments.ts';

export interface OpenIssue {
  readonly number: number;
  readonly body: string;
}

export interface IssueText {
  readonly title: string;
  readonly body: string;
}

export interface Issues {
  /** The oldest open issue that has the label and holds the marker, on whatever page. Only who may label issues can make one. */
  find(label: string, marker: string): Promise<OpenIssue | undefined>;
  /** Resolves with its number. @throws Error where GitHub dropped the label, without which it would not be found again */
  open(text: IssueText, label: string): Promise<number>;
  update(number: number, text: IssueText): Promise<void>;
  comment(number: number, body: string): Promise<void>;
  /** As completed. */
  close(number: number): Promise<void>;
}

/** How long GitHub may take to answer, in ms. */
const TIMEOUT_MS = 10_000;
const PAGE = 100;

/** Every method rejects with octokit's error. */
export function createIssues(token: string, { apiUrl, owner, repo }: GitHubRun): Issues {
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const octokit = getOctokit(token, { baseUrl: apiUrl, log: silent, userAgent: 'surefoot' });
  const base = () => ({ owner, repo, request: { signal: AbortSignal.timeout(TIMEOUT_MS) } });
  return {
    async find(label, marker) {
      for (let page = 1; ; page++) {
        const { data } = await octokit.rest.issues.listForRepo({
          ...base(),
          labels: label,
          state: 'open',
          sort: 'created',
          direction: 'asc',
          per_page: PAGE,
          page,
        });
        const found = data.find((issue) => issue.pull_request === undefined && issue.body?.includes(marker));
        if (found !== undefined) {
          return { number: found.number, body: found.body ?? '' };
        }
        if (data.length < PAGE) {
          return undefined;
        }
      }
    },
    async open({ title, body }, label) {
      const { data } = await octokit.rest.issues.create({ ...base(), title, body, labels: [label] });
      const labels = data.labels.map((one) => (typeof one === 'string' ? one : one.name));
      if (!labels.includes(label)) {
        // GitHub drops labels in silence where the token may not set them (docs.github.com: create an issue).
        await octokit.rest.issues.addLabels({ ...base(), issue_number: data.number, labels: [label] });
      }
      return data.number;
    },
    async update(number, { title, body }) {
      await octokit.rest.issues.update({ ...base(), issue_number: number, title, body });
    },
    async comment(number, body) {
      await octokit.rest.issues.createComment({ ...base(), issue_number: number, body });
    },
    async close(number) {
      await octokit.rest.issues.update({ ...base(), issue_number: number, state: 'closed', state_reason: 'completed' });
    },
  };
}
