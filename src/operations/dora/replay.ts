/** Replays the deployments over the history of commits: what each brought into production, and whether it went forward or back. */
import type { Attempt } from './attempts.ts';
import type { CommitEvent, Exclusions } from './events.ts';

export interface Step extends Attempt {
  /** The first one known: what it brought cannot be told from what was there before. */
  readonly first: boolean;
  /** It went back: to a commit that what was live before it is made of. */
  readonly rollback: boolean;
  /** Commits that were in production with it for the first time. */
  readonly commits: readonly CommitEvent[];
  /** Parts of its history that were not read, so that `commits` may lack some. */
  readonly missing: readonly string[];
}

export interface Replay {
  /** In the order of time. */
  readonly steps: readonly Step[];
  readonly commits: ReadonlyMap<string, CommitEvent>;
  /** Which step first brought a commit. */
  readonly broughtBy: ReadonlyMap<string, Step>;
}

/** `attempts` in the order of time, as `attemptsOf` gives them. Each commit is looked at once, however many deployments there are. */
export function replay(attempts: readonly Attempt[], history: readonly CommitEvent[], exclusions: Exclusions): Replay {
  const commits = new Map(history.map((commit) => [commit.sha, commit]));
  const broughtBy = new Map<string, Step>();
  const steps: Step[] = [];
  let live: string | undefined;
  for (const attempt of attempts) {
    const { sha, id } = attempt.event;
    if (attempt.finished && sha === live) {
      exclusions.add('same-commit', 'deployments of the commit that was in production already', id);
      continue;
    }
    if (attempt.event.release === true && broughtBy.has(sha)) {
      exclusions.add('released-before', 'tags of what earlier releases hold already', id);
      continue;
    }
    if (!attempt.finished) {
      steps.push({ ...attempt, first: false, rollback: false, commits: [], missing: [] });
      continue;
    }
    const brought = walk(sha, commits, broughtBy);
    const rollback = live !== undefined && isBehind(sha, live, commits, broughtBy);
    const step: Step = { ...attempt, ...brought, first: live === undefined, rollback };
    for (const commit of brought.commits) {
      broughtBy.set(commit.sha, step);
    }
    // Also where its history was not read: a return to it must be seen as one.
    if (!broughtBy.has(sha)) {
      broughtBy.set(sha, step);
    }
    steps.push(step);
    live = sha;
  }
  return { steps, commits, broughtBy };
}

/** The commits from `sha` down that are not in production yet. */
function walk(
  sha: string,
  commits: ReadonlyMap<string, CommitEvent>,
  broughtBy: ReadonlyMap<string, Step>,
): { readonly commits: CommitEvent[]; readonly missing: string[] } {
  const found: CommitEvent[] = [];
  const seen = new Set<string>();
  const open = [sha];
  const missing: string[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next) || broughtBy.has(next)) {
      continue;
    }
    seen.add(next);
    const commit = commits.get(next);
    if (commit === undefined) {
      missing.push(next);
      continue;
    }
    found.push(commit);
    open.push(...commit.parents);
  }
  return { commits: found, missing };
}

/** True when `live` descends from `sha`. A commit that an earlier deployment brought than `sha` cannot, so only those after it are looked at. */
function isBehind(
  sha: string,
  live: string,
  commits: ReadonlyMap<string, CommitEvent>,
  broughtBy: ReadonlyMap<string, Step>,
): boolean {
  const since = broughtBy.get(sha)?.at;
  if (since === undefined) {
    return false;
  }
  const seen = new Set<string>();
  const open = [live];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === sha) {
      return true;
    }
    if (!seen.has(next) && (broughtBy.get(next)?.at ?? since) >= since) {
      seen.add(next);
      open.push(...(commits.get(next)?.parents ?? []));
    }
  }
  return false;
}
