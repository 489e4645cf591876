/** The changes that each deployment brought, and how long each took from its first commit to production. */
import type { DoraChange } from '../../report/dora/record.ts';
import type { CommitEvent, Exclusions } from './events.ts';
import type { Replay, Step } from './replay.ts';

export interface Change extends DoraChange {
  readonly leadSeconds: number;
}

/**
 * A change is a pull request where one is known, else a commit; it begins when its first commit was written. Merge commits hold no change of
 * their own, a revert takes one back, and what was reverted before it was deployed never was in production. The first deployment known brings
 * none: what came with it cannot be told from what was there.
 */
export function changesOf(step: Step, { commits }: Replay, exclusions: Exclusions): Change[] {
  if (step.first) {
    return [];
  }
  const undone = undoneWithin(step, commits);
  const groups = new Map<string, { startedAt: number; commits: number }>();
  for (const commit of step.commits) {
    if (commit.parents.length > 1) {
      exclusions.add('merge-commit', 'merge commits, which hold no change of their own', commit.sha);
    } else if (undone.has(commit.sha)) {
      exclusions.add('undone-before', 'commits that were reverted before they were deployed', commit.sha);
    } else if (isRevert(commit, commits)) {
      exclusions.add('revert-commit', 'commits that take a change back', commit.sha);
    } else {
      const { pull } = commit;
      const id = pull === undefined ? commit.sha : `#${pull.number}`;
      const known = groups.get(id);
      const start = Math.min(commit.authoredAt, pull?.firstAuthoredAt ?? Number.POSITIVE_INFINITY);
      groups.set(id, {
        startedAt: Math.min(known?.startedAt ?? Number.POSITIVE_INFINITY, start),
        commits: (known?.commits ?? 0) + 1,
      });
    }
  }
  return [...groups].flatMap(([id, group]) => {
    if (group.startedAt > step.at) {
      exclusions.add('written-after-deployment', 'changes dated after they were deployed: a clock is wrong', id);
      return [];
    }
    return [
      {
        id,
        commits: group.commits,
        startedAt: new Date(group.startedAt).toISOString(),
        deployment: step.event.id,
        leadSeconds: (step.at - group.startedAt) / 1000,
      },
    ];
  });
}

/** True for a commit that takes a change back; the revert of a revert brings it again, which is a change. */
function isRevert(commit: CommitEvent, commits: Replay['commits']): boolean {
  return commit.reverts.some((sha) => (commits.get(sha)?.reverts.length ?? 0) === 0);
}

/** Commits of the step that another commit of it reverts, and those that do so. */
function undoneWithin(step: Step, commits: Replay['commits']): Set<string> {
  const own = new Set(step.commits.map(({ sha }) => sha));
  return new Set(
    step.commits
      .filter((commit) => isRevert(commit, commits))
      .flatMap((commit) => commit.reverts.filter((sha) => own.has(sha)).flatMap((sha) => [sha, commit.sha])),
  );
}
