/** The names of all scenarios, in the order in which they run; apart from the scenarios, so that help needs none of their code. */
export const SCENARIO_NAMES = [
  'deploy-good',
  'deploy-bad',
  'deploy-crash-loop',
  'runner-dies',
  'canary-good',
  'canary-errors',
  'canary-slow',
  'canary-quiet',
  'pause-dev',
  'load-average',
  'load-spike',
  'load-breakpoint',
  'load-autoscaling',
  'load-segments',
  'load-time-of-day',
  'task-kill',
  'zone-loss',
  'zone-loss-unprepared',
  'database-failover',
  'replica-loss',
  'vacuous',
  'stop-condition',
  'runner-dies-in-chaos',
  'recover-service',
  'recover-state',
  'recover-table',
  'rotate-leaked-secret',
  'region-failover',
  'region-not-ready',
  'terraform-gate',
  'delivery-metrics',
  'eks-experiments',
] as const;

export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** What runs when none is named. */
export const DEFAULT_SCENARIOS: readonly ScenarioName[] = [
  'deploy-good',
  'deploy-bad',
  'deploy-crash-loop',
  'runner-dies',
];
