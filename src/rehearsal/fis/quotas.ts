/** FIS's quotas, their defaults. Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
export const QUOTAS = {
  templates: 500,
  activeExperiments: 5,
  actions: 20,
  parallelActions: 10,
  stopConditions: 5,
  hours: 12,
  tags: 50,
} as const;

/** Largest number of resources by action that tags or filters may resolve to; without one there is no limit known. */
export const MOST_TARGETS: ReadonlyMap<string, number> = new Map([
  ['aws:ecs:stop-task', 500],
  ['aws:ecs:task-cpu-stress', 200],
  ['aws:ecs:task-io-stress', 200],
  ['aws:ecs:task-kill-process', 200],
  ['aws:ecs:task-network-blackhole-port', 200],
  ['aws:ecs:task-network-latency', 200],
  ['aws:ecs:task-network-packet-loss', 200],
  ['aws:network:disrupt-connectivity', 100],
  ['aws:rds:failover-db-cluster', 160],
  ['aws:rds:reboot-db-instances', 130],
]);

/** Ended experiments that the platform remembers; AWS keeps them for 120 days. */
export const KEPT_EXPERIMENTS = 1000;
