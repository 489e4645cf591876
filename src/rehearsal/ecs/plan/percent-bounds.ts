/** How far a rolling update may go at this moment: minimumHealthyPercent and maximumPercent as counts. */

/** What runs of one revision. `live` = tasks meant to run, whatever state they are in; `healthy` = those that count as healthy. */
export interface RunningCount {
  readonly live: number;
  readonly healthy: number;
}

export interface RollingState {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly next: RunningCount;
  /** The revisions being replaced, oldest first. */
  readonly previous: readonly RunningCount[];
}

export interface RollingCounts {
  /** How many tasks each revision should have now. */
  readonly next: number;
  readonly previous: readonly number[];
  /** The bounds allow neither a start nor a stop, and nothing under way will change that. */
  readonly stuck: boolean;
}

/**
 * The lower and upper bound of tasks during a deployment: the minimum is rounded up, the maximum down.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function percentBounds(
  desired: number,
  minimumHealthyPercent: number,
  maximumPercent: number,
): { readonly minimum: number; readonly maximum: number } {
  return {
    minimum: Math.ceil((desired * minimumHealthyPercent) / 100),
    maximum: Math.floor((desired * maximumPercent) / 100),
  };
}

/**
 * The next move of a rolling update: start as many new tasks as the maximum leaves room for, stop as many old ones as the minimum
 * of healthy tasks allows. Old tasks that are not healthy carry no traffic and go first.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
export function rollingCounts(state: RollingState): RollingCounts {
  const { desired, next, previous } = state;
  const { minimum, maximum } = percentBounds(desired, state.minimumHealthyPercent, state.maximumPercent);
  const live = next.live + sum(previous, (count) => count.live);
  const healthy = next.healthy + sum(previous, (count) => count.healthy);
  const nextWanted = Math.min(desired, next.live + Math.max(0, maximum - live));
  let removable = next.healthy >= desired ? healthy : Math.max(0, healthy - minimum);
  const previousWanted = previous.map((count) => {
    const stopped = Math.min(count.healthy, removable);
    removable -= stopped;
    return count.healthy - stopped;
  });
  const moves = nextWanted !== next.live || previousWanted.some((wanted, index) => wanted !== previous[index]?.live);
  return {
    next: nextWanted,
    previous: previousWanted,
    stuck: !moves && next.live < desired && next.healthy === next.live,
  };
}

function sum(counts: readonly RunningCount[], of: (count: RunningCount) => number): number {
  return counts.reduce((total, count) => total + of(count), 0);
}
