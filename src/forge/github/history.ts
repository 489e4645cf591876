/** The commits between deployments, with as few pages as close every gap: those of the newest deployment lead to almost all others. */
import type { Attempt } from '../../operations/dora/attempts.ts';
import { type CommitEvent, Exclusions } from '../../operations/dora/events.ts';
import { replay } from '../../operations/dora/replay.ts';
import { mentionsOf, revertsOf } from '../commit-message.ts';
import type { GitHubApi } from './api.ts';
import { nextOf, type RepositoryName } from './deployments.ts';
import type { KeptCommit, Ledger } from './ledger.ts';
import { type CommitNode, HISTORY, historyAnswer } from './queries.ts';

interface Walk {
  readonly head: string;
  /** undefined: not begun. null: at the end. */
  after: string | null | undefined;
  /** Of its last commit. */
  reached: number;
}

/**
 * Reads until it is known of each attempt from `since` (ms) on what it brought. A commit that GitHub does not have any more leaves a gap, which
 * the measures then tell.
 */
export async function readHistory(
  repository: RepositoryName,
  attempts: readonly Attempt[],
  since: number,
  ledger: Ledger,
  api: GitHubApi,
  progress: (text: string) => void,
): Promise<void> {
  const read = async (walk: Walk) => {
    await readPage(repository, walk, ledger, api);
    progress(`${ledger.commits.size} commits read`);
  };
  const walks = new Map<string, Walk>();
  const walkOf = (head: string): Walk => {
    const walk = walks.get(head) ?? { head, after: undefined, reached: Number.POSITIVE_INFINITY };
    walks.set(head, walk);
    return walk;
  };
  const main = walkOf(attempts.at(-1)?.event.sha ?? '');
  const oldest = attempts.findLast(({ at }) => at < since) ?? attempts[0];
  if (oldest !== undefined) {
    await readLine(main, oldest, ledger, read);
  }
  const lost = new Set<string>();
  for (let gap = gapOf(attempts, since, ledger, lost); gap !== undefined; gap = gapOf(attempts, since, ledger, lost)) {
    await close(gap, main, walkOf(gap.attempt.event.sha), ledger, read);
    if (!ledger.commits.has(gap.missing)) {
      lost.add(gap.missing);
    }
  }
}

/** From the newest deployment down to the oldest: of a history in one line, this is all that there is to read. */
async function readLine(
  main: Walk,
  oldest: Attempt,
  ledger: Ledger,
  read: (walk: Walk) => Promise<void>,
): Promise<void> {
  const closed = () => ledger.commits.has(main.head) && ledger.commits.has(oldest.event.sha);
  while (!closed() && main.after !== null && main.reached > oldest.event.createdAt) {
    await read(main);
  }
}

interface Gap {
  readonly attempt: Attempt;
  readonly missing: string;
}

/** Reads until the missing commit is there, or until there is no more to read. `own` leads from the deployment itself. */
async function close(
  { attempt, missing }: Gap,
  main: Walk,
  own: Walk,
  ledger: Ledger,
  read: (walk: Walk) => Promise<void>,
): Promise<void> {
  while (!ledger.commits.has(missing)) {
    // Not yet so far back as the deployment: its commit may still come.
    const onTheWay = main.after !== null && (missing !== own.head || main.reached > attempt.event.createdAt);
    const walk = own.after === null || (own.after === undefined && onTheWay) ? main : own;
    if (walk.after === null) {
      return;
    }
    await read(walk);
  }
}

/** What the newest attempt with a gap lacks. */
function gapOf(
  attempts: readonly Attempt[],
  since: number,
  ledger: Ledger,
  lost: ReadonlySet<string>,
): Gap | undefined {
  const { steps } = replay(attempts, eventsOf(ledger), new Exclusions());
  // Of what was live before, the commit itself must be known: what it is made of is not new.
  const before = steps.findLast(({ at }) => at < since);
  for (const step of [
    ...steps.filter(({ at, first }) => at >= since && !first),
    ...(before ? [before] : []),
  ].reverse()) {
    const wanted = step === before ? step.missing.filter((sha) => sha === step.event.sha) : step.missing;
    const missing = wanted.find((sha) => !lost.has(sha));
    if (missing !== undefined) {
      return { attempt: step, missing };
    }
  }
  return undefined;
}

async function readPage(repository: RepositoryName, walk: Walk, ledger: Ledger, api: GitHubApi): Promise<void> {
  const variables = { ...repository, oid: walk.head, after: walk.after ?? null };
  const { object } = (await api.ask(HISTORY, variables, historyAnswer)).repository;
  if (object === null) {
    walk.after = null;
    return;
  }
  await ledger.addCommits(object.history.nodes.map(keep));
  walk.after = nextOf(object.history.pageInfo);
  walk.reached = object.history.nodes.at(-1)?.committedDate ?? walk.reached;
}

function keep(node: CommitNode): KeptCommit {
  const pull = node.associatedPullRequests?.nodes.find(({ mergedAt }) => mergedAt !== null);
  const first = pull?.commits.nodes[0]?.commit.authoredDate;
  return {
    sha: node.oid,
    // More parents than were asked for: the others are not known, so that nothing is taken to be complete.
    parents: [
      ...node.parents.nodes.map(({ oid }) => oid),
      ...(node.parents.totalCount > node.parents.nodes.length ? [`more parents of ${node.oid}`] : []),
    ],
    authoredAt: node.authoredDate,
    committedAt: node.committedDate,
    mentions: mentionsOf(node.message),
    ...(pull === undefined
      ? {}
      : {
          pull: {
            number: pull.number,
            firstAuthoredAt: first ?? node.authoredDate,
            hotfix: /^hotfix\b/i.test(pull.headRefName),
          },
        }),
  };
}

/** The ledger's commits as the measures take them. */
export function eventsOf({ commits }: Ledger): CommitEvent[] {
  const kept = [...commits.values()];
  const reverts = revertsOf(kept);
  return kept.map(({ sha, parents, authoredAt, pull }) => ({
    sha,
    parents,
    authoredAt,
    reverts: reverts.get(sha) ?? [],
    ...(pull === undefined ? {} : { pull }),
  }));
}
