/** Which zone a new task goes to, and which task goes when there are too many. */

/**
 * The zones for `count` new tasks: each goes to the zone with the fewest tasks so far, the first of `zones` among equals.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html (REPLICA services spread over zones)
 */
export function zonesForNewTasks(
  count: number,
  zones: readonly string[],
  tasksPerZone: ReadonlyMap<string, number>,
): string[] {
  const load = new Map(zones.map((zone) => [zone, tasksPerZone.get(zone) ?? 0]));
  return Array.from({ length: zones.length === 0 ? 0 : count }, () => {
    const zone = zones.reduce((best, candidate) =>
      (load.get(candidate) ?? 0) < (load.get(best) ?? 0) ? candidate : best,
    );
    load.set(zone, (load.get(zone) ?? 0) + 1);
    return zone;
  });
}

export interface PlacedTask {
  readonly id: string;
  readonly zone: string;
  readonly healthy: boolean;
}

/**
 * Which `count` of `tasks` (oldest first) to stop: those that are not healthy first, then from the zone with the most tasks, the newest of it.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html (scale-in keeps the zones balanced)
 */
export function tasksToStop(count: number, tasks: readonly PlacedTask[]): string[] {
  const left = [...tasks];
  const chosen: string[] = [];
  while (chosen.length < count && left.length > 0) {
    const unready = left.filter((task) => !task.healthy);
    const candidates = unready.length > 0 ? unready : left;
    const perZone = countBy(left);
    const pick = candidates.reduce((best, task) =>
      (perZone.get(task.zone) ?? 0) >= (perZone.get(best.zone) ?? 0) ? task : best,
    );
    chosen.push(pick.id);
    left.splice(left.indexOf(pick), 1);
  }
  return chosen;
}

function countBy(tasks: readonly PlacedTask[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { zone } of tasks) {
    counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  return counts;
}
