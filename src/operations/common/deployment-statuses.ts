/** ECS's own words for a service deployment that is under way. */

/** Statuses of a service deployment that has not ended. */
export const RUNNING_STATUSES = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
] as const;
