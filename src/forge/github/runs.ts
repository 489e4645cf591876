/** Runs of a workflow as deployments, for repositories that file none on GitHub. Source: docs.github.com, REST, "List workflow runs for a workflow". */
import * as z from 'zod';
import type { Exclusions } from '../../operations/dora/events.ts';
import { type GitHubApi, Unreadable } from './api.ts';
import { LONGEST_WAIT_MS, type RepositoryName } from './deployments.ts';
import type { KeptDeployment, Ledger } from './ledger.ts';

export interface WorkflowSource {
  /** The name of its file, such as `deploy.yml`. */
  readonly file: string;
  /** Only runs of this branch; undefined: of any. Those for pull requests are left out. */
  readonly branch: string | undefined;
  /** ms; nothing is newer. */
  readonly now: number;
}

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const runsAnswer = z.object({
  total_count: z.int().nonnegative(),
  workflow_runs: z.array(
    z.object({
      id: z.int(),
      head_sha: z.string(),
      head_branch: z.string().nullable(),
      event: z.string(),
      status: z.string().nullable(),
      conclusion: z.string().nullable(),
      created_at: time,
      run_started_at: time.optional(),
      updated_at: time,
      run_attempt: z.int().optional(),
      html_url: z.string(),
    }),
  ),
});
type Run = z.infer<typeof runsAnswer>['workflow_runs'][number];

const PAGE = 100;
/** "This endpoint will return up to 1,000 results for each search" when it is filtered. */
const MOST_OF_ONE_SEARCH = 1000;

/** What is filed under this task is of this workflow. */
export function taskOf({ file }: Pick<WorkflowSource, 'file'>): string {
  return `workflow:${file}`;
}

/**
 * Brings the ledger all runs from `needed` (ms) on, and down to the last success before it. All that GitHub speaks of must come.
 * @throws Unreadable for less
 */
export async function readRuns(
  repository: RepositoryName,
  source: WorkflowSource,
  needed: number,
  ledger: Ledger,
  api: GitHubApi,
  exclusions: Exclusions,
  progress: (text: string) => void,
): Promise<void> {
  const search = (created: string, page: number) =>
    api.get(
      `repos/${repository.owner}/${repository.name}/actions/workflows/${encodeURIComponent(source.file)}/runs?${query(source, created, page)}`,
      runsAnswer,
    );
  const keepAll = async (runs: readonly Run[]) => {
    const kept = runs.flatMap((run) => keep(run, source, exclusions));
    await ledger.addDeployments(kept, { after: null, floor: null, done: true });
    progress(`${ledger.deployments.size} runs read`);
    return kept;
  };
  const open: (readonly [from: number, to: number])[] = [[needed, source.now]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const first = await search(between(span), 1);
    if (first.total_count > MOST_OF_ONE_SEARCH) {
      open.push(...halvesOf(span));
    } else {
      await keepAll(await allPages(first, (page) => search(between(span), page)));
    }
  }
  await readBaseline((page) => search(`<${iso(needed)}`, page), keepAll);
}

/** What a window begins with: the newest success before it. */
async function readBaseline(
  search: (page: number) => Promise<z.infer<typeof runsAnswer>>,
  keepAll: (runs: readonly Run[]) => Promise<readonly KeptDeployment[]>,
): Promise<void> {
  for (let page = 1; page <= MOST_OF_ONE_SEARCH / PAGE; page += 1) {
    const { workflow_runs: runs } = await search(page);
    const kept = await keepAll(runs);
    if (runs.length < PAGE || kept.some(({ statuses }) => statuses.some(({ state }) => state === 'success'))) {
      return;
    }
  }
}

async function allPages(
  first: z.infer<typeof runsAnswer>,
  search: (page: number) => Promise<z.infer<typeof runsAnswer>>,
): Promise<Run[]> {
  const runs = new Map(first.workflow_runs.map((run) => [run.id, run]));
  for (let page = 2; (page - 1) * PAGE < first.total_count; page += 1) {
    for (const run of (await search(page)).workflow_runs) {
      runs.set(run.id, run);
    }
  }
  if (runs.size < first.total_count) {
    throw new Unreadable(
      'partial-answer',
      `GitHub speaks of ${first.total_count} runs, and gave ${runs.size}: read again`,
    );
  }
  return [...runs.values()];
}

/** @throws Unreadable where a single second has more than a search gives */
function halvesOf([from, to]: readonly [number, number]): (readonly [number, number])[] {
  const middle = Math.floor((from + to) / 2000) * 1000;
  if (middle <= from || middle + 1000 > to) {
    throw new Unreadable(
      'partial-answer',
      `more than ${MOST_OF_ONE_SEARCH} runs within a second of ${iso(from)}: GitHub gives no more`,
    );
  }
  // Both ends of a range are part of it, in whole seconds.
  return [
    [from, middle],
    [middle + 1000, to],
  ];
}

function between([from, to]: readonly [number, number]): string {
  return `${iso(from)}..${iso(to)}`;
}

function query({ branch }: WorkflowSource, created: string, page: number): string {
  const parameters = {
    created,
    per_page: String(PAGE),
    page: String(page),
    ...(branch === undefined ? {} : { branch }),
  };
  return new URLSearchParams(parameters).toString();
}

/** A run has one end, that of its last attempt. It was in production when that ended; where it failed nobody can say whether it was. */
function keep(run: Run, source: WorkflowSource, exclusions: Exclusions): KeptDeployment[] {
  // Also with a branch: that of a fork may have the same name.
  if (run.event.startsWith('pull_request')) {
    exclusions.add('for-pull-request', 'runs for pull requests, which deploy nothing to production', String(run.id));
    return [];
  }
  const state = stateOf(run);
  return [
    {
      id: String(run.id),
      sha: run.head_sha,
      createdAt: run.run_started_at ?? run.created_at,
      task: taskOf(source),
      hotfix: /^hotfix\b/i.test(run.head_branch ?? ''),
      statuses: state === undefined ? [] : [{ state, at: run.updated_at }],
      ...(run.html_url.startsWith('https://') ? { url: run.html_url } : {}),
    },
  ];
}

/** In the words of deployments; undefined: it has not ended. What was cancelled or skipped did not run to an end. */
function stateOf({ conclusion, status }: Run): string | undefined {
  if (status !== 'completed') {
    return undefined;
  }
  return conclusion === 'success' ? 'success' : FAILED.has(conclusion ?? '') ? 'failure' : 'inactive';
}

const FAILED = new Set(['failure', 'timed_out', 'startup_failure']);

/** From when on runs have to be known: one may wait so long for its approval. */
export function neededFrom(windowFrom: number): number {
  return Math.floor((windowFrom - LONGEST_WAIT_MS) / 1000) * 1000;
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
