/** Which of the deployments on record really were deployments, and when each was in production. */
import type { DeploymentEvent, Exclusions } from './events.ts';

export interface Attempt {
  readonly event: DeploymentEvent;
  /** When it was in production; of one that did not finish, when that was known. */
  readonly at: number;
  readonly finished: boolean;
}

const FAILED = new Set(['failure', 'error']);

/**
 * The deployments that reached production, in that order. Left out: what never ran (every job that names an `environment:` files a
 * deployment), what is still under way, what ended before production, and what is dated after `now`.
 */
export function attemptsOf(
  deployments: readonly DeploymentEvent[],
  now: number,
  horizonMs: number,
  exclusions: Exclusions,
): Attempt[] {
  const attempts = deployments.flatMap((event) => {
    const attempt = attemptOf(event);
    if (attempt === undefined) {
      leaveOut(event, now, horizonMs, exclusions);
      return [];
    }
    if (attempt.at > now) {
      exclusions.add('in-the-future', 'deployments dated after now: a clock is wrong', event.id);
      return [];
    }
    return [attempt];
  });
  return attempts.sort(
    (a, b) => a.at - b.at || a.event.createdAt - b.event.createdAt || (a.event.id < b.event.id ? -1 : 1),
  );
}

function attemptOf(event: DeploymentEvent): Attempt | undefined {
  // The first success: later ones repeat it. Where the clock of a status is behind, the deployment cannot have ended before it began.
  const at = (of: readonly { readonly at: number }[]) =>
    Math.max(
      event.createdAt,
      of.reduce((first, status) => Math.min(first, status.at), Number.POSITIVE_INFINITY),
    );
  const succeeded = event.statuses.filter(({ state }) => state === 'success');
  if (succeeded.length > 0) {
    return { event, at: at(succeeded), finished: true };
  }
  // `error` is no failure of what was deployed: it could not be judged, or nothing came of it.
  const failed = event.statuses.filter(({ state }) => state === 'failure');
  return failed.length > 0 && event.failureReachedProduction === true
    ? { event, at: at(failed), finished: false }
    : undefined;
}

function leaveOut(event: DeploymentEvent, now: number, horizonMs: number, exclusions: Exclusions): void {
  if (event.statuses.some(({ state }) => FAILED.has(state))) {
    exclusions.add('ended-in-failure', 'deployments that ended in failure before they were in production', event.id);
  } else if (event.createdAt > now - horizonMs && !event.statuses.some(({ state }) => state === 'inactive')) {
    exclusions.add('under-way', 'deployments that are still under way', event.id);
  } else {
    exclusions.add(
      'never-ran',
      'deployments on record that never ran to an end: a job named the environment',
      event.id,
    );
  }
}
