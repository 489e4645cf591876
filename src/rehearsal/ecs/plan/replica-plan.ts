/** What the scheduler does for one revision of a service at one moment: how many tasks to start, which to stop and why. */
import { type PlacedTask, tasksToStop } from './zone-spread.ts';

export interface ReplicaTask extends PlacedTask {
  /** Its target failed health checks, and the grace period is over. */
  readonly failing: boolean;
}

export interface ReplicaState {
  readonly wanted: number;
  /** Tasks meant to run, oldest first. */
  readonly tasks: readonly ReplicaTask[];
  /** Upper bound of tasks while failing ones are replaced (maximumPercent). */
  readonly maximum: number;
  /** Replacements first, then the failing tasks (a steady service); otherwise failing tasks are stopped at once (a deployment). */
  readonly replaceFirst: boolean;
}

export interface ReplicaPlan {
  readonly start: number;
  readonly stopFailing: readonly string[];
  readonly stopSurplus: readonly string[];
}

/**
 * Plans the next move. Failing tasks are replaced start-before-stop where the maximum leaves room, else one at a time.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html (maximumPercent, minimumHealthyPercent)
 */
export function planReplicas(state: ReplicaState): ReplicaPlan {
  const failing = state.tasks.filter((task) => task.failing);
  const good = state.tasks.filter((task) => !task.failing);
  const missing = state.wanted - good.length;
  const allFailing = failing.map((task) => task.id);
  if (missing < 0) {
    return { start: 0, stopFailing: allFailing, stopSurplus: tasksToStop(-missing, good) };
  }
  if (!state.replaceFirst) {
    return { start: missing, stopFailing: allFailing, stopSurplus: [] };
  }
  const replaced = missing === 0 && good.every((task) => task.healthy);
  const room = Math.max(0, state.maximum - state.tasks.length);
  if (replaced) {
    return { start: 0, stopFailing: allFailing, stopSurplus: [] };
  }
  const start = failing.length === 0 ? missing : Math.min(missing, room);
  return { start, stopFailing: missing > 0 && start === 0 ? allFailing.slice(0, 1) : [], stopSurplus: [] };
}
